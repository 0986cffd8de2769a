package annotations

import (
	"errors"
	"fmt"
	"math"
	"path"
	"runtime"
	"slices"
	"strings"

	"detsample/internal/parallel"
	"detsample/internal/prose"
	"detsample/internal/vocxml"
)

// readVOC reads annotation files; categories are ordered by name.
func readVOC(v *vocFolder, o Options, found *findings) (*Set, error) {
	r := vocReader{vocFolder: v, options: o}
	read := make([]vocImage, len(v.files))
	parallel.For(runtime.GOMAXPROCS(0), len(v.files), func(_, i int) { read[i] = r.file(v.files[i]) })
	if err := r.shares(read, found); err != nil {
		for i := range read {
			found.join(&read[i].found)
		}
		return nil, err
	}
	r.rescale(read, found)
	suspectUnits(read, found)
	parallel.For(runtime.GOMAXPROCS(0), len(read), func(_, i int) { read[i].judge(&o.Policy) })
	s := &Set{Format: VOC, HasImages: o.Images || len(v.images) > 0}
	class := map[string]int32{} // in order of appearance
	position, used := map[string]int{}, map[string]bool{}
	objects := int64(0)
	for i := range read {
		im := &read[i]
		if err := found.join(&im.found); err != nil {
			return nil, err
		}
		if used[im.picture] = true; !im.usable {
			s.lost = append(s.lost, im.Image)
			position[composed(v.name(v.files[i]))] = -len(s.lost)
			continue
		}
		for j := range im.Objects {
			name := im.names[im.Objects[j].Category]
			k, known := class[name]
			if !known {
				k = int32(len(class))
				class[name] = k
			}
			objects++
			im.Objects[j].ID, im.Objects[j].Category = objects, k
		}
		position[composed(v.name(v.files[i]))] = len(s.Images)
		im.ID = int64(len(s.Images) + 1)
		s.Images = append(s.Images, im.Image)
	}
	if n := len(v.xmls) - len(v.files); n > 0 {
		found.notice("", "%s outside %s not read", prose.Count(n, "XML file", "XML files"), v.called)
	}
	v.unused(used, found)
	s.sortByName(class)
	return s, v.readLists(s, position, found)
}

// vocImage is one annotation file.
type vocImage struct {
	Image   // whose objects' categories are indices into names
	usable  bool
	picture string           // where the image lies, even if it cannot be read
	names   []string         // of classes, in order of appearance
	class   map[string]int32 // the place of each in names
	line    []int            // of each object of the file
	stated  size             // where the image has another one
	shares  int              // objects whose corners are shares of the image
	share   int64            // the first of these
	found   findings
}

type vocReader struct {
	*vocFolder
	options Options
}

// file reads an annotation file and looks at its image.
func (r *vocReader) file(file string) (im vocImage) {
	im.Source = file
	f, err := openText(r.fsys, file)
	if err == nil {
		defer f.Close()
		var doc vocxml.File
		number := int64(0)
		doc, err = vocxml.Parse(f, func(o vocxml.Object) error {
			number++
			im.object(number, o)
			return nil
		})
		im.Width, im.Height = wholePixels(doc.Width), wholePixels(doc.Height)
		if im.usable = err == nil; doc.Rest != "" {
			im.add(0, "", "%s: not read", doc.Rest)
		}
		r.place(&im, doc.Filename)
		im.class = nil
	}
	if err != nil {
		p := Problem{File: file, Message: err.Error() + ": image left out"}
		if at, ok := errors.AsType[*vocxml.Error](err); ok {
			p.Line = at.Line
		}
		im.found.add(p)
	}
	return im
}

func (im *vocImage) add(line int, object, format string, args ...any) {
	im.found.add(Problem{File: im.Source, Line: line, Object: object, Message: fmt.Sprintf(format, args...)})
}

func objectName(number int64, class string) string {
	if class == "" {
		return fmt.Sprintf("object %d", number)
	}
	return fmt.Sprintf("object %d (%.40s)", number, class)
}

// object takes an object; its box is judged when the image's size is known.
func (im *vocImage) object(number int64, o vocxml.Object) {
	im.line = append(im.line, o.Line)
	what := objectName(number, o.Name)
	for _, note := range o.Notes {
		im.add(o.Line, what, "%s", note)
	}
	im.found.tally.objects++
	if o.Name == "" || o.Wrong != "" {
		im.found.tally.lost++
	}
	switch {
	case o.Name == "" && o.Named:
		im.add(o.Line, what, "<name> is empty: left out")
		return
	case o.Name == "":
		im.add(o.Line, what, "no <name>: left out")
		return
	case o.Wrong != "":
		im.add(o.Line, what, "%s: left out", o.Wrong)
		return
	}
	class, known := im.class[o.Name]
	if !known {
		if im.class == nil {
			im.class = map[string]int32{}
		}
		class = int32(len(im.names))
		im.class[o.Name] = class
		im.names = append(im.names, o.Name)
	}
	if o.Shares {
		if im.shares++; im.shares == 1 {
			im.share = number
		}
	}
	box := exactBox([4]float64{o.Box[0], o.Box[1], o.Box[2] - o.Box[0], o.Box[3] - o.Box[1]})
	im.Objects = append(im.Objects, Object{ID: number, Box: box, Category: class, Ignore: o.Difficult})
}

// rescale puts the boxes of images that have another size than is stated into
// pixels of these, where they are not.
func (r *vocReader) rescale(images []vocImage, found *findings) {
	var count resizedCount
	for i := range images {
		im := &images[i]
		if im.stated == (size{}) || r.options.Policy.AsIs {
			continue
		}
		for _, o := range im.Objects {
			count.add(o.Box, im.stated, im.size())
		}
	}
	for i := range images {
		im := &images[i]
		if im.stated == (size{}) {
			continue
		}
		im.add(0, "", "%s", count.said(&im.Image, im.stated))
		by, scaled := count.scale(im.stated, im.size())
		for k := 0; scaled && k < len(im.Objects); k++ {
			im.Objects[k].Box = multiplied(im.Objects[k].Box, by)
		}
	}
	if why := count.suspicion(); why != "" {
		found.notice("", "%s", why)
	}
}

// judge applies the policy to the boxes of an image.
func (im *vocImage) judge(p *Policy) {
	if !im.usable {
		return
	}
	kept := im.Objects[:0]
	for _, o := range im.Objects {
		box, keep, wrong := p.box(o.Box, im.Width, im.Height)
		if im.found.tally.judged(&wrong, keep); wrong.is {
			im.add(im.line[o.ID-1], objectName(o.ID, im.names[o.Category]), "%s", wrong.String())
		}
		if keep {
			o.Box, o.Area = box, exact(box[2]*box[3])
			kept = append(kept, o)
		}
	}
	im.Objects, _ = p.repeated(kept, func(first, again *Object) error {
		im.add(im.line[again.ID-1], objectName(again.ID, im.names[again.Category]), "the same as object %d: %s", first.ID, p.repeats())
		return nil
	})
	im.line = nil
}

// place finds the image of an annotation: by the annotation's own name, as the
// benchmark's tools do, else by its <filename>. It sets name, path and size.
func (r *vocReader) place(im *vocImage, filename string) {
	name := path.Base(im.Source[:len(im.Source)-len(".xml")])
	clean, note := localName(filename)
	if note != "" && im.usable {
		im.add(0, "", "<filename> %.80q %s", filename, note)
	}
	dirs := []string{r.here("JPEGImages"), path.Dir(im.Source), r.here("images"), r.base}
	for _, dir := range dirs {
		if im.Path = r.stems[composed(path.Join(dir, name))]; im.Path != "" {
			break
		}
	}
	if im.Path == "" && clean != "" {
		im.Path = r.find(clean, dirs)
	}
	im.picture = im.Path
	switch {
	case im.Path != "":
		im.File = im.Path
		for _, dir := range dirs {
			if dir != "." && strings.HasPrefix(im.Path, dir+"/") {
				im.File = im.Path[len(dir)+1:]
				break
			}
		}
		if im.usable {
			im.stated = measure(r.fsys, &im.Image, &im.found)
		}
		return
	case clean != "":
		im.File = clean
	default:
		im.File = name + ".jpg"
	}
	if im.usable && (r.options.Images || len(r.images) > 0) {
		im.add(0, "", "its image is missing: want %s, or another extension", path.Join(r.base, "JPEGImages", name+".jpg"))
	}
}

// sortByName numbers the categories by name instead of by appearance.
func (s *Set) sortByName(class map[string]int32) {
	var names []string
	for name := range class {
		names = append(names, name)
	}
	slices.Sort(names)
	position := make([]int32, len(names))
	for i, name := range names {
		position[class[name]] = int32(i)
		s.Categories = append(s.Categories, Category{ID: int64(i), Name: name})
	}
	for i := range s.Images {
		for j := range s.Images[i].Objects {
			o := &s.Images[i].Objects[j]
			o.Category = position[o.Category]
		}
	}
}

// wholePixels returns a side's length, 0 where it is no number of pixels.
func wholePixels(v float64) int {
	if v >= 1 && v <= math.MaxInt32 && v == math.Trunc(v) {
		return int(v)
	}
	return 0
}
