package annotations

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
)

// nameFiles are where names of classes are looked for, the first one found.
var nameFiles = []string{
	"data.yaml", "data.yml", "dataset.yaml", "dataset.yml",
	"classes.txt", "labels/classes.txt", "obj.names", "data/obj.names",
}

func isNames(file string) bool {
	return slices.Contains(nameFiles, file) || path.Base(file) == "classes.txt"
}

// yoloNames returns the names of classes in order, nil where there are none.
func yoloNames(fsys fs.FS) ([]string, error) {
	for _, file := range nameFiles {
		text, err := readText(fsys, file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var names []string
		if err == nil {
			if ext := path.Ext(file); ext == ".yaml" || ext == ".yml" {
				names, err = yamlNames(text)
			} else {
				names = lineNames(text)
			}
		}
		if err == nil && len(names) == 0 {
			err = errors.New("it names no class")
		}
		if err != nil {
			return nil, Problem{File: file, Message: fmt.Sprintf("%v: want the names of the classes in order", err)}
		}
		return names, nil
	}
	return nil, nil
}

func lineNames(text []byte) (names []string) {
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		if name := strings.TrimSpace(lines.Text()); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// yamlNames reads "names", a list or a map from 0, 1, and so on.
func yamlNames(text []byte) ([]string, error) {
	if err := tame(text); err != nil {
		return nil, err
	}
	var doc struct {
		Names any `yaml:"names"`
	}
	if err := yaml.Unmarshal(text, &doc); err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return nil, errors.New(first)
	}
	switch list := doc.Names.(type) {
	case []any:
		names := make([]string, len(list))
		for i, name := range list {
			names[i] = fmt.Sprint(name)
		}
		return names, nil
	case map[string]any:
		names := make([]string, len(list))
		for key, name := range list {
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(names) {
				return nil, fmt.Errorf("names has the key %.20q beside %d others: want 0 to %d", key, len(names)-1, len(names)-1)
			}
			names[i] = fmt.Sprint(name)
		}
		return names, nil
	}
	return nil, errors.New("no \"names\"")
}

// tame refuses YAML that takes a parser more than a list of names may: a huge
// file, deep nesting and references, which can multiply.
func tame(text []byte) error {
	if len(text) > 1<<20 {
		return errors.New("more than a megabyte of YAML")
	}
	const deepest = 20
	open := 0
	for line := range bytes.Lines(text) {
		open += bytes.Count(line, []byte("[")) + bytes.Count(line, []byte("{"))
		indent := len(line) - len(bytes.TrimLeft(line, " "))
		if open > deepest || indent > 4*deepest || nestedItems.Match(line) {
			return errors.New("nested deeper than names of classes are")
		}
		open = max(0, open-bytes.Count(line, []byte("]"))-bytes.Count(line, []byte("}")))
	}
	if reference.Match(text) {
		return errors.New("YAML with anchors or aliases, which are not read")
	}
	return nil
}

// nestedItems matches a line that starts several lists at once.
var nestedItems = regexp.MustCompile(`^\s*([-?]\s+){3}`)

// reference matches what starts a YAML anchor or alias.
var reference = regexp.MustCompile(`(^|[\s:,\[{-])[&*][^\s&*]`)
