package annotations

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
	"unicode/utf8"

	"detsample/internal/prose"
	"detsample/internal/regular"
)

// tree is what lies in a folder, as far as a set can be made of it.
type tree struct {
	fsys   fs.FS
	images []string // by extension
	xmls   []string
	texts  []string // .txt, .names and .labels
	jsons  []string
	yamls  []string

	unread  map[string]bool // folders and files that are there and were not read, folded
	hidden  int
	example string // a hidden file
	found   []Problem
	packed  []string // annotations of a form that is not read

	most   int      // entries to be read yet
	dirs   []string // read so far, that are not hidden
	linked []string // links to folders, read after all others

	index         sync.Once
	byName        map[string][]string // of images by name in lower case
	byPath        map[string]string   // and by path, as it is and in lower case
	dirOf, textOf map[string]string   // folders and texts, likewise
}

// maxFolders bounds how deep folders may lie in each other, which only links
// that lead back exceed.
const maxFolders = 64

// maxLooks is how often a link to a folder is compared with a folder.
const maxLooks = 1_000_000

var imageExtensions = []string{
	".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".bmp", ".webp", ".tif", ".tiff", ".gif",
	".heic", ".heif", ".avif", ".jp2", ".jxl", ".dng", ".exr", ".pfm", ".ppm", ".pgm", ".pbm", ".pnm", // told by content to be none that is read
}

func isImage(file string) bool {
	return slices.Contains(imageExtensions, strings.ToLower(path.Ext(file)))
}

// stem returns a file's name without the extension of an image, the only ones
// that are taken off: a name may have dots of its own.
func stem(file string) string {
	if isImage(file) {
		return strings.TrimSuffix(file, path.Ext(file))
	}
	return file
}

// walk lists a folder of at most so many files and folders. Links are followed as far as fsys lets them.
func walk(fsys fs.FS, most int) (*tree, error) {
	t := &tree{fsys: fsys, most: most}
	if err := t.folder(".", false, 0); err != nil {
		return nil, err
	}
	for i := 0; i < len(t.linked); i++ { // which may grow
		if len(t.linked)*len(t.dirs) > maxLooks {
			return nil, fmt.Errorf("%d links to folders among %d: too many to tell whether they lead back", len(t.linked), len(t.dirs))
		}
		dir := t.linked[i]
		if again := t.readBefore(dir); again != "" {
			if again != "." && layoutName(dir) && !layoutName(again) {
				t.rename(again, dir)
				continue
			}
			t.addf(dir, true, "a link to the folder %s, which is read already: not read again", again)
			continue
		}
		if err := t.folder(dir, false, strings.Count(dir, "/")+1); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// addUnread notes what was not read though it is there.
func (t *tree) addUnread(file, format string, args ...any) {
	if t.unread == nil {
		t.unread = map[string]bool{}
	}
	t.unread[fold(file)] = true
	t.addf(file, false, format, args...)
}

// isUnread reports whether a file, or a folder that it is in, was not read.
func (t *tree) isUnread(file string) bool {
	for file = fold(file); file != "." && len(t.unread) > 0; file = path.Dir(file) {
		if t.unread[file] {
			return true
		}
	}
	return false
}

func (t *tree) addf(file string, notice bool, format string, args ...any) {
	t.found = append(t.found, Problem{File: file, Notice: notice, Message: fmt.Sprintf(format, args...)})
}

func (t *tree) folder(dir string, hidden bool, depth int) error {
	if depth > maxFolders {
		return fmt.Errorf("%s: folders lie more than %d deep in each other", dir, maxFolders)
	}
	entries, err := fs.ReadDir(t.fsys, dir)
	if err != nil {
		if dir == "." {
			return plainPathError(err)
		}
		t.addUnread(dir, "%v: folder not read", plainPathError(err))
		return nil
	}
	if t.most -= len(entries); t.most < 0 {
		return errors.New("too many files")
	}
	if !hidden {
		t.dirs = append(t.dirs, dir)
	}
	for _, e := range entries {
		file := path.Join(dir, e.Name())
		hide := hidden || strings.HasPrefix(e.Name(), ".") || e.Name() == "__MACOSX"
		switch mode := e.Type(); {
		case !utf8.ValidString(e.Name()):
			t.addf(dir, false, "the name %q is not UTF-8: not read", e.Name())
		case mode.IsDir():
			if e.Name() == ".git" {
				continue
			}
			if err := t.folder(file, hide, depth+1); err != nil {
				return err
			}
		case hide:
			if t.list(file) != nil {
				if t.hidden++; t.hidden == 1 {
					t.example = file
				}
			}
		case mode.IsRegular():
			t.take(file)
		case mode&fs.ModeSymlink != 0:
			t.link(file)
		case t.list(file) != nil:
			t.addUnread(file, "it is %s, not a regular file: not read", regular.Kind(mode))
		}
	}
	return nil
}

// list returns the list that a file belongs to, nil for none.
func (t *tree) list(file string) *[]string {
	switch ext := strings.ToLower(path.Ext(file)); ext {
	case ".xml":
		return &t.xmls
	case ".txt", ".names", ".labels":
		return &t.texts
	case ".json":
		return &t.jsons
	case ".yaml", ".yml":
		return &t.yamls
	default:
		if slices.Contains(imageExtensions, ext) {
			return &t.images
		}
	}
	return nil
}

func (t *tree) take(file string) {
	if list := t.list(file); list != nil {
		*list = append(*list, file)
	} else if unreadForm(file) != "" {
		t.packed = append(t.packed, file)
	}
}

// link takes what a symbolic link leads to.
func (t *tree) link(file string) {
	info, err := fs.Stat(t.fsys, file)
	switch {
	case err == nil && info.IsDir():
		t.linked = append(t.linked, file)
	case err == nil && info.Mode().IsRegular():
		t.take(file)
	case err == nil:
		t.addUnread(file, "a link to %s: not read", regular.Kind(info.Mode()))
	default:
		target, failed := fs.ReadLink(t.fsys, file)
		if failed != nil {
			target = "a place that cannot be told"
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			t.addUnread(file, "a link to %s, which does not exist", target)
			return
		case errors.Is(err, syscall.ELOOP):
			t.addUnread(file, "a link to %s, which leads back to it or through too many links: not followed", target)
			return
		}
		t.addUnread(file, "a link to %s, which is absolute or leads out of the folder: not followed; --follow-links follows it", target)
	}
}

// readBefore returns the folder that dir, a link, leads to if that was read.
func (t *tree) readBefore(dir string) string {
	info, err := fs.Stat(t.fsys, dir)
	if err != nil {
		return ""
	}
	for _, other := range t.dirs {
		if o, err := fs.Stat(t.fsys, other); err == nil && os.SameFile(info, o) {
			return other
		}
	}
	return ""
}

// layoutName reports whether a path has a name that layouts go by.
func layoutName(dir string) bool {
	return slices.ContainsFunc(strings.Split(strings.ToLower(dir), "/"), func(part string) bool {
		switch part {
		case "images", "labels", "jpegimages", "annotations", "imagesets":
			return true
		}
		return splitOf(part) != ""
	})
}

// rename calls what lies in a folder by the name of a link to it, by which the
// layout finds it.
func (t *tree) rename(from, to string) {
	for _, list := range [...]*[]string{&t.images, &t.xmls, &t.texts, &t.jsons, &t.yamls, &t.dirs} {
		for i, file := range *list {
			if file == from {
				(*list)[i] = to
			} else if strings.HasPrefix(file, from+"/") {
				(*list)[i] = to + file[len(from):]
			}
		}
		slices.Sort(*list)
	}
}

// report notes what the walk found.
func (t *tree) report(f *findings) error {
	for _, p := range t.found {
		if err := f.add(p); err != nil {
			return err
		}
	}
	for _, file := range t.packed {
		f.notice(file, "%s", unreadForm(file))
	}
	if t.hidden > 0 {
		f.notice("", "%s skipped, such as %s", prose.Count(t.hidden, "hidden file", "hidden files"), t.example)
	}
	return nil
}
