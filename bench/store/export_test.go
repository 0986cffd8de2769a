package store

import (
	"os"
	"testing"
)

// Moments calls at wherever a process may be stopped that keeps something in a
// folder, until the test ends: before each change, and in the middle of each
// write.
func Moments(t testing.TB, at func()) {
	machine = watched{local{}, at}
	t.Cleanup(func() { machine = local{} })
}

// watched is a disk on which nothing changes unseen.
type watched struct {
	disk
	at func()
}

func (w watched) open(path string, flag int) (file, error) {
	if flag&(os.O_CREATE|os.O_TRUNC) != 0 {
		w.at()
	}
	f, err := w.disk.open(path, flag)
	if err != nil {
		return nil, err
	}
	return watchedFile{f, w.at}, nil
}

func (w watched) mkdir(path string) error {
	w.at()
	return w.disk.mkdir(path)
}

func (w watched) rename(from, to string) error {
	w.at()
	return w.disk.rename(from, to)
}

func (w watched) remove(path string) error {
	w.at()
	return w.disk.remove(path)
}

func (w watched) holds(path string, f file) bool { return w.disk.holds(path, f.(watchedFile).file) }

type watchedFile struct {
	file
	at func()
}

func (f watchedFile) Write(p []byte) (int, error) {
	f.at()
	half := len(p) / 2
	n, err := f.file.Write(p[:half])
	if err != nil {
		return n, err
	}
	f.at()
	more, err := f.file.Write(p[half:])
	return n + more, err
}

func (f watchedFile) Truncate(size int64) error {
	f.at()
	return f.file.Truncate(size)
}
