package dataset

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"detsample/bench/annotations"
)

// Open reads the image set at a path, of any format that [annotations.Open]
// reads.
//
// Test is what the annotations call val, for Pascal VOC test where that is
// annotated; where there is none, test; where nothing is held out, a fifth of
// all by a hash of the names, the same at every call, with the copies of an image
// on one side. Train is train, for Pascal VOC trainval where test is held out.
// Images of Test that have the bytes of one of Train stay, and are a problem.
//
// Every image is scaled so that its longest side is [Options.Size], with its
// aspect kept (Catmull-Rom, its kernel widened when it scales down), and lies
// at the top left of the common canvas; the rest is mid grey (128).
//
// Every file is read once, for its digest and to see that it is complete; up to
// 268 million pixels of them all are decoded as well. An image that cannot be is
// left out. After that images are decoded when [Image.Pixels] asks for them, and
// [Options.Cache] bytes of them stay in memory. A file that then fails to be
// decoded, or is not what it was, is an error.
//
// An error names the place and the remedy, and [annotations.Noted] tells what
// had been found by then; it is that of ctx soon after it ends.
func Open(ctx context.Context, path string, o Options) (*Set, error) {
	if _, err := o.filled(); err != nil {
		return nil, err
	}
	a, err := annotations.Open(path, annotations.Options{
		Policy: annotations.Policy{Refuse: o.Refuse}, Images: true, FollowLinks: o.FollowLinks,
	})
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	return load(ctx, a, nil, o)
}

// load makes a set of annotations that were opened with
// [annotations.Options.Images]; of files that are known where they are not nil.
func load(ctx context.Context, a *annotations.Set, known *disk, o Options) (*Set, error) {
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	l := loader{ctx: ctx, Options: o, annotated: a, disk: known, known: known != nil, problems: problems{list: slices.Clip(a.Problems), refuse: o.Refuse}}
	s, err := l.load()
	if err != nil {
		return nil, annotations.Noting(fmt.Errorf("dataset: %s: %w", a.Path, err), l.problems.list)
	}
	s.Problems = l.problems.list
	abs, err := filepath.Abs(a.Path)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	s.Name = filepath.Base(abs)
	return s, nil
}

// loader makes a set of annotations.
type loader struct {
	Options
	ctx       context.Context
	annotated *annotations.Set
	problems  problems
	class     []int32 // of each category, -1 for one that is left out
	disk      *disk
	known     bool // the files were read
}

func (l *loader) load() (*Set, error) {
	if why := l.annotated.Unusable(l.problems.list); why != "" {
		return nil, errors.New(why)
	}
	if !l.known {
		l.disk = newDisk(l.annotated, l.MaxPixels, l.Cache)
	}
	train, test, err := l.parts()
	if err != nil {
		return nil, err
	}
	for _, part := range [...]struct {
		name   string
		images []int
	}{{"training", train}, {"test", test}} {
		if !l.anyObject(part.images) {
			return nil, fmt.Errorf("%d training and %d test images, and the %s images have no annotated object: annotate some of them, or part the images otherwise%s", len(train), len(test), part.name, annotations.FirstDefect(l.problems.list))
		}
	}
	s := &Set{}
	if s.Classes, err = l.chooseClasses(train, test); err != nil {
		return nil, err
	}
	train, test = l.limit(train, l.MaxTrain, "training"), l.limit(test, l.MaxTest, "test")
	if err := l.images(s, train, test); err != nil {
		return nil, err
	}
	s.annotated, s.class = l.annotated, l.class
	if err := l.usable(s); err != nil {
		return nil, err
	}
	return s, l.parted(s)
}

// usable returns an error where nothing can be trained or tested on s.
func (l *loader) usable(s *Set) error {
	train, test := s.Stats()
	defect := annotations.FirstDefect(l.problems.list)
	switch {
	case len(s.Train) == 0 || len(s.Test) == 0:
		return fmt.Errorf("%d training and %d test images are usable, both must be at least 1%s", len(s.Train), len(s.Test), defect)
	case train.Objects == 0 || test.Objects == 0:
		remedy := "annotate more images of the one that has none, or part them otherwise"
		if l.Classes != nil {
			remedy = "choose other classes, or " + remedy
		}
		return fmt.Errorf("%d training and %d test objects are usable, both must be at least 1: %s%s", train.Objects, test.Objects, remedy, defect)
	}
	return nil
}

// problems collects findings in the order of the data.
type problems struct {
	list   []annotations.Problem
	refuse bool
}

// add notes a problem; it is the error to return under [Options.Refuse].
func (l *problems) add(p annotations.Problem) error {
	if l.refuse && !p.Notice {
		return p
	}
	l.list = append(l.list, p)
	return nil
}

func (l *problems) notice(format string, args ...any) {
	l.list = append(l.list, annotations.Problem{Notice: true, Message: fmt.Sprintf(format, args...)})
}
