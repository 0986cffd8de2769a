package annotations

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// resizedSets returns a COCO set and a Pascal VOC set of images of a size that
// state another one, with boxes spread over an area.
func resizedSets(stated, own, area size) map[string]fstest.MapFS {
	coco, voc := fstest.MapFS{}, fstest.MapFS{}
	var images, objects []string
	for i := range 10 {
		name := string(rune('a' + i))
		x, y := i*area.width/10, i*area.height/10
		w, h := area.width/10, area.height/10
		images = append(images, fmt.Sprintf(`{"id": %d, "file_name": "%s.png", "width": %d, "height": %d}`, i, name, stated.width, stated.height))
		objects = append(objects, fmt.Sprintf(`{"id": %d, "image_id": %d, "category_id": 1, "bbox": [%d, %d, %d, %d], "area": %d}`, i+1, i, x, y, w, h, w*h/2))
		voc["Annotations/"+name+".xml"] = file(fmt.Sprintf("<annotation><size><width>%d</width><height>%d</height></size>%s</annotation>", stated.width, stated.height, xmlObject("x", x+1, y+1, x+w, y+h)))
		coco[name+".png"], voc["JPEGImages/"+name+".png"] = blank(own.width, own.height), blank(own.width, own.height)
	}
	coco["gt.json"] = file(`{"images": [` + strings.Join(images, ",\n") + `], "categories": [{"id": 1, "name": "x"}], "annotations": [` + strings.Join(objects, ",\n") + `]}`)
	return map[string]fstest.MapFS{"COCO": coco, "VOC": voc}
}

func TestBoxesInPixelsOfTheSizeStatedAreScaledToTheImage(t *testing.T) {
	for name, c := range map[string]struct {
		stated, own, area size
		last              [4]float64 // box of the last image
		says              string
	}{
		"shrunk images":         {size{200, 100}, size{100, 50}, size{200, 100}, [4]float64{90, 45, 10, 5}, "is 100x50: boxes lie in the size stated and are multiplied by 0.5"},
		"enlarged images":       {size{60, 30}, size{120, 60}, size{60, 30}, [4]float64{108, 54, 12, 6}, "is 120x60: boxes lie in the size stated and are multiplied by 2"},
		"a side was rounded":    {size{300, 100}, size{50, 17}, size{300, 100}, [4]float64{45, 15.3, 5, 1.7}, "boxes lie in the size stated and are multiplied by 0.1667"},
		"boxes were shrunk too": {size{200, 100}, size{100, 50}, size{100, 50}, [4]float64{90, 45, 10, 5}, "boxes are taken as pixels of the image"},
		"enlarged with images":  {size{60, 30}, size{120, 60}, size{120, 60}, [4]float64{108, 54, 12, 6}, "boxes are taken as pixels of the image"},
		"a row was cut":         {size{101, 50}, size{100, 50}, size{100, 50}, [4]float64{90, 45, 10, 5}, "boxes are taken as pixels of the image"},
		"sides were swapped":    {size{50, 100}, size{100, 50}, size{100, 50}, [4]float64{90, 45, 10, 5}, "boxes are taken as pixels of the image"},
	} {
		for format, fsys := range resizedSets(c.stated, c.own, c.area) {
			s, err := folder(fsys)
			require.NoError(t, err)
			what := name + " of " + format
			require.Equal(t, 10, s.Objects(), what)
			o := s.Images[9].Objects[0]
			assert.Equal(t, c.last, o.Box, what)
			area := c.last[2] * c.last[3]
			if format == "COCO" {
				area /= 2
			}
			assert.InDelta(t, area, o.Area, 1e-6, what)
			require.Len(t, s.Problems, 10, "%s: %v", what, messages(s))
			assert.Contains(t, messages(s)[0], c.says, what)
			assert.Len(t, Digest(s.Problems), 1)

			s, err = read(fsys, Options{Images: true, Policy: Policy{AsIs: true}})
			require.NoError(t, err)
			written := [4]float64{float64(c.area.width * 9 / 10), float64(c.area.height * 9 / 10), float64(c.area.width / 10), float64(c.area.height / 10)}
			assert.Equal(t, written, s.Images[9].Objects[0].Box, what)
		}
	}
}

func TestBoxesOfDistortedImagesAreSuspectedNotScaled(t *testing.T) {
	const words = "of 10 boxes in images of another size than is stated, 10 lie within the size stated and 5 within the image"
	for format, fsys := range resizedSets(size{200, 100}, size{100, 100}, size{200, 100}) {
		s, err := folder(fsys)
		require.NoError(t, err)
		assert.Equal(t, 5, s.Objects(), format)
		assert.Contains(t, strings.Join(messages(s), "\n"), words, format)
		assert.Contains(t, strings.Join(messages(s), "\n"), "scale the boxes as the images were resized, and state the new size", format)
	}
}
