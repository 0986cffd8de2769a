package annotations

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"detsample/internal/prose"
)

// WriteYOLO hands out the files of the set in YOLO layout: data.yaml with the
// names of the classes, which are numbered from 0 in the order of the
// categories, for each image labels/NAME.txt, where NAME is the image's with its
// folders, and for each split a list of its images. A folder images in NAME
// becomes labels. The images belong into images/NAME.
//
// Boxes are clipped to the image and written to 1e-8 of its size. Crowds and
// ignored objects, which YOLO cannot mark, are left out and listed, as are
// boxes outside the image. An image of unknown size is an error, as is an
// error of write.
func (s *Set) WriteYOLO(write func(name string, data []byte) error) ([]Problem, error) {
	var found findings
	names := map[string]string{}
	lists := map[Split][]byte{}
	for i := range s.Images {
		im := &s.Images[i]
		if im.Width == 0 || im.Height == 0 {
			return nil, fmt.Errorf("image %d (%s) has no width and height, of which YOLO's boxes are shares: add them to the annotations", im.ID, im.name())
		}
		image, label := yoloPlaces(im.name())
		if err := unique(names, label, im.name()); err != nil {
			return nil, err
		}
		if err := write(label, s.yoloText(im, &found)); err != nil {
			return nil, err
		}
		lists[im.Split] = fmt.Appendln(lists[im.Split], "./"+image)
	}
	if err := s.written(YOLO, &found); err != nil {
		return nil, err
	}
	s.noteOrder(&found)
	yaml := []byte("train: images\nval: images\n")
	if len(lists) > 1 || lists[""] == nil {
		yaml = nil
		for _, split := range splits {
			if lists[split] == nil {
				continue
			}
			yaml = fmt.Appendf(yaml, "%s: %s.txt\n", split, split)
			if err := write(string(split)+".txt", lists[split]); err != nil {
				return nil, err
			}
		}
	}
	return found.all(), write("data.yaml", append(yaml, s.yoloNames()...))
}

// written returns an error if every object was left out, and every crowd.
func (s *Set) written(f Format, found *findings) error {
	objects, ignored, _ := s.Held(f)
	if n := s.Objects() + s.Ignored(); n > 0 && objects+ignored == 0 {
		return Noting(fmt.Errorf("no object to write, as none of %s can be: nothing was written", prose.Count(n, "box", "boxes")), found.all())
	}
	return nil
}

// yoloPlaces returns where an image belongs and where its label does.
func yoloPlaces(file string) (image, label string) {
	parts := strings.Split(file, "/")
	if !slices.Contains(parts[:len(parts)-1], "images") {
		parts = append([]string{"images"}, parts...)
	}
	image = strings.Join(parts, "/")
	for i := len(parts) - 2; i >= 0; i-- {
		if parts[i] == "images" {
			parts[i] = "labels"
			break
		}
	}
	return image, stem(path.Join(parts...)) + ".txt"
}

// noteOrder says where the numbers of classes are not the ids.
func (s *Set) noteOrder(found *findings) {
	if s.Format == YOLO || s.Format == VOC {
		return
	}
	for i, c := range s.Categories {
		if c.ID != int64(i) {
			found.notice("", "classes are numbered from 0 in the order of the ids: %q, category %d, is class %d", c.Name, c.ID, i)
			return
		}
	}
}

func (s *Set) yoloNames() []byte {
	b := []byte("names:\n")
	for i, c := range s.Categories {
		name, _ := json.Marshal(c.Name) // a JSON string is YAML
		b = fmt.Appendf(b, "  %d: %s\n", i, name)
	}
	return b
}

func (s *Set) yoloText(im *Image, found *findings) []byte {
	var b []byte
	w, h := float64(im.Width), float64(im.Height)
	for i := range im.Objects {
		o := &im.Objects[i]
		if why := unheld(YOLO, im, o); why != "" {
			found.add(Problem{File: im.File, Object: s.Called(o), Message: why + ": left out"})
			continue
		}
		x1, y1 := max(o.Box[0], 0), max(o.Box[1], 0)
		x2, y2 := min(o.Box[0]+o.Box[2], w), min(o.Box[1]+o.Box[3], h)
		b = strconv.AppendInt(b, int64(o.Category), 10)
		for _, share := range [4]float64{(x1 + x2) / 2 / w, (y1 + y2) / 2 / h, (x2 - x1) / w, (y2 - y1) / h} {
			b = append(b, ' ')
			b = strconv.AppendFloat(b, share, 'f', 8, 64)
		}
		b = append(b, '\n')
	}
	return b
}
