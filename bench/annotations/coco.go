package annotations

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strings"

	"detsample/internal/cocojson"
)

// ReadCOCO reads a COCO or LVIS annotation file from r; name stands for it in
// messages.
func ReadCOCO(r io.Reader, name string, o Options) (*Set, error) {
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	c := cocoReader{
		name: name, options: o,
		log:        log{limit: o.MaxProblems, refuse: o.OnProblem == Refuse},
		image:      map[int64]int32{},
		categories: map[int64]string{},
		set:        &Set{Path: name, Format: COCO},
	}
	if err := cocojson.Parse(r, cocojson.Sink{Image: c.addImage, Category: c.addCategory, Object: c.addObject, Fault: c.addFault}); err != nil {
		return nil, located(name, err)
	}
	if err := c.assemble(); err != nil {
		return nil, located(name, err)
	}
	c.set.Problems = c.log.all()
	return c.set, nil
}

// cocoReader collects the lists of a file, which may refer to each other in
// any order, and joins them at its end.
type cocoReader struct {
	name    string
	options Options
	log     log
	set     *Set

	image      map[int64]int32 // id to index
	lists      []imageLists
	categories map[int64]string // id to name
	objects    []placedObject
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
}

func (c *cocoReader) addf(at cocojson.Place, object string, format string, args ...any) error {
	return c.log.add(Problem{File: c.name, Line: at.Line, Offset: at.Offset, Object: object, Message: fmt.Sprintf(format, args...)})
}

func (c *cocoReader) addFault(list, message string, at cocojson.Place) error {
	return c.addf(at, "", "element of %q: %s: left out", list, message)
}

func (c *cocoReader) addImage(im cocojson.Image, at cocojson.Place) error {
	what := fmt.Sprintf("image %d", im.ID)
	if first, dup := c.image[im.ID]; dup {
		return c.addf(at, what, "the id is already that of %s: left out", c.set.Images[first].File)
	}
	file := im.File
	if file == "" {
		file = fileOfURL(im.URL)
	}
	clean, ok := within(file)
	if !ok {
		if err := c.addf(at, what, "file name %.80q leads out of the set's folder or is missing: kept without a name", file); err != nil {
			return err
		}
	}
	c.image[im.ID] = int32(len(c.set.Images))
	if im.Negative != nil || im.NotExhaustive != nil {
		c.set.Format = LVIS
		if len(im.Negative)+len(im.NotExhaustive) > 0 {
			c.lists = append(c.lists, imageLists{int32(len(c.set.Images)), im.Negative, im.NotExhaustive, at})
		}
	}
	w, h := wholePixels(im.Width), wholePixels(im.Height)
	c.set.Images = append(c.set.Images, Image{ID: im.ID, File: clean, Width: w, Height: h})
	if (w == 0 && im.Width != 0) || (h == 0 && im.Height != 0) {
		return c.addf(at, what, "its size of %gx%g is no number of pixels: taken as unknown", im.Width, im.Height)
	}
	return nil
}

func (c *cocoReader) addCategory(cat cocojson.Category, at cocojson.Place) error {
	what := fmt.Sprintf("category %d", cat.ID)
	if first, dup := c.categories[cat.ID]; dup {
		return c.addf(at, what, "is both %q and %q: the first counts", first, cat.Name)
	}
	c.categories[cat.ID] = cat.Name
	switch cat.Frequency {
	case "r", "c", "f":
		c.set.Format = LVIS
	case "":
	default:
		if err := c.addf(at, what, "frequency %.20q: want r, c or f; taken as none", cat.Frequency); err != nil {
			return err
		}
		cat.Frequency = ""
	}
	c.set.Categories = append(c.set.Categories, Category{cat.ID, cat.Name, cat.Frequency})
	return nil
}

func (c *cocoReader) addObject(a cocojson.Object, at cocojson.Place) error {
	what := fmt.Sprintf("annotation %d", a.ID)
	if !finiteBox(a.Box) || a.HasArea && math.IsNaN(a.Area-a.Area) {
		return c.addf(at, what, "box %v with area %v is not finite: left out", a.Box, a.Area)
	}
	if a.Box[2] <= 0 || a.Box[3] <= 0 {
		done := "left out"
		if c.options.KeepDegenerate {
			done = "kept, but nothing matches it"
		}
		err := c.addf(at, what, "box %v is degenerate (no width or no height): %s", a.Box, done)
		if err != nil || !c.options.KeepDegenerate {
			return err
		}
	}
	area := a.Box[2] * a.Box[3]
	if a.HasArea {
		area = a.Area
	}
	c.objects = append(c.objects, placedObject{
		Object: Object{ID: a.ID, Box: a.Box, Area: area, Crowd: a.Crowd, Ignore: a.Ignore},
		image:  a.Image, category: a.Category, at: at,
	})
	return nil
}

// assemble joins images, categories and objects.
func (c *cocoReader) assemble() error {
	slices.SortStableFunc(c.set.Categories, func(a, b Category) int { return cmp.Compare(a.ID, b.ID) })
	index := make(map[int64]int32, len(c.set.Categories))
	for i, cat := range c.set.Categories {
		index[cat.ID] = int32(i)
	}
	if err := c.nameTwice(); err != nil {
		return err
	}
	kept, err := c.resolve(index)
	if err != nil {
		return err
	}
	c.distribute(kept)
	return c.resolveLists(index)
}

func (c *cocoReader) nameTwice() error {
	first := make(map[string]int64, len(c.set.Categories))
	for _, cat := range c.set.Categories {
		if id, dup := first[cat.Name]; dup {
			if err := c.addf(cocojson.Place{}, fmt.Sprintf("category %d", cat.ID), "repeats the name %.80q of category %d: kept apart by id", cat.Name, id); err != nil {
				return err
			}
			continue
		}
		first[cat.Name] = cat.ID
	}
	return nil
}

// resolve leaves the objects whose image and category exist, and sets
// their indices.
func (c *cocoReader) resolve(category map[int64]int32) ([]placedObject, error) {
	seen := make(map[int64]int32, len(c.objects))
	repeated, sample := 0, int64(0)
	kept := c.objects[:0]
	for _, o := range c.objects {
		what := fmt.Sprintf("annotation %d", o.ID)
		image, known := c.image[o.image]
		if !known {
			if err := c.addf(o.at, what, "no image has its image_id %d: left out", o.image); err != nil {
				return nil, err
			}
			continue
		}
		class, known := category[o.category]
		if !known {
			if err := c.addf(o.at, what, "no category has its category_id %d: left out", o.category); err != nil {
				return nil, err
			}
			continue
		}
		o.image, o.Category = int64(image), class
		if first, dup := seen[o.ID]; !dup {
			seen[o.ID] = int32(len(kept))
		} else if f := kept[first]; f.image == o.image && f.Box == o.Box && f.Category == o.Category {
			if err := c.addf(o.at, what, "is there twice: the first counts"); err != nil {
				return nil, err
			}
			continue
		} else {
			repeated, sample = repeated+1, o.ID
		}
		kept = append(kept, o)
	}
	if repeated > 0 {
		return kept, c.addf(cocojson.Place{}, "", "%d annotations have the id of another one, such as %d: all are used", repeated, sample)
	}
	return kept, nil
}

// distribute hands each image its objects, in the order of the file.
func (c *cocoReader) distribute(objects []placedObject) {
	next := make([]int, len(c.set.Images)+1)
	for i := range objects {
		next[objects[i].image+1]++
	}
	for i := range c.set.Images {
		next[i+1] += next[i]
	}
	all := make([]Object, len(objects))
	for i := range c.set.Images {
		if from, to := next[i], next[i+1]; to > from {
			c.set.Images[i].Objects = all[from:to:to]
		}
	}
	for i := range objects {
		at := &next[objects[i].image]
		all[*at] = objects[i].Object
		*at++
	}
}

func (c *cocoReader) resolveLists(category map[int64]int32) error {
	for _, l := range c.lists {
		im := &c.set.Images[l.image]
		for _, list := range []struct {
			ids []int64
			to  *[]int32
		}{{l.negative, &im.Negative}, {l.notExhaustive, &im.NotExhaustive}} {
			for _, id := range list.ids {
				if class, known := category[id]; known {
					*list.to = append(*list.to, class)
				} else if err := c.addf(l.at, fmt.Sprintf("image %d", im.ID), "lists the unknown category %d: left out", id); err != nil {
					return err
				}
			}
		}
	}
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

// within returns a cleaned slash-separated path that stays in its folder.
func within(file string) (clean string, ok bool) {
	if file == "" || strings.HasPrefix(file, "/") || strings.ContainsAny(file, "\x00\\") {
		return "", false
	}
	clean = path.Clean(file)
	if clean == "." || clean == ".." || strings.HasPrefix(clean, "../") {
		return "", false
	}
	return clean, true
}

func finiteBox(b [4]float64) bool {
	sum := math.Abs(b[0]) + math.Abs(b[1]) + math.Abs(b[2]) + math.Abs(b[3])
	return sum <= math.MaxFloat64 && math.Abs(b[2]*b[3]) <= math.MaxFloat64
}

// wholePixels returns a side's length, 0 where it is no number of pixels.
func wholePixels(v float64) int {
	if v >= 1 && v <= math.MaxInt32 && v == math.Trunc(v) {
		return int(v)
	}
	return 0
}
