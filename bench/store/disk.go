package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"detsample/internal/regular"
)

// disk is what the store asks of a file system. Tests put one under it that
// loses what was not synced, fills up or fails.
type disk interface {
	// open opens a regular file, with os.OpenFile's flags.
	open(path string, flag int) (file, error)
	// stat says what is at path itself, without following a link.
	stat(path string) (fs.FileInfo, error)
	list(path string) ([]fs.DirEntry, error)
	mkdir(path string) error // with its parents
	rename(from, to string) error
	remove(path string) error // with all in it; nothing there is no error
	sync(folder string) error // the folder's own entries
	// holds reports whether an open file is still what is at path, and not one
	// that was removed or moved away.
	holds(path string, f file) bool
}

// file is an open file of a disk.
type file interface {
	io.ReaderAt
	io.Writer
	Sync() error
	Truncate(size int64) error
	Stat() (fs.FileInfo, error)
	Close() error
}

// local is the file system of this machine.
type local struct{}

// machine is the disk that folders are on; a test puts one in its place that
// looks on.
var machine disk = local{}

func (local) open(path string, flag int) (file, error) {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errNotRegular(info.Mode())}
	}
	f, err := os.OpenFile(path, flag, 0o644)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// errNotRegular says what is in a file's place; opening a pipe would wait for
// ever.
func errNotRegular(mode fs.FileMode) error {
	return fmt.Errorf("%s is in its place: move it away", regular.Kind(mode))
}

// errNotFolder says what is in a folder's place.
func errNotFolder(mode fs.FileMode) error {
	if mode.IsRegular() {
		return errors.New("a file is in its place: move it away")
	}
	return errNotRegular(mode)
}

func (local) stat(path string) (fs.FileInfo, error)   { return os.Lstat(path) }
func (local) list(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }
func (local) mkdir(path string) error                 { return os.MkdirAll(path, 0o777) }
func (local) rename(from, to string) error            { return os.Rename(from, to) }
func (local) remove(path string) error                { return os.RemoveAll(path) }

func (local) holds(path string, f file) bool {
	here, err := os.Stat(path)
	if err != nil {
		return false
	}
	open, err := f.Stat()
	return err == nil && os.SameFile(here, open)
}

func (local) sync(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !unsyncable(err) {
		return err
	}
	return nil
}

// MakeFolder makes a folder with its parents, durably.
func MakeFolder(path string) error { return makeFolder(machine, path) }

// makeFolder makes a folder with its parents, durably.
func makeFolder(d disk, path string) error {
	made := lacking(d, path)
	if err := d.mkdir(path); err != nil {
		if info, there := d.stat(path); there == nil && !info.IsDir() {
			err = errNotFolder(info.Mode())
		}
		return cannot("make the folder", path, err)
	}
	for _, p := range made {
		if err := d.sync(filepath.Dir(p)); err != nil {
			return cannot("make the folder", path, err)
		}
	}
	return nil
}

// replace gives a file new content, whole or not at all, and durably: it is
// written beside it and synced, takes its place, and the folder is synced. The
// name of the file beside it is fixed, so that a killed process leaves at most
// one, which the next replaces.
func replace(d disk, path string, parts ...[]byte) error {
	beside := beside(path)
	err := func() error {
		f, err := d.open(beside, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
		if err != nil {
			return err
		}
		for _, p := range parts {
			if _, err := f.Write(p); err != nil {
				f.Close()
				return err
			}
		}
		return errors.Join(f.Sync(), f.Close())
	}()
	if err == nil {
		if err = d.rename(beside, path); err == nil {
			err = d.sync(filepath.Dir(path))
		}
	}
	if err != nil {
		_ = d.remove(beside)
		return cannot("write", path, err)
	}
	return nil
}

// beside is where a file's next content is written.
func beside(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".new")
}

// cannot returns an error about the file that the user knows, whatever file it
// happened at.
func cannot(do, path string, err error) error {
	var at *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &at):
		err = at.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return fmt.Errorf("cannot %s %s: %w", do, path, err)
}

// ReadFile returns what is in a regular file, or what a link leads to, of at most
// so many bytes. A file that is absent is fs.ErrNotExist.
func ReadFile(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, cannot("read", path, err)
	case !info.Mode().IsRegular():
		return nil, cannot("read", path, errNotRegular(info.Mode()))
	case info.Size() > most:
		return nil, fmt.Errorf("cannot read %s: it has %d bytes, and at most %d are read: move it away", path, info.Size(), most)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, cannot("read", path, err)
	}
	return text, nil
}

// WriteFile gives a file new content, whole or not at all, and durably.
func WriteFile(path string, data []byte) error { return replace(machine, path, data) }
