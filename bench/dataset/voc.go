package dataset

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

const (
	vocAnnotations = "Annotations"
	vocImages      = "JPEGImages"
	vocLists       = "ImageSets/Main"
)

func isVOC(fsys fs.FS) bool {
	files, _ := fs.Glob(fsys, vocAnnotations+"/*.xml")
	return len(files) > 0
}

// readVOC reads the annotations of a set in Pascal VOC layout.
func readVOC(fsys fs.FS, onProblem Policy) (split, problems, error) {
	train, test, log := vocNames(fsys)
	var s split
	var found problems
	s.train, found = readVOCFiles(fsys, train)
	log = append(log, found...)
	s.test, found = readVOCFiles(fsys, test)
	log = append(log, found...)
	if err := log.refused(onProblem); err != nil {
		return s, log, err
	}
	if len(test) == 0 {
		if len(s.train) < 2 {
			return s, log, fmt.Errorf("%d annotated images: want at least 2, one to train and one to test on%s", len(s.train), log.first())
		}
		s.holdOut()
		log.noticef(vocLists, "no list of test images: %d of %d images held out by a hash of their names", len(s.test), len(s.test)+len(s.train))
	}
	for _, pictures := range [2][]picture{s.train, s.test} {
		for i := range pictures {
			for j := range pictures[i].marks {
				s.classes = append(s.classes, pictures[i].marks[j].class)
			}
		}
	}
	slices.Sort(s.classes)
	s.classes = slices.Compact(s.classes)
	return s, log, nil
}

// vocNames returns the names of the training and test images; test is empty
// where the lists hold none out.
func vocNames(fsys fs.FS) (train, test []string, log problems) {
	list := func(name string) []string {
		names, found := vocList(fsys, path.Join(vocLists, name))
		log = append(log, found...)
		return names
	}
	trainval, onlyTrain, val, test := list("trainval.txt"), list("train.txt"), list("val.txt"), list("test.txt")
	annotated := func(name string) bool {
		file := path.Join(vocAnnotations, name+".xml")
		return fs.ValidPath(file) && exists(fsys, file)
	}
	if len(test) > 0 && !slices.ContainsFunc(test, annotated) {
		log.noticef(vocLists+"/test.txt", "none of its %d images is annotated: not used", len(test))
		test = nil
	}
	both := slices.Concat(onlyTrain, val)
	switch {
	case len(test) > 0 && len(trainval) > 0:
		return trainval, test, log
	case len(test) > 0 && len(both) > 0:
		return both, test, log
	case len(test) > 0:
		return without(allVOC(fsys), test), test, log
	case len(val) > 0 && len(onlyTrain) > 0:
		return onlyTrain, val, log
	case len(trainval) > 0 && len(val) > 0:
		return without(trainval, val), val, log
	case len(trainval) > 0:
		return trainval, nil, log
	case len(both) > 0:
		return both, nil, log
	}
	return allVOC(fsys), nil, log
}

// vocList reads a list of image names, one a line; what follows a name on its
// line (the flags of a list by class) is not part of it.
func vocList(fsys fs.FS, file string) ([]string, problems) {
	var log problems
	f, err := fsys.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		log.addf(file, "%v: list not used", err)
		return nil, log
	}
	defer f.Close()
	var names []string
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if fields := strings.Fields(lines.Text()); len(fields) > 0 {
			names = append(names, fields[0])
		}
	}
	if err := lines.Err(); err != nil {
		log.addf(file, "%v: only its first %d names are used", err, len(names))
	}
	return names, log
}

func allVOC(fsys fs.FS) []string {
	files, _ := fs.Glob(fsys, vocAnnotations+"/*.xml")
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(path.Base(f), ".xml")
	}
	return names
}

func without(names, drop []string) []string {
	gone := make(map[string]bool, len(drop))
	for _, n := range drop {
		gone[n] = true
	}
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return gone[n] })
}

// readVOCFiles reads the annotations of the named images, in parallel.
func readVOCFiles(fsys fs.FS, names []string) ([]picture, problems) {
	read := make([]*picture, len(names))
	found := make([]problems, len(names))
	each(len(names), func(i int) bool {
		read[i], found[i] = readVOCFile(fsys, names[i], int64(i+1))
		return true
	})
	var pictures []picture
	for _, p := range read {
		if p != nil {
			pictures = append(pictures, *p)
		}
	}
	return pictures, slices.Concat(found...)
}

// readVOCFile reads one annotation; nil where it or its image is unusable.
func readVOCFile(fsys fs.FS, name string, id int64) (*picture, problems) {
	var log problems
	source := path.Join(vocAnnotations, name+".xml")
	if !fs.ValidPath(source) {
		log.addf(vocLists, "image name %q leads out of the set's folder: left out", name)
		return nil, log
	}
	if err := regular(fsys, source); err != nil {
		log.addf(source, "%v: image left out", err)
		return nil, log
	}
	f, err := fsys.Open(source)
	if err != nil {
		log.addf(source, "%v: image left out", err)
		return nil, log
	}
	defer f.Close()
	doc, err := parseVOC(f)
	if err != nil {
		p := Problem{File: source, Message: err.Error() + ": image left out"}
		if at := (*lineError)(nil); errors.As(err, &at) {
			p.Line = at.line
		}
		return nil, append(log, p)
	}
	p := &picture{source: source, id: id, width: doc.width, height: doc.height, noun: "object", marks: doc.marks}
	if p.file = vocImage(fsys, name, doc.filename); p.file == "" {
		log.addf(source, "its image is missing: want %s/%s.jpg or .png; left out", vocImages, name)
		return nil, log
	}
	return p, log
}

// vocImage finds the image of an annotation: by the annotation's own name as
// the benchmark's tools do, else by its <filename>.
func vocImage(fsys fs.FS, name, filename string) string {
	for _, ext := range []string{".jpg", ".jpeg", ".png", ".JPG", ".JPEG", ".PNG"} {
		if file := path.Join(vocImages, name+ext); exists(fsys, file) {
			return file
		}
	}
	if fs.ValidPath(filename) && filename != "." {
		if file := path.Join(vocImages, filename); exists(fsys, file) {
			return file
		}
	}
	return ""
}
