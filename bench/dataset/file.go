package dataset

import (
	"errors"
	"fmt"
	"io/fs"
)

func exists(fsys fs.FS, file string) bool {
	_, err := fs.Stat(fsys, file)
	return err == nil
}

// regular returns what keeps a file from being read; opening a pipe or a
// device could block for ever.
func regular(fsys fs.FS, file string) error {
	info, err := fs.Stat(fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("missing")
	}
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("not a regular file (%v)", info.Mode().Type())
	}
	return nil
}
