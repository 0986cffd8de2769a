// Package durable writes files whole or not at all, so that they outlast the
// process and the power, on any [Disk].
package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"detsample/internal/regular"
)

// MakeFolder makes a folder with its parents.
func MakeFolder(d Disk, path string) error {
	made := Missing(d, path)
	if err := d.Mkdir(path); err != nil {
		if info, there := d.Stat(path); there == nil && !info.IsDir() {
			err = NotFolder(info.Mode())
		}
		return Cannot("make the folder", path, err)
	}
	for _, p := range made {
		if err := d.Sync(filepath.Dir(p)); err != nil {
			return Cannot("make the folder", path, err)
		}
	}
	return nil
}

// Missing returns those of a folder and its parents that are not there, the folder
// first.
func Missing(d Disk, path string) (list []string) {
	for p := filepath.Clean(path); ; p = filepath.Dir(p) {
		if _, err := d.Stat(p); err == nil || filepath.Dir(p) == p {
			return list
		}
		list = append(list, p)
	}
}

// Replace gives a file new content: it is written beside it and synced, takes its
// place, and the folder is synced. The name of the file beside it is fixed, so that
// a killed process leaves at most one, which the next replaces.
func Replace(d Disk, path string, parts ...[]byte) error {
	beside := Beside(path)
	err := Write(d, beside, parts...)
	if err == nil {
		if err = d.Rename(beside, path); err == nil {
			err = d.Sync(filepath.Dir(path))
		}
	}
	if err != nil {
		_ = d.Remove(beside)
		return Cannot("write", path, err)
	}
	return nil
}

// Write writes a file and syncs its content. Neither is its name in the folder synced
// nor what was there kept: it is for files that get their place by a later rename.
func Write(d Disk, path string, parts ...[]byte) error {
	f, err := d.Open(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
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
}

// Beside is where a file's next content is written.
func Beside(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".new")
}

// ReadFile returns what is in a regular file of this machine, or what a link leads to,
// of at most so many bytes, where the program writes a file of its own: what cannot be
// that is to be moved away. [regular.ReadFile] is for files that others name. A file
// that is absent is fs.ErrNotExist.
func ReadFile(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, Cannot("read", path, err)
	case !info.Mode().IsRegular():
		return nil, Cannot("read", path, NotRegular(info.Mode()))
	case info.Size() > most:
		return nil, fmt.Errorf("cannot read %s: it has %d bytes, and at most %d are read: move it away", path, info.Size(), most)
	}
	return regular.ReadFile(path, most) // which may be another by now
}

// Cannot returns an error about the file that the user knows, whatever file it
// happened at.
func Cannot(do, path string, err error) error {
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

// NotRegular says what is in a file's place; opening a pipe would wait for ever.
func NotRegular(mode fs.FileMode) error {
	return fmt.Errorf("%s is in its place: move it away", regular.Kind(mode))
}

// NotFolder says what is in a folder's place.
func NotFolder(mode fs.FileMode) error {
	if mode.IsRegular() {
		return errors.New("a file is in its place: move it away")
	}
	return NotRegular(mode)
}
