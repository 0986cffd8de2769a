package annotations

import (
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxNamesakes is among how many images of one name the only one whose path
// ends as wanted is looked for.
const maxNamesakes = 1000

// look makes the indices by which files are looked up.
func (t *tree) look() {
	t.index.Do(func() {
		t.byName = make(map[string][]string, len(t.images))
		for _, file := range t.images {
			name := path.Base(fold(file))
			t.byName[name] = append(t.byName[name], file)
		}
		t.byPath, t.dirOf, t.textOf = asWritten(t.images), asWritten(t.dirs), asWritten(t.texts)
	})
}

// asWritten returns paths by what they are called: as they are, and as [fold] has
// them.
func asWritten(paths []string) map[string]string {
	by := make(map[string]string, 2*len(paths))
	for _, p := range paths {
		by[fold(p)] = p
	}
	for _, p := range paths { // one that is written so goes before another case
		by[p] = p
	}
	return by
}

// dirAt returns the folder of a path, in whatever case its letters are written;
// empty where there is none.
func (t *tree) dirAt(name string) string {
	t.look()
	return inAnyCase(t.dirOf, name)
}

// textAt is dirAt for a text file.
func (t *tree) textAt(name string) string {
	t.look()
	return inAnyCase(t.textOf, name)
}

func inAnyCase(by map[string]string, name string) string {
	if p, is := by[name]; is {
		return p
	}
	return by[fold(name)]
}

// fold returns a path as it is looked up where letters may differ in case.
func fold(name string) string { return strings.ToLower(composed(name)) }

// composed returns a path as it is looked up: letters may differ in how Unicode
// composes them, which macOS changes in the names of files.
func composed(name string) string {
	for i := range len(name) {
		if name[i] >= utf8.RuneSelf {
			return norm.NFC.String(name)
		}
	}
	return name
}

// find returns the image of a name that lies in one of the folders, or is the
// only one in the set whose path ends so, as [fold] has them.
func (t *tree) find(name string, dirs []string) string {
	t.look()
	for _, dir := range dirs {
		if file := inAnyCase(t.byPath, path.Join(dir, name)); file != "" {
			return file
		}
	}
	files := t.byName[fold(path.Base(name))]
	if len(files) > maxNamesakes {
		return ""
	}
	// A name that another machine made leads from a root that is not here.
	for suffix := fold(name); ; {
		only, n := "", 0
		for _, file := range files {
			if strings.HasSuffix("/"+fold(file), "/"+suffix) {
				only, n = file, n+1
			}
		}
		if n == 1 {
			return only
		}
		_, rest, more := strings.Cut(suffix, "/")
		if n > 1 || !more {
			return ""
		}
		suffix = rest
	}
}
