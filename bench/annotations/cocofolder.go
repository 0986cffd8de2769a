package annotations

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"detsample/internal/jsonstream"
)

// cocoFile is an annotation file of a folder and the split that it is of.
type cocoFile struct {
	file  string
	split Split
}

// findCOCO lists the annotation files of a folder, each of a split of its own
// unless there is only one. They lie in the folder, in annotations, or beside
// the images.
func findCOCO(t *tree, found *findings) ([]cocoFile, error) {
	var files []string
	for _, file := range t.jsons {
		switch dir := strings.ToLower(path.Dir(file)); {
		case dir == ".", dir == "annotations", dir == "images", path.Dir(dir) == "images", !strings.Contains(dir, "/") && splitOf(dir) != "":
			files = append(files, file)
		}
	}
	instances := map[string]bool{}
	for _, f := range files {
		if strings.HasPrefix(path.Base(f), "instances_") {
			instances[path.Dir(f)] = true
		}
	}
	var list []cocoFile
	for _, f := range files {
		switch is, why := isCOCO(t.fsys, f); {
		case instances[path.Dir(f)] && !strings.HasPrefix(path.Base(f), "instances_"):
			found.notice(f, "not read: the boxes are in the instances_*.json beside it")
		case !is:
			found.notice(f, "not read: %s", why)
		default:
			split := splitOf(strings.TrimSuffix(path.Base(f), ".json"))
			if split == "" {
				split = splitOf(path.Base(path.Dir(f)))
			}
			list = append(list, cocoFile{f, split})
		}
	}
	return assign(list, found)
}

// assign leaves one file for each split, or is an error where the choice is
// open.
func assign(files []cocoFile, found *findings) ([]cocoFile, error) {
	if len(files) < 2 {
		return files, nil
	}
	var list []cocoFile
	for _, split := range splits {
		for _, f := range files {
			if f.split != split {
				continue
			}
			if n := len(list); n > 0 && list[n-1].split == split {
				return nil, fmt.Errorf("%s and %s are both %s annotations: name the one to read, or move one away", list[n-1].file, f.file, split)
			}
			list = append(list, f)
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%d annotation files, %s and others, whose names have none of the words train, val, test: name the one to read, or rename them", len(files), files[0].file)
	}
	if list[0].split != Train && len(list) < len(files) {
		return nil, fmt.Errorf("%d annotation files, none for training and %d of no split: name the one to read, or put \"train\" into a name", len(files), len(files)-len(list))
	}
	for _, f := range files {
		if f.split == "" {
			found.notice(f.file, "not read: its name has none of the words train, val, test")
		}
	}
	return list, nil
}

// isCOCO reports whether a JSON file has the lists of annotations, as far as
// can be told without reading them, and else says what it is.
func isCOCO(fsys fs.FS, file string) (is bool, why string) {
	f, err := openRegular(fsys, file)
	if err != nil {
		return false, err.Error()
	}
	defer f.Close()
	d := jsonstream.New(jsonText(f))
	if kind, err := d.Kind(); err == nil && kind == "array" {
		return false, "it is a list, as results of detectors are"
	}
	stop := errors.New("found")
	err = d.Object(func(key []byte) error {
		if k := string(key); k == "images" || k == "annotations" {
			return stop
		}
		return d.Skip()
	})
	if err == nil {
		return false, `it has neither "images" nor "annotations"`
	}
	if jsonstream.IsType(err) {
		return false, err.Error()
	}
	return true, "" // or broken, which its reading will say
}

// readCOCOFiles reads the files of a folder that are of the splits asked for.
func readCOCOFiles(t *tree, files []cocoFile, o Options, found *findings) (*Set, error) {
	var names []string
	wanted := slices.Clone(files)
	if o.Splits != nil {
		for _, f := range files {
			names = append(names, fmt.Sprintf("%s (%s)", f.file, or(string(f.split), "no split")))
		}
		wanted = slices.DeleteFunc(wanted, func(f cocoFile) bool { return !slices.Contains(o.Splits, f.split) })
		for _, split := range o.Splits {
			if !slices.ContainsFunc(wanted, func(f cocoFile) bool { return f.split == split }) {
				return nil, fmt.Errorf("no annotations of split %s: the set has %s", split, strings.Join(names, ", "))
			}
		}
	}
	var whole *Set
	for _, w := range wanted {
		f, err := openRegular(t.fsys, w.file)
		if err != nil {
			return nil, Problem{File: w.file, Message: err.Error()}
		}
		s, err := readCOCO(f, w.file, &cocoImages{fsys: t.fsys, find: t.find, dirs: imageDirs(w.file, w.split)}, o, found)
		f.Close()
		if err != nil {
			return nil, err
		}
		for i := range s.Images {
			s.Images[i].Split = w.split
		}
		if whole == nil {
			whole = s
		} else if err := whole.merge(s, w.file, found); err != nil {
			return nil, err
		}
	}
	return whole, nil
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// imageDirs lists where the images of an annotation file may lie: beside it,
// or in the folders that its name and the usual layouts suggest.
func imageDirs(file string, split Split) []string {
	dirs := []string{path.Dir(file)}
	parts := strings.Split(strings.TrimSuffix(path.Base(file), ".json"), "_")
	switch split {
	case Val:
		parts = append(parts, "val", "valid", "validation")
	case Train, Test:
		parts = append(parts, string(split))
	}
	for _, p := range parts {
		if p != "" && fs.ValidPath(p) {
			dirs = append(dirs, p, path.Join("images", p))
		}
	}
	dirs = append(dirs, path.Join(path.Dir(file), "images"), "images", ".", "data")
	var each []string
	for _, dir := range dirs {
		if !slices.Contains(each, dir) {
			each = append(each, dir)
		}
	}
	return each
}
