package annotations

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"detsample/internal/prose"
)

// vocFolder is what lies in a folder of Pascal VOC's layout.
type vocFolder struct {
	*tree
	base   string            // the folder of Annotations, JPEGImages and ImageSets
	files  []string          // of annotations
	stems  map[string]string // images by path without the extension
	twins  map[string]string // images of the stem of another one, to that
	called string            // what the annotations' names are relative to
}

// findVOC lists a folder; nil where it has no XML. The annotations lie in a
// folder Annotations, of which there may be one; without it, anywhere.
func findVOC(t *tree) (*vocFolder, error) {
	v := &vocFolder{tree: t, base: ".", files: t.xmls, called: "."}
	var bases []string
	for _, file := range t.xmls {
		if before, _, inside := strings.Cut("/"+file, "/Annotations/"); inside {
			if base := path.Clean("." + before); !slices.Contains(bases, base) {
				bases = append(bases, base)
			}
		}
	}
	switch len(bases) {
	case 0:
		if len(t.xmls) == 0 {
			return nil, nil
		}
		if dir := allIn(t.xmls, "annotations"); dir != "" {
			v.base, v.called = path.Dir(dir), dir
		}
	case 1:
		v.base, v.called = bases[0], path.Join(bases[0], "Annotations")
		v.files = slices.DeleteFunc(slices.Clone(t.xmls), func(f string) bool { return !strings.HasPrefix(f, v.called+"/") })
	default:
		return nil, fmt.Errorf("%d sets of Pascal VOC, in %s and %s: open one of them", len(bases), bases[0], bases[1])
	}
	v.stems, v.twins = make(map[string]string, len(t.images)), map[string]string{}
	for _, file := range t.images {
		s := composed(stem(file))
		if other := v.stems[s]; other == "" {
			v.stems[s] = file
		} else if strings.EqualFold(path.Ext(file), ".jpg") {
			v.stems[s], v.twins[other] = file, file
		} else {
			v.twins[file] = other
		}
	}
	return v, nil
}

// allIn returns the one folder of a name, in whatever case, that all files lie in;
// empty where they do not.
func allIn(files []string, name string) string {
	only := ""
	for _, file := range files {
		parts := strings.Split(path.Dir(file), "/")
		at := slices.IndexFunc(parts, func(part string) bool { return strings.EqualFold(part, name) })
		if at < 0 {
			return ""
		}
		dir := strings.Join(parts[:at+1], "/")
		if only != "" && dir != only {
			return ""
		}
		only = dir
	}
	return only
}

// here returns the folder of a name beside the annotations as its letters' case is
// written, or else as the layout has it.
func (v *vocFolder) here(name string) string {
	want := path.Join(v.base, name)
	if dir := v.dirAt(want); dir != "" {
		return dir
	}
	return want
}

// name is what a list calls the annotation of a file.
func (v *vocFolder) name(file string) string {
	if v.called != "." {
		file = strings.TrimPrefix(file, v.called+"/")
	}
	return file[:len(file)-len(".xml")]
}

// unused says how many images have no annotation.
func (v *vocFolder) unused(used map[string]bool, found *findings) {
	n, example := 0, ""
	for _, file := range v.images {
		if other := v.twins[file]; used[other] && other != "" {
			found.notice(file, "not read: %s is the image of that name", other)
		} else if !used[file] {
			if n++; n == 1 {
				example = file
			}
		}
	}
	if n > 0 {
		found.notice("", "%s no annotation, such as %s: not read", prose.Count(n, "image has", "images have"), example)
	}
}
