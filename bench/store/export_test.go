package store

import (
	"os"
	"testing"

	"detsample/internal/durable"
)

// Moments calls at wherever a process may be stopped that keeps something in a
// folder, until the test ends: before each change, and in the middle of each
// write.
func Moments(t testing.TB, at func()) {
	machine = watched{durable.Local{}, at}
	t.Cleanup(func() { machine = durable.Local{} })
}

// watched is a disk on which nothing changes unseen.
type watched struct {
	durable.Disk
	at func()
}

func (w watched) Open(path string, flag int) (durable.File, error) {
	if flag&(os.O_CREATE|os.O_TRUNC) != 0 {
		w.at()
	}
	f, err := w.Disk.Open(path, flag)
	if err != nil {
		return nil, err
	}
	return watchedFile{f, w.at}, nil
}

func (w watched) Mkdir(path string) error {
	w.at()
	return w.Disk.Mkdir(path)
}

func (w watched) Rename(from, to string) error {
	w.at()
	return w.Disk.Rename(from, to)
}

func (w watched) Remove(path string) error {
	w.at()
	return w.Disk.Remove(path)
}

func (w watched) Holds(path string, f durable.File) bool {
	return w.Disk.Holds(path, f.(watchedFile).File)
}

type watchedFile struct {
	durable.File
	at func()
}

func (f watchedFile) Write(p []byte) (int, error) {
	f.at()
	half := len(p) / 2
	n, err := f.File.Write(p[:half])
	if err != nil {
		return n, err
	}
	f.at()
	more, err := f.File.Write(p[half:])
	return n + more, err
}

func (f watchedFile) Truncate(size int64) error {
	f.at()
	return f.File.Truncate(size)
}
