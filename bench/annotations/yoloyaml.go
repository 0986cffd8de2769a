package annotations

import (
	"fmt"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"detsample/internal/strictyaml"
)

// yamlFile is a YAML file and its root.
type yamlFile struct {
	file string
	root ast.Node
}

// readYAML reads data.yaml, or the one of the folder's YAML files that has
// names; data.yaml in a folder of it if there is only one.
func (d *yoloData) readYAML(t *tree, found *findings) error {
	files := slices.DeleteFunc(slices.Clone(t.yamls), func(file string) bool { return path.Dir(file) != "." })
	slices.SortStableFunc(files, func(a, b string) int { return rank(a) - rank(b) })
	for _, file := range files {
		if err := d.tryYAML(t, file, rank(file) == others, found); err != nil {
			return err
		}
	}
	if d.file != "" {
		return nil
	}
	below := slices.DeleteFunc(slices.Clone(t.yamls), func(file string) bool { return path.Dir(file) == "." || rank(path.Base(file)) == others })
	if len(below) == 1 {
		return d.tryYAML(t, below[0], true, found)
	}
	return nil
}

// tryYAML reads a file; one that may be of anything only if it has names.
func (d *yoloData) tryYAML(t *tree, file string, anything bool, found *findings) error {
	text, _, err := readText(t.fsys, file)
	if err != nil {
		return Problem{File: file, Message: err.Error()}
	}
	root, err := strictyaml.Tree(file, []byte(text))
	if err != nil {
		if anything {
			return nil
		}
		return err
	}
	doc := mapping(root)
	if _, has := doc["names"]; !has && anything {
		return nil
	}
	if d.file != "" {
		found.notice(file, "not read: %s is", d.file)
		return nil
	}
	d.file, d.marked = file, true
	return d.take(t, root, found)
}

// openYAML reads a file that describes a set, and returns the folder of the set
// and what reads that.
func openYAML(file string) (folder string, read func(fs.FS, Options, *findings) (*Set, error), err error) {
	text, _, err := readText(os.DirFS(filepath.Dir(file)), filepath.Base(file))
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", file, err)
	}
	root, err := strictyaml.Tree(file, []byte(text))
	if err != nil {
		return "", nil, err
	}
	doc := mapping(root)
	if _, has := doc["names"]; !has {
		return "", nil, fmt.Errorf("%s: no \"names\": not the data.yaml of a set", file)
	}
	folder = filepath.Dir(file)
	if base, _ := scalar(doc["path"]); base != "" {
		if !filepath.IsAbs(base) {
			base = filepath.Join(folder, base)
		}
		if info, err := os.Stat(base); err == nil && info.IsDir() {
			folder = base
		}
	}
	return folder, func(fsys fs.FS, o Options, found *findings) (*Set, error) {
		t, err := walk(fsys, math.MaxInt)
		if err != nil {
			return nil, err
		}
		if err := t.report(found); err != nil {
			return nil, err
		}
		y, err := findYOLO(t, &yamlFile{file, root}, found)
		if err != nil {
			return nil, err
		}
		return readYOLO(y, o, found)
	}, nil
}

const others = 2

// rank orders files by how sure it is that they describe a set.
func rank(file string) int {
	switch strings.TrimSuffix(file, path.Ext(file)) {
	case "data":
		return 0
	case "dataset":
		return 1
	}
	return others
}
