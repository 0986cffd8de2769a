package dataset

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Open reads the image set in a folder. It recognises
//
//   - Pascal VOC: Annotations/*.xml, JPEGImages, ImageSets/Main. Test is
//     test.txt where its images are annotated, else val.txt; Train is
//     trainval.txt (or train.txt and val.txt), or train.txt where val.txt is
//     the test. Without lists the images are split.
//   - COCO: JSON files in annotations/, beside the images or in the folders
//     train, valid and test (Roboflow), told apart by the words train, val and
//     test in their names. Test is val, else test where it is annotated. One
//     file alone is split. Where a folder has instances_*.json, only those count.
//
// A split is 80 to 20 by a hash of the names, the same at every call.
//
// Every image is scaled so that its longest side is [Options.Size], with its
// aspect kept (Catmull-Rom, its kernel widened when it scales down), and lies
// at the top left of the common canvas; the rest is mid grey (128).
//
// The whole set is held in memory, 3*Width*Height bytes an image; where that is
// too much, [Options.MaxTrain] and [Options.MaxTest] limit it.
//
// An error names the place and the remedy. Files outside dir are never read,
// whatever the annotations or symbolic links say.
func Open(dir string, o Options) (*Set, error) {
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w: name a folder that holds a VOC or COCO set", err)
	}
	defer root.Close()
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	s, err := open(root.FS(), o)
	if err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", dir, err)
	}
	s.Name = filepath.Base(abs)
	return s, nil
}

// open reads the set in fsys; o has its defaults.
func open(fsys fs.FS, o Options) (*Set, error) {
	split, log, err := annotated(fsys, o.OnProblem)
	if err != nil {
		return nil, err
	}
	log = append(log, split.dropShared()...)
	log = append(log, split.dropUnusable()...)
	if !anyMark(split.train) || !anyMark(split.test) {
		return nil, fmt.Errorf("%d training and %d test images, and one of the two has no annotated object: annotate more images%s", len(split.train), len(split.test), log.first())
	}
	classes, found, err := chooseClasses(&split, o.Classes)
	if err != nil {
		return nil, err
	}
	log = append(log, found...)
	log = append(log, split.limit(o.MaxTrain, o.MaxTest)...)
	if err := split.fits(o); err != nil {
		return nil, err
	}
	if err := log.refused(o.OnProblem); err != nil {
		return nil, err
	}

	s := &Set{Classes: classes}
	index := classIndex(classes)
	s.Train, found = loadAll(fsys, split.train, index, o)
	log = append(log, found...)
	if err := log.refused(o.OnProblem); err != nil {
		return nil, err
	}
	s.Test, found = loadAll(fsys, split.test, index, o)
	log = append(log, found...)
	if err := log.refused(o.OnProblem); err != nil {
		return nil, err
	}
	if err := usable(s, log); err != nil {
		return nil, err
	}
	s.letterbox(o.Multiple)
	s.Problems = log
	return s, nil
}

// annotated reads the annotations of whichever layout fsys has.
func annotated(fsys fs.FS, onProblem Policy) (split, problems, error) {
	if isVOC(fsys) {
		return readVOC(fsys, onProblem)
	}
	files, log := findCOCO(fsys)
	if len(files) > 0 {
		return readCOCO(fsys, files, log, onProblem)
	}
	return split{}, nil, fmt.Errorf("no image set here: want Annotations/*.xml (Pascal VOC) or a COCO *.json in this folder, annotations, train, valid or test%s", hint(fsys))
}

// hint names a subfolder that holds a set, the usual slip of one level.
func hint(fsys fs.FS) string {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return ""
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		sub, err := fs.Sub(fsys, e.Name())
		if err != nil {
			continue
		}
		if files, _ := findCOCO(sub); isVOC(sub) || len(files) > 0 {
			return fmt.Sprintf("; the folder %s has one: open that", e.Name())
		}
	}
	return ""
}

// usable returns an error where nothing can be trained or tested on s.
func usable(s *Set, log problems) error {
	train, test := s.Stats()
	switch {
	case len(s.Train) == 0 || len(s.Test) == 0:
		return fmt.Errorf("%d training and %d test images are usable, both must be at least 1%s", len(s.Train), len(s.Test), log.first())
	case train.Objects == 0 || test.Objects == 0:
		return fmt.Errorf("%d training and %d test objects are usable, both must be at least 1: annotate more images or choose other classes%s", train.Objects, test.Objects, log.first())
	}
	return nil
}
