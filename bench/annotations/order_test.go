package annotations

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A reader finds problems in several passes: while it parses, when an image's
// size is known, when objects are compared. They are listed in the order of the
// file all the same, each by its place in it.
func TestProblemsOfAFileAreInItsOrder(t *testing.T) {
	for name, c := range map[string]struct {
		set  fstest.MapFS
		want []string
	}{
		"COCO": {fstest.MapFS{"gt.json": file(`{
"annotations": [
{"id": 50, "image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5]},
{"id": 40, "image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5]},
{"id": 30, "image_id": 1, "category_id": 1, "bbox": [1, 1, 0, 5]},
{"image_id": 1, "category_id": 1, "bbox": [1]},
{"id": 20, "image_id": 8, "category_id": 1, "bbox": [1, 1, 5, 5]}],
"images": [
{"id": 1, "file_name": "a.png", "width": 9, "height": 9},
{"id": 2, "file_name": "b.png", "width": "9", "height": 9}],
"categories": [
{"id": 2, "name": "x"},
{"id": 1, "name": "x"}]}`), "a.png": blank(10, 9)}, []string{
			"gt.json:4: annotation 2 (id 40): the same as annotation 1 (id 50): left out",
			"gt.json:5: annotation 3 (id 30): box [1 1 0 5] (x, y, width, height) has no width: left out",
			"gt.json:6: annotation 4: bbox has 1 number: want x, y, width, height: left out",
			"gt.json:7: annotation 5 (id 20): no image has its image_id 8: left out",
			"gt.json:9: image 1 (id 1): says 9x9, but the image a.png is 10x9: boxes are taken as pixels of the image",
			`gt.json:10: image 2 (id 2): width is the text "9": read as 9`,
			"gt.json:10: image 2 (id 2): b.png is in none of the folders ., gt, images/gt, images, data: the image is not read",
			`gt.json:12: category 1 (id 2): has the name "x" of category 2 (id 1): they are two classes`,
			`1 of 2 categories has no object: "x"`,
		}},
		"VOC": {fstest.MapFS{"Annotations/a.xml": file(`<annotation>
<object><name>x</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>5</xmax><ymax>5</ymax></bndbox></object>
<object><name>x</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>5</xmax><ymax>5</ymax></bndbox></object>
<object><name>x</name><bndbox><xmin>3</xmin><ymin>1</ymin><xmax>2</xmax><ymax>5</ymax></bndbox></object>
<object><name>x</name><bndbox><xmin>3</xmin><ymin>1</ymin><xmax>3</xmax><ymax>0</ymax></bndbox></object>
<object><name>x</name></object>
</annotation>`), "JPEGImages/a.png": blank(9, 9)}, []string{
			"Annotations/a.xml:3: object 2 (x): the same as object 1: left out",
			"Annotations/a.xml:4: object 3 (x): <xmin> 3 is above <xmax> 2: swapped",
			"Annotations/a.xml:5: object 4 (x): <ymin> 1 is above <ymax> 0: swapped",
			"Annotations/a.xml:5: object 4 (x): box [3 0 0 1] (x, y, width, height) has no width: left out",
			"Annotations/a.xml:6: object 5 (x): no <bndbox>: left out",
		}},
		"YOLO": {fstest.MapFS{"labels/a.txt": file("0 .5 .5 .2 .2\n0 .5 .5 .2 .2\n0 .5 .5 0 .2\n0 .5\n0\n"), "images/a.png": blank(10, 10), "data.yaml": file("names: [x]")}, []string{
			"labels/a.txt:2: the same as line 1: left out",
			"labels/a.txt:3: box [5 4 0 2] (x, y, width, height) has no width: left out",
			"labels/a.txt:4: 2 numbers: want class cx cy w h, separated by blanks: left out",
			"labels/a.txt:5: 1 number: want class cx cy w h, separated by blanks: left out",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := read(c.set, Options{})
			require.NoError(t, err)
			assert.Equal(t, c.want, messages(s))
		})
	}
}
