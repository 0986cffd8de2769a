package annotations

import "fmt"

// Held counts the objects that a format holds, as [Set.WriteCOCO], [Set.WriteYOLO]
// and [Set.WriteVOC] write them, the crowds and ignored ones besides, and the categories
// that have an object: in Pascal VOC those of one name are one.
func (s *Set) Held(f Format) (objects, ignored, categories int) {
	first := map[string]int{}
	for k, c := range s.Categories {
		if _, known := first[c.Name]; !known {
			first[c.Name] = k
		}
	}
	seen := make([]bool, len(s.Categories))
	for i := range s.Images {
		im := &s.Images[i]
		for k := range im.Objects {
			o := &im.Objects[k]
			if unheld(f, im, o) != "" {
				continue
			}
			if !o.ToFind() {
				ignored++
				continue
			}
			objects++
			at := int(o.Category)
			if f == VOC {
				at = first[s.Categories[at].Name]
			}
			if !seen[at] {
				seen[at] = true
				categories++
			}
		}
	}
	return objects, ignored, categories
}

// unheld says why a format does not hold an object of an image, empty where it does.
func unheld(f Format, im *Image, o *Object) string {
	switch {
	case f == YOLO && !o.ToFind():
		return "a crowd or an ignored object, which YOLO cannot mark"
	case f == YOLO && (o.Box[0]+o.Box[2] <= max(0, o.Box[0]) || o.Box[1]+o.Box[3] <= max(0, o.Box[1]) || o.Box[0] >= float64(im.Width) || o.Box[1] >= float64(im.Height)):
		return fmt.Sprintf("box %v has no part in the image of %dx%d", o.Box, im.Width, im.Height)
	case f == VOC && (o.Box[2] <= 1 || o.Box[3] <= 1):
		return fmt.Sprintf("box %v is no larger than a pixel, which inclusive corners cannot tell from none", o.Box)
	}
	return ""
}
