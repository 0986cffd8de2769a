package annotations

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// yoloData is what a folder says about its classes and splits, in data.yaml or
// in lists.
type yoloData struct {
	marked    bool // the folder has a file of names
	names     []string
	keypoints [2]int // kpt_shape
	root      string // "path"
	splits    map[Split][]string
	file      string          // data.yaml
	other     map[string]bool // texts that are no labels
	outside   map[string]bool // labels of images that are in no split
}

// readYOLOData reads the names of classes and the splits of a folder.
func readYOLOData(t *tree, yaml *yamlFile, found *findings) (d yoloData, err error) {
	d = yoloData{splits: map[Split][]string{}, other: map[string]bool{}, outside: map[string]bool{}}
	if yaml != nil {
		d.file, d.marked = yaml.file, true
		err = d.take(t, yaml.root, found)
	} else {
		err = d.readYAML(t, found)
	}
	if err != nil {
		return d, err
	}
	for _, file := range t.texts {
		base := path.Base(file)
		switch split := splitOf(strings.TrimSuffix(base, path.Ext(base))); {
		case !strings.EqualFold(path.Ext(file), ".txt"), strings.EqualFold(base, "classes.txt"):
			d.other[file] = true
			if err := d.readNames(t, file, found); err != nil {
				return d, err
			}
		case split != "" && (base == string(split)+".txt" || base == "valid.txt") && (path.Dir(file) == "." || path.Dir(file) == "data") && !looksLikeLabels(t, file):
			d.other[file] = true
			if d.file == "" {
				d.splits[split] = append(d.splits[split], file)
			}
		}
	}
	return d, nil
}

// readNames reads a file of names, a class a line; the first one counts.
func (d *yoloData) readNames(t *tree, file string, found *findings) error {
	text, valid, err := readText(t.fsys, file)
	if err != nil {
		return found.add(Problem{File: file, Message: err.Error() + ": names not read"})
	}
	d.marked = true
	names := lineNames(text)
	switch {
	case len(d.names) > 0:
		if !slices.Equal(names, d.names) {
			found.notice(file, "not read: the names of the classes are those of another file")
		}
		return nil
	case len(names) == 0:
		return found.add(Problem{File: file, Message: "it names no class"})
	}
	d.names = names
	if !valid {
		return found.add(Problem{File: file, Message: notUTF8})
	}
	return nil
}

func lineNames(text string) (names []string) {
	for line := range strings.Lines(text) {
		if name := strings.TrimSpace(line); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// take reads the keys that are of use. One that is wrong is a problem, and is
// taken as missing.
func (d *yoloData) take(t *tree, root ast.Node, found *findings) error {
	doc := mapping(root)
	wrong := func(n ast.Node, format string, args ...any) error {
		return found.add(Problem{File: d.file, Line: lineOf(n), Message: fmt.Sprintf(format, args...)})
	}
	if key, later := givenTwice(root); key != "" {
		if err := wrong(later, "%.40q is there twice: the last counts", key); err != nil {
			return err
		}
	}
	if n := doc["path"]; n != nil {
		d.root, _ = scalar(n)
	}
	for key, n := range doc {
		split := splitOf(key)
		if split == "" || key != string(split) && key != "valid" {
			continue
		}
		for _, item := range items(n) {
			if text, is := scalar(item); is && text != "" {
				d.splits[split] = append(d.splits[split], text)
			}
		}
	}
	if n := doc["kpt_shape"]; n != nil {
		shape, ok := [2]int{}, false
		if list := items(n); len(list) == 2 {
			a, _ := scalar(list[0])
			b, _ := scalar(list[1])
			k, err1 := strconv.Atoi(a)
			v, err2 := strconv.Atoi(b)
			shape, ok = [2]int{k, v}, err1 == nil && err2 == nil && k > 0 && k < 1e4 && (v == 2 || v == 3)
		}
		if d.keypoints = shape; !ok {
			d.keypoints = [2]int{}
			if err := wrong(n, "kpt_shape: want the number of keypoints and 2 or 3, such as [17, 3]: taken as none"); err != nil {
				return err
			}
		}
	}
	n, has := doc["names"]
	if !has {
		return nil
	}
	names, from, problem := yamlNames(n)
	if from != "" {
		file := t.text(from, d.root)
		if file == "" {
			return wrong(n, "names is the text %.80q, and no such file is in the folder: classes are called by their numbers", from)
		}
		d.other[file] = true
		return d.readNames(t, file, found)
	}
	if problem != "" {
		return wrong(n, "names: %s: classes are called by their numbers", problem)
	}
	d.names = names
	if doc := mapping(n); doc != nil && len(doc) < len(names) {
		if err := wrong(n, "names has %d of the classes 0 to %d: the others are called by their numbers", len(doc), len(names)-1); err != nil {
			return err
		}
	}
	if text, is := scalar(doc["nc"]); is && text != strconv.Itoa(len(names)) {
		return wrong(doc["nc"], "nc is %.20s, but names has %d: names counts", text, len(names))
	}
	return nil
}

// yamlNames reads a list of names, a map from 0, 1 and so on, or the name of a
// file of them.
func yamlNames(n ast.Node) (names []string, file, problem string) {
	if text, is := scalar(n); is {
		if text == "" || text == "null" {
			return nil, "", "there are none"
		}
		return nil, text, ""
	}
	if doc := mapping(n); doc != nil {
		return namesByNumber(doc)
	}
	for i, item := range items(n) {
		name, is := scalar(item)
		if !is {
			return nil, "", fmt.Sprintf("that of class %d is no text", i)
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return nil, "", "there are none"
	}
	return names, "", ""
}

// namesByNumber reads a map from the numbers of classes to their names.
func namesByNumber(doc map[string]ast.Node) (names []string, file, problem string) {
	given := make(map[int]string, len(doc))
	last := -1
	for key, v := range doc {
		i, err := strconv.Atoi(key)
		name, is := scalar(v)
		if err != nil || i < 0 || i > maxYOLOClass || !is {
			return nil, "", fmt.Sprintf("%.40q is no number of a class with a name", key)
		}
		given[i] = name
		last = max(last, i)
	}
	for i := range last + 1 {
		name, has := given[i]
		if !has {
			name = fmt.Sprintf("class %d", i)
		}
		names = append(names, name)
	}
	return names, "", ""
}
