package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// lacking returns those of a folder and its parents that are not there, the folder
// first.
func lacking(d disk, path string) (list []string) {
	for p := filepath.Clean(path); ; p = filepath.Dir(p) {
		if _, err := d.stat(p); err == nil || filepath.Dir(p) == p {
			return list
		}
		list = append(list, p)
	}
}

// occupy makes a folder if need be, takes its lock, and returns the folders that it
// made. One that another process made, too, and left empty may go while this one
// begins: then it is made anew.
func occupy(d disk, dir string) (l *lock, stale string, made []string, err error) {
	for range 10 {
		made = lacking(d, dir)
		if err = makeFolder(d, dir); err == nil {
			l, stale, err = acquire(dir, beatWatch)
		}
		if err == nil {
			break
		}
		unmake(made)
		if !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	return l, stale, made, err
}

// unmake removes folders that this process made, each within the next, where nothing
// is in them.
func unmake(made []string) {
	for _, dir := range made {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || os.Remove(dir) != nil { // os.Remove takes empty ones alone
			return
		}
	}
}
