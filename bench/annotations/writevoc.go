package annotations

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"path"
	"strconv"
)

// WriteVOC hands out the files of the set in Pascal VOC layout:
// Annotations/NAME.xml, with the name of the image without its folder, and
// ImageSets/Main with a list for each split. Crowds are written as difficult. Corners are 1-based and inclusive, with fractions
// where the boxes have some; a box of up to one pixel, whose corners would
// coincide, is left out and listed. Categories of one name become one class, which
// is listed too.
//
// An error of write ends it; two images of the same name are an error.
func (s *Set) WriteVOC(write func(name string, data []byte) error) ([]Problem, error) {
	var found findings
	names := map[string]string{}
	lists := map[Split][]byte{}
	for i := range s.Images {
		im := &s.Images[i]
		file := im.name()
		stem := stemOf(file)
		name := "Annotations/" + stem + ".xml"
		if err := unique(names, name, file); err != nil {
			return nil, err
		}
		if err := write(name, s.vocXML(im, path.Base(file), &found)); err != nil {
			return nil, err
		}
		lists[im.Split] = fmt.Appendln(lists[im.Split], stem)
	}
	if err := s.written(VOC, &found); err != nil {
		return nil, err
	}
	for _, split := range splits {
		if lists[split] == nil {
			continue
		}
		if err := write("ImageSets/Main/"+string(split)+".txt", lists[split]); err != nil {
			return nil, err
		}
	}
	s.noteJoined(&found)
	return found.all(), nil
}

// noteJoined lists the classes that share a name with one before.
func (s *Set) noteJoined(found *findings) {
	objects, ignored := s.PerCategory()
	first := map[string]int64{}
	for i, c := range s.Categories {
		if objects[i]+ignored[i] == 0 {
			continue
		}
		other, dup := first[c.Name]
		if !dup {
			first[c.Name] = c.ID
			continue
		}
		found.add(Problem{Message: fmt.Sprintf("categories %d and %d are both called %q, and a name is all that VOC has of a class: they are one class there", other, c.ID, c.Name)})
	}
}

// name returns the image's file, made of its id where it has none.
func (im *Image) name() string {
	if im.File == "" {
		return fmt.Sprintf("image-%d.jpg", im.ID)
	}
	return im.File
}

// unique returns an error if another image was written under the name.
func unique(names map[string]string, name, file string) error {
	if other, dup := names[name]; dup {
		return fmt.Errorf("%s and %s would both be written as %s: rename one", other, file, name)
	}
	names[name] = file
	return nil
}

func (s *Set) vocXML(im *Image, file string, found *findings) []byte {
	var b bytes.Buffer
	b.WriteString("<annotation>\n\t<filename>")
	escape(&b, file)
	fmt.Fprintf(&b, "</filename>\n\t<size><width>%d</width><height>%d</height><depth>3</depth></size>\n", im.Width, im.Height)
	for i := range im.Objects {
		o := &im.Objects[i]
		if why := unheld(VOC, im, o); why != "" {
			found.add(Problem{File: file, Object: s.Called(o), Message: why + ": left out"})
			continue
		}
		difficult := 0
		if !o.ToFind() {
			difficult = 1
		}
		b.WriteString("\t<object>\n\t\t<name>")
		escape(&b, s.Categories[o.Category].Name)
		fmt.Fprintf(&b, "</name>\n\t\t<difficult>%d</difficult>\n\t\t<bndbox><xmin>%s</xmin><ymin>%s</ymin><xmax>%s</xmax><ymax>%s</ymax></bndbox>\n\t</object>\n",
			difficult, decimal(o.Box[0]+1), decimal(o.Box[1]+1), decimal(o.Box[0]+o.Box[2]), decimal(o.Box[1]+o.Box[3]))
	}
	b.WriteString("</annotation>\n")
	return b.Bytes()
}

func escape(b *bytes.Buffer, text string) { xml.EscapeText(b, []byte(text)) }

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
