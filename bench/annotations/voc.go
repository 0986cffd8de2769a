package annotations

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"detsample/internal/vocxml"
)

// maxText is the largest XML or label file that is read; each is of one image.
const maxText = 16 << 20

// vocFiles lists the annotation files of a folder in VOC layout, or of one
// that holds nothing but them.
func vocFiles(fsys fs.FS) []string {
	for _, pattern := range []string{"Annotations/*.xml", "*.xml"} {
		if files, _ := fs.Glob(fsys, pattern); len(files) > 0 {
			return files
		}
	}
	return nil
}

// readVOC reads annotation files; categories are ordered by name.
func readVOC(fsys fs.FS, files []string, o Options) (*Set, error) {
	v := vocReader{
		fsys: fsys, options: o,
		log:   log{limit: o.MaxProblems, refuse: o.OnProblem == Refuse},
		set:   &Set{Format: VOC},
		class: map[string]int32{},
	}
	for _, file := range files {
		if err := v.file(file); err != nil {
			return nil, err
		}
	}
	v.sortCategories()
	v.set.Problems = v.log.all()
	return v.set, nil
}

type vocReader struct {
	fsys    fs.FS
	options Options
	log     log
	set     *Set
	class   map[string]int32 // in order of appearance
	objects int64
}

func (v *vocReader) file(file string) error {
	f, err := openRegular(v.fsys, file)
	if err != nil {
		return v.log.add(Problem{File: file, Message: err.Error() + ": left out"})
	}
	defer f.Close()
	doc, err := vocxml.Parse(f)
	if err != nil {
		p := Problem{File: file, Message: err.Error() + ": left out"}
		if at, ok := errors.AsType[*vocxml.Error](err); ok {
			p.Line = at.Line
		}
		return v.log.add(p)
	}
	im := Image{
		ID:    int64(len(v.set.Images) + 1),
		Width: wholePixels(doc.Width), Height: wholePixels(doc.Height),
	}
	name := strings.TrimSuffix(path.Base(file), ".xml")
	var ok bool
	if im.File, ok = within(doc.Filename); !ok {
		im.File = name + ".jpg"
		if doc.Filename != "" {
			if err := v.log.add(Problem{File: file, Message: fmt.Sprintf("<filename> %.80q leads out of the set's folder: taken as %s", doc.Filename, im.File)}); err != nil {
				return err
			}
		}
	}
	for i, o := range doc.Objects {
		if err := v.object(&im, file, i+1, o); err != nil {
			return err
		}
	}
	v.set.Images = append(v.set.Images, im)
	return nil
}

func (v *vocReader) object(im *Image, file string, number int, o vocxml.Object) error {
	at := Problem{File: file, Line: o.Line, Object: fmt.Sprintf("object %d (%.40s)", number, o.Name)}
	box := [4]float64{o.Box[0], o.Box[1], o.Box[2] - o.Box[0], o.Box[3] - o.Box[1]}
	if o.Name == "" {
		at.Message = "no class name: left out"
		return v.log.add(at)
	}
	keep, problem := judge(box, v.options)
	if problem != "" {
		at.Message = problem
		if err := v.log.add(at); err != nil {
			return err
		}
	}
	if !keep {
		return nil
	}
	class, known := v.class[o.Name]
	if !known {
		class = int32(len(v.class))
		v.class[o.Name] = class
	}
	v.objects++
	im.Objects = append(im.Objects, Object{ID: v.objects, Box: box, Category: class, Area: box[2] * box[3], Ignore: o.Difficult})
	return nil
}

// sortCategories numbers the categories by name instead of by appearance.
func (v *vocReader) sortCategories() {
	var names []string
	for name := range v.class {
		names = append(names, name)
	}
	slices.Sort(names)
	position := make([]int32, len(names))
	for i, name := range names {
		position[v.class[name]] = int32(i)
		v.set.Categories = append(v.set.Categories, Category{ID: int64(i), Name: name})
	}
	for i := range v.set.Images {
		for j := range v.set.Images[i].Objects {
			o := &v.set.Images[i].Objects[j]
			o.Category = position[o.Category]
		}
	}
}

// judge says whether a box is kept and what is wrong with it.
func judge(box [4]float64, o Options) (keep bool, problem string) {
	switch {
	case !finiteBox(box):
		return false, fmt.Sprintf("box %v is not finite: left out", box)
	case box[2] > 0 && box[3] > 0:
		return true, ""
	case o.KeepDegenerate:
		return true, fmt.Sprintf("box %v is degenerate (no width or no height): kept, but nothing matches it", box)
	}
	return false, fmt.Sprintf("box %v is degenerate (no width or no height): left out", box)
}

// openRegular opens a small regular file; a pipe or a device could block for
// ever.
func openRegular(fsys fs.FS, file string) (fs.File, error) {
	info, err := fs.Stat(fsys, file)
	if err != nil {
		return nil, plainPathError(err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("not a regular file (%v)", info.Mode().Type())
	}
	if info.Size() > maxText {
		return nil, fmt.Errorf("%d bytes, more than the annotations of one image take (%d)", info.Size(), maxText)
	}
	f, err := fsys.Open(file)
	if err != nil {
		return nil, plainPathError(err)
	}
	return f, nil
}

// plainPathError leaves out the operation and the path, which the problem
// names itself.
func plainPathError(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	return err
}

// readText reads a small regular file.
func readText(fsys fs.FS, file string) ([]byte, error) {
	f, err := openRegular(fsys, file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}
