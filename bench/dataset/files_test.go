package dataset

import (
	"context"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/annotations"
)

func TestLookingLeavesOutWhatLoadingDoesAndSaysTheSame(t *testing.T) {
	for name, sound := range map[string]func() fstest.MapFS{"COCO": cocoSet, "VOC": vocSet} {
		t.Run(name, func(t *testing.T) {
			fsys := sound()
			s, err := read(t, fsys, Options{})
			require.NoError(t, err)
			half := fsys[s.Train[0].Name]
			fsys[s.Train[0].Name] = &fstest.MapFile{Data: half.Data[:len(half.Data)*3/4]}
			delete(fsys, s.Test[1].Name)
			dir := onDisk(t, fsys)
			s, err = Open(context.Background(), dir, Options{})
			require.NoError(t, err)
			a, err := annotations.Open(dir, annotations.Options{})
			require.NoError(t, err)
			assert.True(t, a.HasImages)
			files, err := Look(context.Background(), a)
			require.NoError(t, err)
			require.NoError(t, files.Strike(context.Background()))
			there := 0
			for i := range a.Images {
				if a.Images[i].Path != "" {
					there++
				}
			}
			assert.Equal(t, len(s.Train)+len(s.Test), there)
			defects := func(list []annotations.Problem) (texts []string) {
				for _, p := range list {
					if !p.Notice {
						texts = append(texts, p.String())
					}
				}
				return texts
			}
			assert.NotEmpty(t, defects(a.Problems))
			assert.ElementsMatch(t, defects(s.Problems), defects(a.Problems))
		})
	}
}

// What is made of files that were looked at, or are not at hand, is what loading
// makes: the same split by the same names, copies on one side, the same boxes.
func TestWhatIsKnownOfFilesIsLoadedAsTheyAre(t *testing.T) {
	fsys := fstest.MapFS{}
	var images, objects []string
	for i := range 25 {
		name, of := fmt.Sprintf("image%d.jpg", i), i
		if i%5 == 1 {
			of-- // a copy
		}
		fsys[name] = &fstest.MapFile{Data: namedJPEG(64, 32, fmt.Sprint(of))}
		images, objects = append(images, jsonImage(i+1, name)), append(objects, jsonObject(i+1, i+1, 7, float64(i), 3, 20, 15))
	}
	fsys["list.json"] = cocoJSON(images, objects)
	fsys["image8.jpg"].Data = picturePNG(64, 32, image.Rect(0, 0, 9, 9))[:60] // whose header is well
	described := func(s *Set) (text [2][]string) {
		for k, list := range [][]Image{s.Train, s.Test} {
			for i := range list {
				im := &list[i]
				w, h := im.Size()
				text[k] = append(text[k], fmt.Sprintln(im.Name, w, h, im.Scale, im.Objects))
			}
		}
		return text
	}
	dir, o := onDisk(t, fsys), Options{Size: 48, MaxTrain: 15}
	loaded, err := Open(t.Context(), filepath.Join(dir, "list.json"), o)
	require.NoError(t, err)
	require.Len(t, loaded.Train, 14, "15 with one that is broken")

	a, err := annotations.Open(filepath.Join(dir, "list.json"), annotations.Options{})
	require.NoError(t, err)
	files, err := Look(t.Context(), a)
	require.NoError(t, err)
	for name := range fsys {
		require.NoError(t, os.Remove(filepath.Join(dir, name)))
	}
	for range 2 {
		looked, err := files.Load(t.Context(), o)
		require.NoError(t, err)
		assert.Equal(t, described(loaded), described(looked))
		require.NoError(t, files.Strike(t.Context()))
		assert.Empty(t, a.Images[8].Path)
	}

	fsys["image8.jpg"].Data = namedJPEG(64, 32, "8")
	for i := range 25 { // without images none is known to be a copy
		fsys[fmt.Sprintf("image%d.jpg", i)].Data = namedJPEG(64, 32, fmt.Sprint(i))
	}
	loaded, err = Open(t.Context(), filepath.Join(onDisk(t, fsys), "list.json"), o)
	require.NoError(t, err)
	alone := filepath.Join(onDisk(t, fstest.MapFS{"list.json": fsys["list.json"]}), "list.json")
	a, err = annotations.Open(alone, annotations.Options{})
	require.NoError(t, err)
	require.False(t, a.HasImages)
	stated, err := Stated(a).Load(t.Context(), o)
	require.NoError(t, err)
	assert.Equal(t, described(loaded), described(stated))
	_, err = stated.Train[0].Pixels()
	assert.Error(t, err)
}

// A name that two splits have is of two images where only their annotations are at
// hand.
func TestStatedImagesOfTwoSplitsAreTwo(t *testing.T) {
	fsys := fstest.MapFS{}
	for _, split := range []string{"train", "val"} {
		fsys["annotations/instances_"+split+".json"] = cocoJSON([]string{jsonImage(1, "0.jpg")}, []string{jsonObject(1, 1, 7, 2, 3, 20, 15)})
	}
	a, err := annotations.Open(onDisk(t, fsys), annotations.Options{})
	require.NoError(t, err)
	s, err := Stated(a).Load(t.Context(), Options{})
	require.NoError(t, err)
	assert.Equal(t, [2]int{1, 1}, [2]int{len(s.Train), len(s.Test)})
	assert.Empty(t, said(s.Problems, "same bytes"))
}
