package annotations

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// splitsOf returns the split of each image, by its path.
func splitsOf(s *Set) map[string]Split {
	of := map[string]Split{}
	for i := range s.Images {
		of[s.Images[i].Path] = s.Images[i].Split
	}
	return of
}

// yoloOf is a set of an image with an object in each of some folders.
func yoloOf(yaml string, images ...string) fstest.MapFS {
	fsys := fstest.MapFS{"data.yaml": file("names: [x]\n" + yaml)}
	for _, image := range images {
		fsys[image] = blank(20, 20)
		fsys[strings.NewReplacer("images/", "labels/", ".png", ".txt").Replace(image)] = file("0 .5 .5 .5 .5")
	}
	return fsys
}

const roboflow = "train: ../train/images\nval: ../valid/images\ntest: ../test/images\n"

func TestRoboflowsFoldersAreFoundTheOtherWayRound(t *testing.T) {
	want := map[string]Split{"images/train/a.png": Train, "images/val/b.png": Val, "images/test/c.png": Test}
	fsys := yoloOf(roboflow, "images/train/a.png", "images/val/b.png", "images/test/c.png")
	s, err := folder(fsys)
	require.NoError(t, err)
	assert.Equal(t, want, splitsOf(s))
	assert.Empty(t, s.Problems)
	assert.Equal(t, 3, s.Objects())

	// Its own folders go before.
	s, err = folder(yoloOf(roboflow, "train/images/a.png", "valid/images/b.png", "test/images/c.png", "images/train/d.png"))
	require.NoError(t, err)
	assert.Equal(t, map[string]Split{"train/images/a.png": Train, "valid/images/b.png": Val, "test/images/c.png": Test, "images/train/d.png": Train}, splitsOf(s))
}

func TestSplitsOfTheSameImagesAreNamed(t *testing.T) {
	s, err := folder(yoloOf(roboflow, "images/a.png", "images/b.png"))
	require.NoError(t, err)
	assert.Equal(t, []string{"data.yaml: train, val and test list the same images: none counts as a split"}, messages(s))
	assert.Equal(t, map[string]Split{"images/a.png": "", "images/b.png": ""}, splitsOf(s))

	s, err = folder(yoloOf("train: images/a\nval: images/a\ntest: [images/a, images/b]\n", "images/a/1.png", "images/b/2.png"))
	require.NoError(t, err)
	assert.Equal(t, []string{"data.yaml: train and val list the same images: neither counts as a split",
		"data.yaml: images/a/ is in train and val, and in test: it counts as none of them"}, messages(s))
	assert.Equal(t, map[string]Split{"images/a/1.png": "", "images/b/2.png": Test}, splitsOf(s))
}

func TestFoldersAndListsAreFoundWhateverTheirCase(t *testing.T) {
	s, err := folder(yoloOf("train: images/set_a\nval: lists/B.txt\n", "images/Set_A/a.png", "images/b.png"))
	require.NoError(t, err)
	assert.NotEmpty(t, s.Problems, "no such list")
	fsys := yoloOf("train: images/set_a\nval: lists/B.txt\n", "images/Set_A/a.png", "images/b.png")
	fsys["Lists/b.txt"] = file("images/b.png\n")
	s, err = folder(fsys)
	require.NoError(t, err)
	assert.Empty(t, s.Problems)
	assert.Equal(t, map[string]Split{"images/Set_A/a.png": Train, "images/b.png": Val}, splitsOf(s))

	// One that is written so goes before.
	s, err = folder(yoloOf("train: images/set_a\nval: images/SET_A\n", "images/SET_A/a.png", "images/set_a/b.png"))
	require.NoError(t, err)
	assert.Equal(t, map[string]Split{"images/SET_A/a.png": Val, "images/set_a/b.png": Train}, splitsOf(s))
}

func TestVOCsFoldersAreFoundWhateverTheirCase(t *testing.T) {
	for _, names := range [][3]string{{"annotations", "images", "ImageSets/Main"}, {"annotations", "jpegimages", "imagesets/main"}, {"ANNOTATIONS", "JPEGImages", "Imagesets"}, {"Annotations", "Images", "ImageSets/main"}} {
		for _, base := range []string{"", "VOC2007/"} {
			fsys := fstest.MapFS{base + names[2] + "/train.txt": file("a\n"), base + names[2] + "/val.txt": file("b\n")}
			for _, name := range []string{"a", "b"} {
				fsys[base+names[0]+"/"+name+".xml"] = file("<annotation>" + xmlObject("dog", 1, 1, 9, 9) + "</annotation>")
				fsys[base+names[1]+"/"+name+".png"] = blank(20, 20)
			}
			s, err := folder(fsys)
			require.NoError(t, err)
			assert.Empty(t, s.Problems, names)
			assert.Equal(t, map[string]Split{base + names[1] + "/a.png": Train, base + names[1] + "/b.png": Val}, splitsOf(s), names)
			assert.Equal(t, "a.png", s.Images[0].File)
		}
	}
	// Folders of that name for each split are what they were.
	fsys := fstest.MapFS{}
	for _, split := range []string{"train", "valid"} {
		fsys[split+"/annotations/"+split+".xml"] = file("<annotation>" + xmlObject("dog", 1, 1, 9, 9) + "</annotation>")
		fsys[split+"/images/"+split+".png"] = blank(20, 20)
	}
	s, err := folder(fsys)
	require.NoError(t, err)
	assert.Equal(t, 2, s.Objects())
	assert.Equal(t, []Split{Train, Val}, []Split{s.Images[0].Split, s.Images[1].Split})
}

func TestAListOfNoAnnotationNamesTheirFolder(t *testing.T) {
	s, err := folder(fstest.MapFS{"Annotations/a.xml": file("<annotation>" + xmlObject("dog", 1, 1, 9, 9) + "</annotation>"),
		"JPEGImages/a.png": blank(20, 20), "ImageSets/Main/val.txt": file("x\ny\n")})
	require.NoError(t, err)
	assert.Equal(t, []string{"ImageSets/Main/val.txt: none of its 2 images is annotated in the folder Annotations: not used"}, messages(s))
}

func TestCOCOsFolderIsFoundWhateverItsCase(t *testing.T) {
	s, err := folder(fstest.MapFS{"Images/a.png": blank(20, 20),
		"Annotations/train.json": file(`{"images": [{"id": 1, "file_name": "a.png", "width": 20, "height": 20}], "annotations": [], "categories": []}`)})
	require.NoError(t, err)
	assert.Equal(t, "Images/a.png", s.Images[0].Path)
}

func TestAnImageOfAKindThatIsNotReadIsSaidToLieThere(t *testing.T) {
	s, err := folder(fstest.MapFS{"images/b.png": blank(20, 20), "images/a.ppm": file("P6\n1 1\n255\nabc"),
		"train.json": file(`{"images": [{"id": 1, "file_name": "a.ppm", "width": 1, "height": 1}, {"id": 2, "file_name": "b.png", "width": 20, "height": 20}], "annotations": [], "categories": []}`)})
	require.NoError(t, err)
	require.NotEmpty(t, s.Problems)
	assert.Contains(t, messages(s)[0], "images/a.ppm: it is a PPM, which is not read: want JPEG, PNG")
}

func TestALinkToItselfIsSaidToBeOne(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "images"), 0o755))
	if err := os.Symlink("a.png", filepath.Join(dir, "images", "a.png")); err != nil {
		t.Skip(err)
	}
	for _, follow := range []bool{false, true} {
		fsys, closer, err := openFolder(dir, follow)
		require.NoError(t, err)
		_, err = fs.Stat(fsys, "images/a.png")
		require.True(t, errors.Is(err, syscall.ELOOP), err)
		found, err := walk(fsys, 100)
		closer()
		require.NoError(t, err)
		require.Len(t, found.found, 1)
		assert.Equal(t, "images/a.png: a link to a.png, which leads back to it or through too many links: not followed", found.found[0].String())
	}
}
