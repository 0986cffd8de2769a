package dataset

import (
	"bufio"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"
)

// role is what an annotation file's name says it is for.
type role int

const (
	roleUnknown role = iota
	roleTrain
	roleVal
	roleTest
)

func (r role) String() string {
	return [...]string{"unnamed", "train", "val", "test"}[r]
}

// cocoSource is an annotation file and its role.
type cocoSource struct {
	file string
	role role
}

// findCOCO lists the COCO annotation files of a set.
func findCOCO(fsys fs.FS) ([]cocoSource, problems) {
	var log problems
	var files []string
	for _, pattern := range []string{
		"annotations/*.json", "*.json", "images/*.json", "images/*/*.json",
		"train*/*.json", "val*/*.json", "test*/*.json",
	} {
		found, _ := fs.Glob(fsys, pattern)
		files = append(files, found...)
	}
	files = slices.DeleteFunc(files, func(f string) bool { return !isObject(fsys, f) })
	hasInstances := map[string]bool{}
	for _, f := range files {
		if strings.HasPrefix(path.Base(f), "instances_") {
			hasInstances[path.Dir(f)] = true
		}
	}
	var sources []cocoSource
	for _, f := range files {
		if hasInstances[path.Dir(f)] && !strings.HasPrefix(path.Base(f), "instances_") {
			log.noticef(f, "not read: the boxes are in the instances_*.json beside it")
			continue
		}
		sources = append(sources, cocoSource{f, roleOf(f)})
	}
	return sources, log
}

// isObject reports whether a JSON file starts with '{'; results of detectors
// lie beside annotations and are arrays.
func isObject(fsys fs.FS, file string) bool {
	if regular(fsys, file) != nil {
		return false
	}
	f, err := fsys.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	start, _ := bufio.NewReader(f).Peek(512)
	return strings.HasPrefix(strings.TrimSpace(strings.TrimPrefix(string(start), "\ufeff")), "{")
}

// roleOf reads the role from the file's name, else from its folder's.
func roleOf(file string) role {
	for _, name := range []string{strings.TrimSuffix(path.Base(file), ".json"), path.Base(path.Dir(file))} {
		words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) })
		for _, w := range words {
			switch {
			case strings.HasPrefix(w, "train"):
				return roleTrain
			case w == "val" || strings.HasPrefix(w, "valid"):
				return roleVal
			case strings.HasPrefix(w, "test"):
				return roleTest
			}
		}
	}
	return roleUnknown
}

// assign returns the file of each role, or an error where the choice is open.
func assign(files []cocoSource) (byRole [4]string, log problems, err error) {
	if len(files) == 1 {
		byRole[roleTrain] = files[0].file
		return byRole, nil, nil
	}
	for _, f := range files {
		if byRole[f.role] != "" && f.role != roleUnknown {
			return byRole, nil, fmt.Errorf("%s and %s are both %s annotations: move one away", byRole[f.role], f.file, f.role)
		}
		if f.role == roleUnknown {
			log.noticef(f.file, "not read: its name has none of the words train, val, test")
		}
		byRole[f.role] = f.file
	}
	if byRole[roleTrain] == "" {
		return byRole, nil, fmt.Errorf("%s and %d more annotation files, none for training: put \"train\" into its name", files[0].file, len(files)-1)
	}
	return byRole, log, nil
}

// imageDirs lists where the images of an annotation file may lie: beside it,
// or in the folders that its name and the usual layouts suggest.
func imageDirs(file string) []string {
	dirs := []string{path.Dir(file)}
	parts := strings.Split(strings.TrimSuffix(path.Base(file), ".json"), "_")
	switch roleOf(file) {
	case roleTrain:
		parts = append(parts, "train")
	case roleVal:
		parts = append(parts, "val", "valid", "validation")
	case roleTest:
		parts = append(parts, "test")
	}
	for _, p := range parts {
		if p != "" && fs.ValidPath(p) {
			dirs = append(dirs, p, path.Join("images", p))
		}
	}
	return append(dirs, "images", ".", "data")
}
