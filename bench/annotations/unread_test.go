package annotations

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// locked is a file system of which a folder cannot be read, which root would.
type locked struct {
	fstest.MapFS
	dir string
}

func (l locked) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == l.dir {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.ReadDir(name)
}

func TestImagesWhoseLabelsCannotBeReadAreLeftOut(t *testing.T) {
	fsys := yolo()
	fsys["images/val/c.png"], fsys["labels/val/c.txt"] = blank(10, 10), file("0 .5 .5 .5 .5")
	fsys["images/val/d.png"] = blank(10, 10)
	s, err := read(locked{fsys, "labels/val"}, Options{})
	require.NoError(t, err)
	assert.Len(t, s.Images, 2)
	assert.Equal(t, []string{
		"labels/val: permission denied: folder not read",
		"2 images are left out, such as images/val/c.png: the labels may lie in what is not read",
	}, messages(s))
	_, err = read(locked{fsys, "labels/val"}, Options{Policy: Policy{Refuse: true}})
	assert.ErrorContains(t, err, "folder not read")

	s, err = read(locked{fsys, "labels/other"}, Options{})
	require.NoError(t, err)
	assert.Len(t, s.Images, 4)
}

func TestImagesWhoseLabelsAreLinksThatLeadNowhereAreLeftOut(t *testing.T) {
	dir := t.TempDir()
	for name, f := range yolo() {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), f.Data, 0o666))
	}
	require.NoError(t, os.Remove(filepath.Join(dir, "labels/train/b.txt")))
	require.NoError(t, os.Symlink("nowhere.txt", filepath.Join(dir, "labels/train/b.txt")))
	s, err := Open(dir, Options{})
	require.NoError(t, err)
	assert.Len(t, s.Images, 1)
	assert.Contains(t, strings.Join(messages(s), "\n"), "1 image is left out, such as images/train/b.png")

	require.NoError(t, os.RemoveAll(filepath.Join(dir, "labels")))
	require.NoError(t, os.Symlink(t.TempDir(), filepath.Join(dir, "labels")))
	s, err = Open(dir, Options{})
	require.NoError(t, err)
	assert.Empty(t, s.Images)
	assert.Contains(t, strings.Join(messages(s), "\n"), "2 images are left out")
}

// What is of no use is counted alike, whether the format's reader can keep the image
// without its pixels or not.
func TestUnreadImagesAreCountedAlikeInEveryFormat(t *testing.T) {
	voc := func(class string) *fstest.MapFile {
		return file("<annotation><size><width>96</width><height>96</height></size>\n" + xmlObject(class, 10, 10, 60, 60) + "</annotation>")
	}
	broken := file("<annotation>\n<object></annotation>")
	sets := map[string]fstest.MapFS{
		"YOLO": {
			"data.yaml":          file("names: [cat]"),
			"images/train/a.png": blank(96, 96), "images/train/b.png": file("text"), "images/train/c.png": file("text"), "images/val/d.png": blank(96, 96), "images/val/e.png": file("text"),
			"labels/train/a.txt": file("0 .5 .5 .5 .5"), "labels/train/b.txt": file("0 .5 .5 .5 .5"), "labels/val/d.txt": file("0 .5 .5 .5 .5"), "labels/val/e.txt": file(strings.Repeat("0", 17<<20)),
		},
		"VOC with lists": {
			"JPEGImages/a.png": blank(96, 96), "JPEGImages/b.png": file("text"), "JPEGImages/c.png": blank(96, 96), "JPEGImages/d.png": blank(96, 96),
			"Annotations/a.xml": voc("cat"), "Annotations/b.xml": voc("cat"), "Annotations/c.xml": broken, "Annotations/d.xml": voc("cat"), "Annotations/e.xml": broken,
			"ImageSets/Main/train.txt": file("a\nb\nc\n"), "ImageSets/Main/val.txt": file("d\ne\n"),
		},
		"VOC in folders": {
			"train/a.png": blank(96, 96), "train/b.png": file("text"), "train/c.png": blank(96, 96), "val/d.png": blank(96, 96),
			"train/a.xml": voc("cat"), "train/b.xml": voc("cat"), "train/c.xml": broken, "val/d.xml": voc("cat"), "val/e.xml": broken,
		},
	}
	for name, fsys := range sets {
		t.Run(name, func(t *testing.T) {
			counted := func(splits ...Split) (list [2]int) {
				s, err := read(fsys, Options{Splits: splits})
				require.NoError(t, err)
				list[0], list[1] = s.Unread()
				return list
			}
			assert.Equal(t, [2]int{3, 5}, counted())
			assert.Equal(t, [2]int{2, 3}, counted(Train))
			assert.Equal(t, [2]int{1, 2}, counted(Val))
		})
	}
}

func TestImagesWhoseLabelsCannotBeReadAreUnread(t *testing.T) {
	fsys := yolo()
	fsys["images/val/c.png"], fsys["labels/val/c.txt"] = blank(10, 10), file("0 .5 .5 .5 .5")
	fsys["images/val/d.png"] = blank(10, 10)
	s, err := read(locked{fsys, "labels/val"}, Options{})
	require.NoError(t, err)
	n, of := s.Unread()
	assert.Equal(t, [2]int{2, 4}, [2]int{n, of})
}

// Where images are not at hand, none is missing.
func TestImagesThatAreNotAtHandAreNotUnread(t *testing.T) {
	s := &Set{Images: make([]Image, 3)}
	n, of := s.Unread()
	assert.Equal(t, [2]int{0, 3}, [2]int{n, of})
	s.HasImages = true
	n, _ = s.Unread()
	assert.Equal(t, 3, n)
}
