// Package regular opens files that have a size and an end. A pipe that nobody
// writes to keeps its reader waiting for ever, and a device may have no end.
package regular

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Kind names what stands in a regular file's place, for a message.
func Kind(m fs.FileMode) string {
	switch {
	case m.IsDir():
		return "a folder"
	case m&fs.ModeSymlink != 0:
		return "a link"
	case m&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	}
	return "a special file"
}

// Open opens a regular file, or a link to one. Its errors do not name the path.
func Open(path string) (*os.File, error) {
	// Asked before it is opened: to open a pipe is to wait.
	info, err := os.Stat(path)
	if err != nil {
		return nil, reason(err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("it is %s, not a regular file", Kind(info.Mode()))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, reason(err)
	}
	return f, nil
}

// ReadFile returns what is in a regular file of at most so many bytes. Its errors
// name the path.
func ReadFile(path string, most int64) ([]byte, error) {
	f, err := Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, reason(err))
	case int64(len(data)) > most:
		return nil, fmt.Errorf("%s: it has more than the %d bytes that are read", path, most)
	}
	return data, nil
}

// reason is an error of the file system without the operation and the path.
func reason(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	return err
}
