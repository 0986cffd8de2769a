package durable

import (
	"io"
	"io/fs"
	"os"
)

// Disk is what is asked of a file system. A test puts one in the place of [Local]
// that loses what was not synced, fills up or fails.
type Disk interface {
	// Open opens a regular file, with os.OpenFile's flags.
	Open(path string, flag int) (File, error)
	// Stat says what is at path itself, without following a link.
	Stat(path string) (fs.FileInfo, error)
	List(path string) ([]fs.DirEntry, error)
	Mkdir(path string) error // with its parents
	Rename(from, to string) error
	Remove(path string) error // with all in it; nothing there is no error
	Sync(folder string) error // the folder's own entries
	// Holds reports whether an open file is still what is at path, and not one
	// that was removed or moved away.
	Holds(path string, f File) bool
}

// File is an open file of a disk.
type File interface {
	io.ReaderAt
	io.Writer
	Sync() error
	Truncate(size int64) error
	Stat() (fs.FileInfo, error)
	Close() error
}

// Local is the file system of this machine.
type Local struct{}

// Open implements [Disk].
func (Local) Open(path string, flag int) (File, error) {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: NotRegular(info.Mode())}
	}
	f, err := os.OpenFile(path, flag, 0o644)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Stat implements [Disk].
func (Local) Stat(path string) (fs.FileInfo, error) { return os.Lstat(path) }

// List implements [Disk].
func (Local) List(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }

// Mkdir implements [Disk].
func (Local) Mkdir(path string) error { return os.MkdirAll(path, 0o777) }

// Rename implements [Disk].
func (Local) Rename(from, to string) error { return os.Rename(from, to) }

// Remove implements [Disk].
func (Local) Remove(path string) error { return os.RemoveAll(path) }

// Holds implements [Disk].
func (Local) Holds(path string, f File) bool {
	here, err := os.Stat(path)
	if err != nil {
		return false
	}
	open, err := f.Stat()
	return err == nil && os.SameFile(here, open)
}

// Sync implements [Disk]; a file system that cannot sync a folder does without.
func (Local) Sync(folder string) error {
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
