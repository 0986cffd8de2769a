package store

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"detsample/internal/durable"
)

// ShardDir returns the folder of a shard within a comparison's: each shard has
// a lock of its own there, so that machines that share a file system do not
// wait for each other.
func ShardDir(dir string, index, count int) string {
	return filepath.Join(dir, shardsName, fmt.Sprintf("%d-of-%d", index, count))
}

// siblings lists the folders of the other shards, if this is one.
func (s *Store) siblings() (dirs []string) {
	all := filepath.Dir(filepath.Clean(s.dir))
	if filepath.Base(all) != shardsName {
		return nil
	}
	entries, err := s.disk.List(all)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if dir := filepath.Join(all, e.Name()); e.IsDir() && dir != filepath.Clean(s.dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// OpenParts opens what a folder holds of a comparison: its own journal, if it
// has one, and those of the shards in it, by name. A shard in which nothing has
// begun is passed over.
func OpenParts(dir string) ([]*Part, error) { return openParts(machine, dir) }

func openParts(d durable.Disk, dir string) (parts []*Part, err error) {
	dirs := []string{dir}
	entries, err := d.List(filepath.Join(dir, shardsName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, durable.Cannot("read", filepath.Join(dir, shardsName), err)
	}
	for _, e := range entries {
		if e.IsDir() {
			dirs = append(dirs, filepath.Join(dir, shardsName, e.Name()))
		}
	}
	for _, dir := range dirs {
		p, err := openPart(d, dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return nil, err
		}
		parts = append(parts, p)
	}
	return parts, nil
}
