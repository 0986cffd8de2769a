package annotations

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// readLists gives images the split of the list that names them. Without lists
// it is that of their folder.
func (v *vocFolder) readLists(s *Set, position map[string]int, found *findings) error {
	lists := vocLists{vocFolder: v, set: s, position: position, found: found, first: make([]string, len(s.Images))}
	any := false
	for _, list := range [...]struct {
		name  string
		split Split
	}{{"test", Test}, {"val", Val}, {"train", Train}, {"trainval", Train}} {
		for _, dir := range [...]string{"ImageSets/Main", "ImageSets"} {
			file := path.Join(v.base, dir, list.name+".txt")
			if here := v.textAt(file); here != "" {
				file = here
			}
			read, err := lists.read(file, list.split, list.name == "trainval")
			if err != nil {
				return err
			}
			if any = any || read; read {
				break
			}
		}
	}
	if any {
		return nil
	}
	for _, images := range [...][]Image{s.Images, s.lost} {
		for i := range images {
			images[i].Split = splitOfPath(images[i].Source)
		}
	}
	return nil
}

type vocLists struct {
	*vocFolder
	set      *Set
	position map[string]int // of images, by the name of their annotation; below 0 of those lost, from -1 on
	found    *findings
	first    []string // the list that named each image
}

// read reads a list of images, if there is one. A union of other lists changes
// nothing about the images that those name.
func (l *vocLists) read(file string, split Split, union bool) (is bool, err error) {
	text, valid, err := readText(l.fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, l.found.add(Problem{File: file, Message: err.Error() + ": list not used"})
	}
	if !valid {
		if err := l.found.add(Problem{File: file, Message: notUTF8}); err != nil {
			return true, err
		}
	}
	names, known := 0, 0
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			names++
			if _, is := l.lookUp(line); is {
				known++
			}
		}
	}
	if names > 0 && known == 0 {
		l.found.notice(file, "none of its %d images is annotated in the folder %s: not used", names, l.called)
		return true, nil
	}
	number := 0
	for line := range strings.Lines(text) {
		number++
		if strings.TrimSpace(line) == "" {
			continue
		}
		if wrong := l.take(line, file, split, union); wrong != "" {
			p := Problem{File: file, Line: number, Message: fmt.Sprintf("%.80q %s", strings.TrimSpace(line), wrong)}
			if err := l.found.add(p); err != nil {
				return true, err
			}
		}
	}
	return true, nil
}

// take gives the image that a line names its split, and says what is wrong with
// that.
func (l *vocLists) take(line, file string, split Split, union bool) (wrong string) {
	at, known := l.lookUp(line)
	if !known {
		return "is the name of no annotation: left out"
	}
	if at < 0 { // which was said
		if im := &l.set.lost[-at-1]; im.Split == "" {
			im.Split = split
		}
		return ""
	}
	im := &l.set.Images[at]
	switch {
	case im.Split == "":
		im.Split, l.first[at] = split, file
	case union:
	case l.first[at] == file:
		return "is listed twice: once counts"
	default:
		return fmt.Sprintf("is in %s too: left out here", path.Base(l.first[at]))
	}
	return ""
}

// lookUp finds the annotation that a line of a list names, whose name may begin
// or end with a space.
func (l *vocLists) lookUp(line string) (int, bool) {
	line = composed(strings.TrimRight(line, "\r\n"))
	if at, known := l.named(line); known {
		return at, true
	}
	return l.named(strings.TrimSpace(line))
}

// named finds the annotation that a text names: as it stands, with the extension
// of an image or of the annotation, with a flag behind it as in the lists of
// single classes, with folders in front.
func (l *vocLists) named(line string) (int, bool) {
	try := func(name string) (int, bool) {
		for _, n := range [...]string{name, stem(name), strings.TrimSuffix(name, ".xml")} {
			if at, known := l.position[n]; known {
				return at, true
			}
		}
		return 0, false
	}
	if at, known := try(line); known {
		return at, true
	}
	name := strings.ReplaceAll(line, `\`, "/")
	if cut := strings.LastIndexAny(line, " \t"); cut > 0 {
		switch line[cut+1:] {
		case "1", "-1", "0":
			name = strings.TrimRight(name[:cut], " \t")
		}
	}
	for {
		if at, known := try(name); known {
			return at, true
		}
		_, rest, more := strings.Cut(name, "/")
		if !more {
			return 0, false
		}
		name = rest
	}
}
