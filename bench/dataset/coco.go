package dataset

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// readCOCO reads the annotations of a set in COCO layout.
func readCOCO(fsys fs.FS, files []cocoSource, log problems, onProblem Policy) (split, problems, error) {
	byRole, found, err := assign(files)
	if err != nil {
		return split{}, nil, err
	}
	log = append(log, found...)
	var s split
	read := func(file string) []picture {
		if err != nil || file == "" {
			return nil
		}
		pictures, classes, found, failed := readCOCOFile(fsys, file)
		log = append(log, found...)
		err = cmp.Or(failed, log.refused(onProblem))
		s.mergeClasses(classes)
		return pictures
	}
	s.train = read(byRole[roleTrain])
	s.test = read(byRole[roleVal])
	if byRole[roleVal] == "" {
		s.test = read(byRole[roleTest])
		if byRole[roleTest] != "" && !anyMark(s.test) {
			log.noticef(byRole[roleTest], "its images are not annotated: not used")
			s.test = nil
		}
	} else if byRole[roleTest] != "" {
		log.noticef(byRole[roleTest], "not read: %s is the held-out split", byRole[roleVal])
	}
	if err != nil {
		return s, log, err
	}
	if len(s.test) == 0 {
		if len(s.train) < 2 {
			return s, log, fmt.Errorf("%s lists %d images that exist: want at least 2, one to train and one to test on%s", byRole[roleTrain], len(s.train), log.first())
		}
		s.holdOut()
		log.noticef(byRole[roleTrain], "no annotations for val or test: %d of %d images held out by a hash of their names", len(s.test), len(s.test)+len(s.train))
	}
	return s, log, nil
}

func anyMark(pictures []picture) bool {
	return slices.ContainsFunc(pictures, func(p picture) bool { return len(p.marks) > 0 })
}

func (s *split) mergeClasses(classes []string) {
	for _, c := range classes {
		if !slices.Contains(s.classes, c) {
			s.classes = append(s.classes, c)
		}
	}
}

// readCOCOFile reads one annotation file: its pictures in the order of its
// images, and its classes in the order of their ids. A file that is no COCO
// JSON is an error under either policy, for nothing of a split remains.
func readCOCOFile(fsys fs.FS, file string) ([]picture, []string, problems, error) {
	f, err := fsys.Open(file)
	if err != nil {
		return nil, nil, nil, err
	}
	defer f.Close()
	doc, err := parseCOCO(f)
	if err != nil {
		p := Problem{File: file, Message: err.Error()}
		if at := (*lineError)(nil); errors.As(err, &at) {
			p.Line = at.line
		}
		return nil, nil, nil, p
	}
	c := cocoReader{fsys: fsys, file: file, dirs: imageDirs(file)}
	for _, fault := range doc.faults {
		c.log = append(c.log, Problem{File: file, Line: fault.line, Message: fault.message + ": left out"})
	}
	names, classes := c.categories(doc.categories)
	pictures, index := c.pictures(doc.images)
	c.place(doc.objects, names, pictures, index)
	kept := slices.DeleteFunc(pictures, func(p picture) bool { return p.file == "" })
	return kept, classes, c.log, nil
}

// cocoReader turns the lists of one annotation file into pictures.
type cocoReader struct {
	fsys fs.FS
	file string
	dirs []string // where images may lie, the last one found first
	log  problems
}

func (c *cocoReader) addf(line int, format string, args ...any) {
	c.log = append(c.log, Problem{File: c.file, Line: line, Message: fmt.Sprintf(format, args...)})
}

// categories returns the name of each id, and the names by ascending id.
func (c *cocoReader) categories(list []cocoCategory) (map[int64]string, []string) {
	names := make(map[int64]string, len(list))
	var ids []int64
	for _, cat := range list {
		if first, dup := names[cat.id]; dup {
			c.addf(cat.line, "category id %d is both %q and %q: the first counts", cat.id, first, cat.name)
			continue
		}
		names[cat.id] = cat.name
		ids = append(ids, cat.id)
	}
	slices.Sort(ids)
	var classes []string
	for _, id := range ids {
		if slices.Contains(classes, names[id]) {
			c.addf(0, "category %d repeats the name %q: both are one class", id, names[id])
			continue
		}
		classes = append(classes, names[id])
	}
	return names, classes
}

// pictures returns one picture per image with its own id, and their index by
// id. One whose file is unusable keeps its place, so that its annotations are
// not taken for orphans, with an empty file.
func (c *cocoReader) pictures(list []cocoImage) ([]picture, map[int64]int) {
	pictures := make([]picture, 0, len(list))
	index := make(map[int64]int, len(list))
	for _, im := range list {
		if first, dup := index[im.id]; dup {
			c.addf(im.line, "image id %d of %s is already that of %s: left out", im.id, im.fileName, pictures[first].file)
			continue
		}
		index[im.id] = len(pictures)
		pictures = append(pictures, picture{
			file: c.find(im), source: c.file, id: im.id,
			width: wholePixels(im.width), height: wholePixels(im.height), noun: "annotation",
		})
	}
	return pictures, index
}

// find returns the image's path, empty and reported where there is none.
func (c *cocoReader) find(im cocoImage) string {
	name := path.Clean(im.fileName)
	if !fs.ValidPath(name) || name == "." {
		c.addf(im.line, "image %d: file name %q leads out of the set's folder: left out", im.id, im.fileName)
		return ""
	}
	for i, dir := range c.dirs {
		if file := path.Join(dir, name); exists(c.fsys, file) {
			c.dirs[0], c.dirs[i] = c.dirs[i], c.dirs[0]
			return file
		}
	}
	c.addf(im.line, "image %d: %s is in none of the folders %s: left out", im.id, name, strings.Join(c.dirs, ", "))
	return ""
}

// place hands each annotation to its picture.
func (c *cocoReader) place(objects []cocoObject, names map[int64]string, pictures []picture, index map[int64]int) {
	seen := make(map[int64]int, len(objects)) // annotation id to its position
	repeated, sample := 0, int64(0)
	for i, a := range objects {
		p, known := index[a.image]
		if !known {
			c.addf(a.line, "annotation %d: no image has its image_id %d: left out", a.id, a.image)
			continue
		}
		class, known := names[a.category]
		if !known {
			c.addf(a.line, "annotation %d: no category has its category_id %d: left out", a.id, a.category)
			continue
		}
		if first, dup := seen[a.id]; dup {
			if o := objects[first]; o.image == a.image && o.box == a.box && o.category == a.category {
				c.addf(a.line, "annotation %d is there twice: the first counts", a.id)
				continue
			}
			repeated, sample = repeated+1, a.id
		} else {
			seen[a.id] = i
		}
		pictures[p].marks = append(pictures[p].marks, mark{
			id: a.id, class: class, line: a.line, ignore: a.crowd,
			box: [4]float64{a.box[0], a.box[1], a.box[0] + a.box[2], a.box[1] + a.box[3]},
		})
	}
	if repeated > 0 {
		c.addf(0, "%d annotations have the id of another one, such as %d: all are used, for ids matter to nobody here", repeated, sample)
	}
}
