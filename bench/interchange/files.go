package interchange

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// files reads the files of one configuration and counts them.
type files struct {
	limits  Limits
	bytes   int
	count   int
	written map[string]string // the paths of bases as configurations write them
	chain   []string          // the files being read, each the base of the one after
}

// read returns the content of a regular file of text within the limits. The
// place is where it is asked for: the zero place for the first.
func (f *files) read(path string, from place) (string, error) {
	at := place{file: path}
	if from.file != "" {
		at = from
	}
	about := func(format string, args ...any) error {
		message := fmt.Sprintf(format, args...)
		if from.file != "" {
			message = "base " + path + ": " + message
			if name := f.written[path]; name != "" && name != path {
				message += " (written " + pythonString(name) + ")"
			}
		}
		return refuse(at, "%s", message)
	}
	f.count++
	if f.count > f.limits.Files {
		return "", about("more than %d files to read: bases that name one another many times over", f.limits.Files)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", about("no such file")
	case err != nil:
		return "", about("%v", errors.Unwrap(err))
	case info.IsDir():
		return "", about("this is a folder: expected a file")
	case !info.Mode().IsRegular():
		return "", about("not a regular file: a device or a pipe is not read")
	case info.Size() > int64(f.limits.FileBytes):
		return "", about("the file has %d bytes: expected at most %d, is this a configuration?", info.Size(), f.limits.FileBytes)
	}
	file, err := os.Open(path)
	if err != nil {
		return "", about("%v", errors.Unwrap(err))
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, int64(f.limits.FileBytes)+1))
	if err != nil {
		return "", about("%v", errors.Unwrap(err))
	}
	f.bytes += len(data)
	if len(data) > f.limits.FileBytes || f.bytes > f.limits.TotalBytes {
		return "", about("more than %d bytes in all files: is this a configuration?", f.limits.TotalBytes)
	}
	return string(data), nil
}

// enter notes that a file is being read, and refuses one that is its own base.
func (f *files) enter(path string, from place) error {
	if slices.Contains(f.chain, path) {
		return refuse(from, "%s is its own base: %s", path, strings.Join(append(f.chain, path), " -> "))
	}
	if len(f.chain) >= f.limits.Depth {
		return refuse(from, "bases of bases, more than %d deep", f.limits.Depth)
	}
	f.chain = append(f.chain, path)
	return nil
}

func (f *files) leave() { f.chain = f.chain[:len(f.chain)-1] }

// resolve returns the path of the base that a file names, relative to it. A
// symbolic link may not lead out of the folder that holds both.
func resolve(file, base string, from place) (string, error) {
	switch {
	case strings.ContainsAny(base, "\x00\n"):
		return "", refuse(from, "base %s: not the name of a file", pythonString(base))
	case strings.Contains(base, "://"):
		return "", refuse(from, "base %s: nothing is fetched; download it and name the file", pythonString(base))
	case filepath.IsAbs(base), strings.HasPrefix(base, "~"):
		return "", refuse(from, "base %s: expected a path relative to this file", pythonString(base))
	}
	path := filepath.Join(filepath.Dir(file), filepath.FromSlash(base))
	return path, withinLinks(file, path, from)
}

// withinLinks refuses a path that symbolic links take out of the folder that
// holds it and the file which names it.
func withinLinks(file, path string, from place) error {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil // read says why
	}
	root, err := commonFolder(file, path)
	if err != nil {
		return refuse(from, "base %s: %v", path, err)
	}
	if root, err = filepath.EvalSymlinks(root); err != nil {
		return refuse(from, "base %s: %v", path, err)
	}
	target, err = filepath.Abs(target)
	if err != nil {
		return refuse(from, "base %s: %v", path, err)
	}
	if rel, err := filepath.Rel(root, target); err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return refuse(from, "base %s: a symbolic link that leads out of %s", path, root)
	}
	return nil
}

// commonFolder returns the deepest folder that holds both files, by their names.
func commonFolder(a, b string) (string, error) {
	a, err := filepath.Abs(a)
	if err != nil {
		return "", err
	}
	b, err = filepath.Abs(b)
	if err != nil {
		return "", err
	}
	for root := filepath.Dir(a); ; root = filepath.Dir(root) {
		if rel, err := filepath.Rel(root, b); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return root, nil
		}
		if root == filepath.Dir(root) {
			return root, nil
		}
	}
}
