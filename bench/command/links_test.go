//go:build unix

package command

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/annotations"
)

// relink moves a file or a folder of a set elsewhere and leaves a link.
func relink(t *testing.T, set, name, to string) {
	require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o777))
	require.NoError(t, os.Rename(filepath.Join(set, name), to))
	require.NoError(t, os.Symlink(to, filepath.Join(set, name)))
}

func TestLinksInsideASetAreFollowed(t *testing.T) {
	for name, files := range map[string]tree{"voc": vocTree(), "yolo": yoloTree(), "coco": formatOneFile()} {
		set := files.write(t)
		folder := map[string]string{"voc": "JPEGImages", "yolo": "images", "coco": "images"}[name]
		require.NoError(t, os.Rename(filepath.Join(set, folder), filepath.Join(set, "store")))
		require.NoError(t, os.Symlink("store", filepath.Join(set, folder)))
		if name == "yolo" {
			require.NoError(t, os.Rename(filepath.Join(set, "labels", "a.txt"), filepath.Join(set, "a label")))
			require.NoError(t, os.Symlink("../a label", filepath.Join(set, "labels", "a.txt")))
		}
		want := four
		if name == "coco" {
			want = held{6, 9, 2}
		}
		trained, found := trainedOf(t, set)
		assert.Equal(t, countedSet{held: want}, trained, "%s: %v", name, found)
		agree(t, set, countedSet{held: want}, 0)
	}
}

func TestLinksOutOfASetAreNamedOrFollowed(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	for name, c := range map[string]struct {
		files  tree
		link   string
		counts held // without following
	}{
		"a folder of images": {yoloTree(), "images", held{}},
		"a folder of VOC":    {vocTree(), "Annotations", held{}},
		"an image":           {yoloTree(), "images/a.png", held{3, 3, 1}},
		"a label":            {yoloTree(), "labels/a.txt", held{3, 3, 1}},
		"an annotation":      {vocTree(), "Annotations/a.xml", held{3, 3, 1}},
		"a file of COCO":     {formatOneFile(), "instances.json", held{}},
		"a description":      {yoloTree(), "data.yaml", four},
	} {
		t.Run(name, func(t *testing.T) {
			set, out := c.files.write(t), filepath.Join(t.TempDir(), "out")
			whole, got := evalOf(t, set)
			require.Zero(t, got.status, got.stderr)
			relink(t, set, filepath.FromSlash(c.link), out)
			for command, count := range map[string]func(*testing.T, string, ...string) (countedSet, outcome){"inspect": inspectOf, "eval": evalOf} {
				counts, got := count(t, set)
				assert.Equal(t, countedSet{held: c.counts}, counts, command)
				assert.Equal(t, c.counts == held{}, got.status != 0, "nothing to read is a failure")
				assert.Contains(t, got.stderr, c.link+": a link to "+out+", which is absolute or leads out of the folder: not followed; --follow-links follows it")
				counts, got = count(t, set, "--follow-links")
				require.Zero(t, got.status, got.stderr)
				assert.Equal(t, whole, counts, command)
			}
			if set, err := annotations.Open(set, annotations.Options{FollowLinks: true}); assert.NoError(t, err) {
				state := bareState(t, set.Images[0].ID, len(set.Categories))
				_, errs, _ := ran(t, "replay", state, "--annotations", set.Path)
				assert.Contains(t, errs, "not followed; --follow-links follows it")
				_, errs, status := ran(t, "replay", state, "--annotations", set.Path, "--follow-links")
				assert.Zero(t, status, errs)
				assert.NotContains(t, errs, "not followed")
			}
			_, got = convertOf(t, set, "--follow-links")
			assert.Zero(t, got.status, got.stderr)
			compared, got := compareOf(t, set, "--follow-links")
			require.Zero(t, got.status, got.stderr)
			assert.Equal(t, whole, compared)
		})
	}
}

func TestLinksThatLeadBackEnd(t *testing.T) {
	set := yoloTree().write(t)
	require.NoError(t, os.Symlink("..", filepath.Join(set, "images", "back")))
	require.NoError(t, os.Symlink("images", filepath.Join(set, "again")))
	require.NoError(t, os.Symlink("nowhere", filepath.Join(set, "images", "e.png")))
	agree(t, set, countedSet{held: four}, 0, "again: a link to the folder images, which is read already", "images/back: a link to the folder ., which is read already", "images/e.png: a link to nowhere, which does not exist")
}

// A pipe that nobody writes to is waited for without end by whoever opens it.
func TestPipesAndDevicesAreRefusedByName(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	gt := file(t, "gt.json", catsAndDogs)
	refused := func(path string, args ...string) {
		t.Helper()
		done := make(chan outcome, 1)
		go func() { done <- detsample(args...) }()
		select {
		case got := <-done:
			assert.Equal(t, statusFailure, got.status, args)
			assert.Regexp(t, path+`: it is a (named pipe|device), not a regular file`, got.stderr)
		case <-time.After(10 * time.Second):
			t.Fatalf("%v waits for a pipe", args)
		}
	}
	for _, path := range []string{pipe, "/dev/zero"} {
		refused(path, "inspect", path)
		refused(path, "eval", "--gt", path, "--dt", gt)
		refused(path, "eval", "--gt", gt, "--dt", path)
		refused(path, "compare", "--data", path, "--out", t.TempDir())
		refused(path, "convert", path, "--to", "coco", "--out", filepath.Join(t.TempDir(), "x"))
		refused("", "convert", gt, "--to", "coco", "--out", filepath.Join(t.TempDir(), "x"), "--categories-from", path)
	}
	for name, files := range map[string]tree{"labels/a.txt": yoloTree(), "images/a.png": yoloTree(), "Annotations/a.xml": vocTree(), "ImageSets/Main/train.txt": vocTree(), "JPEGImages/a.png": vocTree(), "x.yaml": yoloTree()} {
		set := files.write(t)
		_ = os.Remove(filepath.Join(set, filepath.FromSlash(name)))
		require.NoError(t, syscall.Mkfifo(filepath.Join(set, filepath.FromSlash(name)), 0o600))
		trained, found := trainedOf(t, set)
		assert.GreaterOrEqual(t, trained.images, 3, name)
		assert.Contains(t, strings.Join(found, "\n"), name+": it is a named pipe, not a regular file")
	}
}
