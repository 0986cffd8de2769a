package store

import (
	"errors"
	"io/fs"
	"os"

	"detsample/internal/durable"
)

// occupy makes a folder if need be, takes its lock, and returns the folders that it
// made. One that another process made, too, and left empty may go while this one
// begins: then it is made anew.
func occupy(d durable.Disk, dir string) (l *lock, stale string, made []string, err error) {
	for range 10 {
		made = durable.Missing(d, dir)
		if err = durable.MakeFolder(d, dir); err == nil {
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
