package annotations

import (
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"detsample/internal/cocojson"
	"detsample/internal/jsonstream"
)

// ReadCOCO reads a COCO or LVIS annotation file from r; name stands for it in
// messages. Images are not looked for.
//
// It takes time proportional to what it reads, and at most 32 bytes of memory for
// each byte read, plus a megabyte. A text of more than 1 MiB is an error, and so are
// values nested more than 1000 deep.
func ReadCOCO(r io.Reader, name string, o Options) (*Set, error) {
	found := &findings{refuse: o.Policy.Refuse}
	s, err := readCOCO(r, name, nil, o, found)
	if err == nil {
		err = s.judge(&o, found)
	}
	if err != nil {
		return nil, Noting(err, found.all())
	}
	s.unusedCategories(found)
	s.Problems = found.all()
	return s, nil
}

// readCOCO reads a file; images, if given, finds its images.
func readCOCO(r io.Reader, name string, images *cocoImages, o Options, found *findings) (*Set, error) {
	c := cocoReader{
		name: name, options: o, found: found, images: images,
		index:      map[int64]int32{},
		files:      map[string]int32{},
		categories: map[int64]placedName{},
		set:        &Set{Path: name, Format: COCO},
	}
	sink := cocojson.Sink{Image: c.addImage, Category: c.addCategory, Object: c.addObject, Found: c.addFinding}
	if err := cocojson.Parse(jsonText(r), sink); err != nil {
		return nil, located(name, err)
	}
	if err := c.assemble(); err != nil {
		return nil, located(name, err)
	}
	return c.set, nil
}

// located turns the error of a reader into one that names file and place.
func located(file string, err error) error {
	if _, ok := errors.AsType[Problem](err); ok {
		return err
	}
	if at, ok := errors.AsType[*jsonstream.SyntaxError](err); ok {
		return Problem{File: file, Message: err.Error(), Line: at.Line, Offset: at.Offset}
	}
	return fmt.Errorf("%s: %w", file, plainPathError(err))
}

// cocoReader collects the lists of a file, which may refer to each other in any
// order, and joins them once all are read: see [cocoReader.assemble].
type cocoReader struct {
	name    string
	options Options
	found   *findings
	images  *cocoImages
	set     *Set

	index      map[int64]int32  // of images, by id
	places     []cocojson.Place // of images
	stated     map[int32]size   // of images whose own size is another
	files      map[string]int32 // of images, by their file
	ignored    int              // objects marked "ignore"
	unsized    int              // images without width and height
	lists      []imageLists
	categories map[int64]placedName // by id
	objects    []placedObject
	ascending  bool // the ids of the objects, so far
}

// imageLists holds LVIS's lists of an image by ids.
type imageLists struct {
	image                   int32
	negative, notExhaustive []int64
	at                      cocojson.Place
}

type placedObject struct {
	Object
	image, category int64
	at              cocojson.Place
	numbered        bool
}

func (o *placedObject) called() string { return o.at.Call("annotation", o.ID, o.numbered) }

type placedName struct {
	name string
	at   cocojson.Place
}

// image is what an image is called.
func (c *cocoReader) image(i int32) string {
	return c.places[i].Call("image", c.set.Images[i].ID, true)
}

func (c *cocoReader) addf(at cocojson.Place, object string, format string, args ...any) error {
	return c.found.add(Problem{File: c.name, Line: at.Line, Offset: at.Offset, Object: object, Message: fmt.Sprintf(format, args...)})
}

func (c *cocoReader) addFinding(f cocojson.Finding) error {
	if f.Element == "" { // of the whole file
		c.found.notice(c.name, "%s", f.Message)
		return nil
	}
	if f.Lost {
		if f.Object {
			c.found.tally.add(tally{objects: 1, lost: 1})
		}
		return c.addf(f.At, f.Element, "%s: left out", f.Message)
	}
	return c.addf(f.At, f.Element, "%s", f.Message)
}

func (c *cocoReader) addImage(im cocojson.Image, at cocojson.Place) error {
	what := func() string { return at.Call("image", im.ID, true) }
	if first, dup := c.index[im.ID]; dup {
		return c.addf(at, what(), "the id is already that of image %d, %q: left out", c.places[first].Number, c.set.Images[first].File)
	}
	file := im.File
	if file == "" {
		file = fileOfURL(im.URL)
	}
	local, note := localName(file)
	if note != "" {
		if err := c.addf(at, what(), "file_name %.80q %s", file, note); err != nil {
			return err
		}
	}
	if first, dup := c.files[local]; dup && local != "" {
		if err := c.addf(at, what(), "has the file %s of %s: both are used", local, c.image(first)); err != nil {
			return err
		}
	}
	c.files[local] = int32(len(c.set.Images))
	c.index[im.ID] = int32(len(c.set.Images))
	if im.Negative != nil || im.NotExhaustive != nil {
		c.set.Format = LVIS
		if len(im.Negative)+len(im.NotExhaustive) > 0 {
			c.lists = append(c.lists, imageLists{int32(len(c.set.Images)), im.Negative, im.NotExhaustive, at})
		}
	}
	w, h := wholePixels(im.Width), wholePixels(im.Height)
	if (w == 0 && im.Width != 0) || (h == 0 && im.Height != 0) {
		if err := c.addf(at, what(), "its size of %gx%g is no number of pixels: taken as unknown", im.Width, im.Height); err != nil {
			return err
		}
	}
	if w == 0 || h == 0 {
		w, h = 0, 0
		c.unsized++
	}
	c.set.Images = append(c.set.Images, Image{ID: im.ID, File: local, Source: c.name, Width: w, Height: h})
	c.places = append(c.places, at)
	return nil
}

func (c *cocoReader) addCategory(cat cocojson.Category, at cocojson.Place) error {
	what := func() string { return at.Call("category", cat.ID, true) }
	if cat.Name == "" {
		cat.Name = fmt.Sprintf("category %d", cat.ID)
		if err := c.addf(at, what(), "no name: called %s", cat.Name); err != nil {
			return err
		}
	}
	if first, dup := c.categories[cat.ID]; dup {
		return c.addf(at, what(), "the id is already that of category %d, %q: %q is left out", first.at.Number, first.name, cat.Name)
	}
	c.categories[cat.ID] = placedName{cat.Name, at}
	switch cat.Frequency {
	case "r", "c", "f":
		c.set.Format = LVIS
	case "":
	default:
		if err := c.addf(at, what(), "frequency %.20q: want r, c or f; taken as none", cat.Frequency); err != nil {
			return err
		}
		cat.Frequency = ""
	}
	c.set.Categories = append(c.set.Categories, Category{cat.ID, cat.Name, cat.Frequency})
	return nil
}

func (c *cocoReader) addObject(a cocojson.Object, at cocojson.Place) error {
	o := placedObject{
		Object: Object{ID: a.ID, Box: a.Box, Area: a.Area, Crowd: a.Crowd, Ignore: a.Ignore && !c.options.Policy.AsIs},
		image:  a.Image, category: a.Category, at: at, numbered: a.HasID,
	}
	if o.Ignore {
		c.ignored++
	}
	if a.HasArea && a.Area < 0 && !c.options.Policy.AsIs {
		a.HasArea = false
		if a.Box[2] > 0 && a.Box[3] > 0 { // else the box is the problem
			if err := c.addf(at, o.called(), "area is %v: that of the box counts", a.Area); err != nil {
				return err
			}
		}
	}
	if !a.HasArea {
		o.Area = a.Box[2] * a.Box[3]
	}
	c.found.tally.objects++
	n := len(c.objects)
	c.ascending = n == 0 || c.ascending && a.HasID && a.ID > c.objects[n-1].ID
	c.objects = append(c.objects, o)
	return nil
}

// fileOfURL returns the folder and name at the end of a coco_url, which is
// all that LVIS 1.0 names an image by.
func fileOfURL(url string) string {
	parts := strings.Split(url, "/")
	if len(parts) < 5 { // scheme, empty, host, folder, name
		return ""
	}
	return path.Join(parts[len(parts)-2:]...)
}
