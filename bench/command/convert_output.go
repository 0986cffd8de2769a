package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"detsample/bench/annotations"
)

// output is where a conversion goes: whole or not at all.
type output struct {
	path        string
	force       bool
	overwriting string // after other advice, where the command can be told to
}

// check returns an error where something is there that must not be touched,
// before any work is done.
func (o output) check() error {
	_, err := os.Lstat(o.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !o.force:
		return fmt.Errorf("%s exists: name another --out%s", o.path, o.overwriting)
	}
	return nil
}

// file writes a file under another name and gives it its own at the end.
func (o output) file(write func(io.Writer) error) error {
	if err := o.check(); err != nil {
		return err
	}
	if info, err := os.Stat(o.path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s: not a regular file: name a file as --out", o.path)
	}
	f, err := os.CreateTemp(filepath.Dir(o.path), "."+filepath.Base(o.path)+".*")
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		os.Remove(f.Name())
		return err
	}
	return os.Rename(f.Name(), o.path)
}

// folder writes files into a folder beside the one wanted, and renames it. If
// that exists, its files are then replaced one by one.
func (o output) folder(write func(func(name string, data []byte) error) ([]annotations.Problem, error)) ([]annotations.Problem, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	temporary, err := os.MkdirTemp(filepath.Dir(o.path), "."+filepath.Base(o.path)+".*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temporary)
	root, err := os.OpenRoot(temporary)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	lost, err := write(func(name string, data []byte) error {
		if dir := filepath.Dir(filepath.FromSlash(name)); dir != "." {
			if err := root.MkdirAll(dir, 0o755); err != nil {
				return err
			}
		}
		return root.WriteFile(filepath.FromSlash(name), data, 0o644)
	})
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(temporary, 0o755); err != nil {
		return nil, err
	}
	if _, err := os.Lstat(o.path); errors.Is(err, fs.ErrNotExist) {
		return lost, os.Rename(temporary, o.path)
	}
	return lost, o.replace(temporary)
}

// replace moves the files of a folder into the one that exists.
func (o output) replace(from string) error {
	into, err := os.OpenRoot(o.path)
	if err != nil {
		return err
	}
	defer into.Close()
	return filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil || name == "." {
			return err
		}
		if e.IsDir() {
			return into.MkdirAll(name, 0o755)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		unfinished := name + ".unfinished"
		if err := into.WriteFile(unfinished, data, 0o644); err != nil {
			return err
		}
		return into.Rename(unfinished, name)
	})
}
