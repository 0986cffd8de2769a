package command

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// tree is a folder's files by their slash-separated names.
type tree map[string]string

// write writes the files into a folder of the test's own.
func (files tree) write(t *testing.T) string {
	dir := filepath.Join(t.TempDir(), "set")
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o666))
	}
	return dir
}

// with returns the files and others.
func (files tree) with(others tree) tree {
	all := tree{}
	for name, content := range files {
		all[name] = content
	}
	for name, content := range others {
		if all[name] = content; content == gone {
			delete(all, name)
		}
	}
	return all
}

// gone takes a file out of a tree.
const gone = "\x00gone"

func pngOf(w, h int) string {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		panic(err)
	}
	return b.String()
}

// jpegOf returns a JPEG with an EXIF orientation, behind another segment.
func jpegOf(w, h, orientation int) string {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, w, h)), nil); err != nil {
		panic(err)
	}
	segment := func(content string) string {
		return "\xff\xe1" + string([]byte{0, byte(len(content) + 2)}) + content
	}
	exif := "Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00" + string([]byte{byte(orientation)}) + "\x00\x00\x00\x00\x00\x00\x00"
	return b.String()[:2] + segment("http://ns.adobe.com/xap/1.0/\x00<x/>") + segment(exif) + b.String()[2:]
}

var picture = pngOf(100, 50)

// vocObject is an <object> of a class with corners as given.
func vocObject(class string, corners ...any) string {
	return fmt.Sprintf("<object><name>%s</name><bndbox><xmin>%v</xmin><ymin>%v</ymin><xmax>%v</xmax><ymax>%v</ymax></bndbox></object>", append([]any{class}, corners...)...)
}

func vocFile(objects ...string) string {
	return "<annotation><size><width>100</width><height>50</height></size>\n" + strings.Join(objects, "\n") + "</annotation>"
}

var dog = vocFile(vocObject("dog", 11, 11, 30, 40))

// vocTree is a sound set of four images with an object each; d is held out.
func vocTree() tree {
	files := tree{"ImageSets/Main/train.txt": "a\nb\nc\n", "ImageSets/Main/val.txt": "d\n"}
	for _, name := range []string{"a", "b", "c", "d"} {
		files["Annotations/"+name+".xml"] = dog
		files["JPEGImages/"+name+".png"] = picture
	}
	return files
}

// yoloTree is a sound set of four images with an object each.
func yoloTree() tree {
	files := tree{"data.yaml": "names: [cat, dog]\n"}
	for _, name := range []string{"a", "b", "c", "d"} {
		files["images/"+name+".png"] = picture
		files["labels/"+name+".txt"] = "0 0.5 0.5 0.2 0.2\n"
	}
	return files
}

// cocoTree is a sound set of four images with an object each, with the first
// image, annotation and category as given.
func cocoTree(image, annotation, category string) tree {
	images, annotations := []string{image}, []string{annotation}
	files := tree{"a.png": picture}
	for i, name := range []string{"b", "c", "d"} {
		files[name+".png"] = picture
		images = append(images, fmt.Sprintf(`{"id": %d, "file_name": "%s.png", "width": 100, "height": 50}`, i+2, name))
		annotations = append(annotations, fmt.Sprintf(`{"id": %d, "image_id": %d, "category_id": 1, "bbox": [10, 10, 20, 20], "area": 400, "iscrowd": 0}`, i+2, i+2))
	}
	files["gt.json"] = fmt.Sprintf(`{"images": [%s], "annotations": [%s], "categories": [%s]}`, strings.Join(images, ",\n"), strings.Join(annotations, ",\n"), category)
	return files
}

const (
	cocoImage  = `{"id": 1, "file_name": "a.png", "width": 100, "height": 50}`
	cocoObject = `{"id": 1, "image_id": 1, "category_id": 1, "bbox": [10, 10, 20, 20], "area": 400, "iscrowd": 0}`
	cocoClass  = `{"id": 1, "name": "x"}`
)

var (
	soundCOCO = [][4]float64{{10, 10, 20, 20}, {10, 10, 20, 20}, {10, 10, 20, 20}, {10, 10, 20, 20}}
	soundYOLO = [][4]float64{{40, 20, 20, 10}, {40, 20, 20, 10}, {40, 20, 20, 10}, {40, 20, 20, 10}}
	soundVOC  = [][4]float64{{10, 10, 20, 30}, {10, 10, 20, 30}, {10, 10, 20, 30}, {10, 10, 20, 30}}
)

// made is a set with a fault, and what is right about it.
type made struct {
	files   tree
	want    held
	boxes   [][4]float64
	ignored int
	says    []string
}

func encoded(e encoding.Encoding, text string) string {
	out, err := e.NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return out
}

// first returns boxes with the first replaced.
func first(boxes [][4]float64, box ...[4]float64) [][4]float64 { return append(box, boxes[1:]...) }

var four = held{4, 4, 1}

func TestFaultsOfEveryKindInEveryCommand(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	utf16 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	pose := func(shape, line string) tree {
		return yoloTree().with(tree{"data.yaml": "names: {0: cat}\n" + shape, "labels/a.txt": line})
	}
	voc := func(text string) tree { return vocTree().with(tree{"Annotations/a.xml": text}) }
	sets := map[string]made{
		"pose, [17, 3] with invisible points":  {files: pose("kpt_shape: [17, 3]\n", "0 .5 .5 .2 .2"+strings.Repeat(" 0 0 0", 16)+" .45 .45 2"), want: four, boxes: soundYOLO},
		"pose, shape as a block, 2 numbers":    {files: pose("kpt_shape:\n  - 5\n  - 2\n", "0 .5 .5 .2 .2"+strings.Repeat(" .1 .9", 5)), want: four, boxes: soundYOLO},
		"pose, points out of the image":        {files: pose("kpt_shape: [2, 3]\n", "0 .5 .5 .2 .2 -0.4 7 1 -1 -1 0"), want: four, boxes: soundYOLO},
		"pose beside a plain box":              {files: pose("kpt_shape: [2, 3]\n", "0 .5 .5 .2 .2\n0 .2 .5 .2 .2 .1 .1 1 .1 .1 1"), want: held{4, 5, 1}},
		"pose with too few numbers":            {files: pose("kpt_shape: [4, 3]\n", "0 .5 .5 .2 .2 .1 .1 1"), want: four, boxes: soundYOLO, says: []string{"labels/a.txt:1: 8 numbers, where kpt_shape [4 3] wants 17: its box is read all the same"}},
		"pose in another YAML file":            {files: pose("", "0 .5 .5 .2 .2 .1 .1 .9 .9 .1 .9").with(tree{"data.yaml": gone, "hands.yaml": "names: [cat]\nkpt_shape: [3, 2]\n"}), want: four, boxes: soundYOLO},
		"polygon":                              {files: pose("", "0 .25 .25 .5 .25 .5 .75 .25 .75"), want: four, boxes: first(soundYOLO, [4]float64{25, 12.5, 25, 25}), says: []string{"9 numbers are read as a polygon"}},
		"byte order marks of YOLO":             {files: yoloTree().with(tree{"data.yaml": "\ufeffnames: [cat]", "labels/a.txt": "\ufeff0 .5 .5 .2 .2\r\n"}), want: four, boxes: soundYOLO},
		"byte order mark of names":             {files: yoloTree().with(tree{"data.yaml": gone, "obj.names": "\ufeffcat\r\ndog\r\n"}), want: four, boxes: soundYOLO},
		"byte order marks of VOC":              {files: voc("\ufeff" + dog).with(tree{"ImageSets/Main/train.txt": "\ufeffa\r\nb\r\nc\r\n"}), want: four, boxes: soundVOC},
		"byte order mark of COCO":              {files: cocoTree(cocoImage, cocoObject, cocoClass).with(tree{"gt.json": "\ufeff" + cocoTree(cocoImage, cocoObject, cocoClass)["gt.json"]}), want: four, boxes: soundCOCO},
		"UTF-16 of PowerShell":                 {files: yoloTree().with(tree{"labels/a.txt": encoded(utf16, "0 .5 .5 .2 .2\r\n"), "data.yaml": encoded(utf16, "names: [cat]\r\n")}), want: four, boxes: soundYOLO},
		"UTF-16 of COCO":                       {files: cocoTree(cocoImage, cocoObject, cocoClass).with(tree{"gt.json": encoded(utf16, cocoTree(cocoImage, cocoObject, cocoClass)["gt.json"])}), want: four, boxes: soundCOCO},
		"EXIF of VOC":                          {files: voc("<annotation>" + vocObject("dog", 11, 26, 30, 75) + "</annotation>").with(tree{"JPEGImages/a.png": gone, "JPEGImages/a.jpg": jpegOf(100, 40, 6)}), want: four, boxes: first(soundVOC, [4]float64{10, 25, 20, 50})},
		"EXIF of VOC that states stored sides": {files: voc("<annotation><size><width>100</width><height>40</height></size>" + vocObject("dog", 61, 11, 100, 40) + "</annotation>").with(tree{"JPEGImages/a.png": gone, "JPEGImages/a.jpg": jpegOf(100, 40, 8)}), want: four, boxes: first(soundVOC, [4]float64{60, 10, 40, 30}), says: []string{"says 100x40, which is JPEGImages/a.jpg as its pixels are stored: its EXIF orientation 8 is not heeded"}},
		"EXIF of COCO without sizes":           {files: cocoTree(`{"id": 1, "file_name": "a.jpg"}`, `{"id": 1, "image_id": 1, "category_id": 1, "bbox": [10, 60, 20, 50]}`, cocoClass).with(tree{"a.jpg": jpegOf(100, 40, 5)}), want: four, boxes: first(soundCOCO, [4]float64{10, 60, 20, 40}), says: []string{"reaches out of the image of 40x100: clipped to [10 60 20 40]"}},
		"an object without a dot in its name":  {files: voc(dog).with(tree{"Annotations/a.xml": gone, "JPEGImages/a.png": gone, "Annotations/cam.2019.03.xml": strings.Replace(dog, "<size>", "<filename>cam.2019.03</filename><size>", 1), "JPEGImages/cam.2019.03.png": picture, "ImageSets/Main/train.txt": "cam.2019.03\nb\nc"}), want: four, boxes: soundVOC},
		"backslashes of COCO":                  {files: cocoTree(`{"id": 1, "file_name": "C:\\data\\set\\a.png", "width": 100, "height": 50}`, cocoObject, cocoClass), want: four, boxes: soundCOCO, says: []string{`file_name "C:\\data\\set\\a.png" has backslashes, as Windows writes them`}},
		"a path of another machine":            {files: cocoTree(`{"id": 1, "file_name": "/home/me/set/a.png", "width": 100, "height": 50}`, cocoObject, cocoClass), want: four, boxes: soundCOCO, says: []string{"leads out of the set's folder: read as home/me/set/a.png"}},
		"backslashes of VOC":                   {files: voc(strings.Replace(dog, "<size>", `<filename>D:\photos\shot.png</filename><size>`, 1)).with(tree{"JPEGImages/a.png": gone, "JPEGImages/shot.png": picture}), want: four, boxes: soundVOC, says: []string{`<filename> "D:\\photos\\shot.png" has backslashes`}},
		"backslashes of lists":                 {files: vocTree().with(tree{"ImageSets/Main/train.txt": "JPEGImages\\a.png\nC:\\x\\Annotations\\b.xml\nc"}), want: four, boxes: soundVOC},
		"a letter's case":                      {files: cocoTree(`{"id": 1, "file_name": "A.PNG", "width": 100, "height": 50}`, cocoObject, cocoClass), want: four, boxes: soundCOCO},
		"width of another type":                {files: cocoTree(`{"id": 1, "file_name": "a.png", "width": [100], "height": "fifty"}`, cocoObject, cocoClass), want: four, boxes: soundCOCO, says: []string{"image 1 (id 1): width is an array: taken as unknown"}},
		"width of zero":                        {files: cocoTree(`{"id": 1, "file_name": "a.png", "width": 0, "height": 0}`, cocoObject, cocoClass), want: four, boxes: soundCOCO},
		"area of another type":                 {files: cocoTree(cocoImage, strings.Replace(cocoObject, `"area": 400`, `"area": null`, 1), cocoClass), want: four, boxes: soundCOCO, says: []string{"annotation 1 (id 1): area is null: that of the box counts"}},
		"area below zero":                      {files: cocoTree(cocoImage, strings.Replace(cocoObject, `"area": 400`, `"area": -3`, 1), cocoClass), want: four, boxes: soundCOCO, says: []string{"annotation 1 (id 1): area is -3: that of the box counts"}},
		"area of NaN":                          {files: cocoTree(cocoImage, strings.Replace(cocoObject, `"area": 400`, `"area": NaN`, 1), cocoClass), want: four, boxes: soundCOCO, says: []string{"area is NaN"}},
		"iscrowd as text":                      {files: cocoTree(cocoImage, strings.Replace(cocoObject, `"iscrowd": 0`, `"iscrowd": "0"`, 1), cocoClass), want: four, boxes: soundCOCO, says: []string{`iscrowd is the text "0": read as 0`}},
		"iscrowd of another type":              {files: cocoTree(cocoImage, strings.Replace(cocoObject, `"iscrowd": 0`, `"iscrowd": [1]`, 1), cocoClass), want: four, boxes: soundCOCO, says: []string{"iscrowd is an array: taken as 0"}},
		"iscrowd of 2":                         {files: cocoTree(cocoImage, strings.Replace(cocoObject, `"iscrowd": 0`, `"iscrowd": 2`, 1), cocoClass), want: held{4, 3, 1}, ignored: 1, says: []string{"iscrowd is 2: taken as 1"}},
		"an annotation without an id":          {files: cocoTree(cocoImage, strings.Replace(cocoObject, `"id": 1, `, ``, 1), cocoClass), want: four, boxes: soundCOCO},
		"an id of another type":                {files: cocoTree(cocoImage, strings.Replace(cocoObject, `"id": 1, `, `"id": "one", `, 1), cocoClass), want: four, boxes: soundCOCO, says: []string{`id is the text "one": taken as none`}},
		"a category without a name":            {files: cocoTree(cocoImage, cocoObject, `{"id": 1, "supercategory": null}`), want: four, boxes: soundCOCO, says: []string{"category 1 (id 1): no name: called category 1"}},
		"a category named null":                {files: cocoTree(cocoImage, cocoObject, `{"id": 1, "name": null}`), want: four, boxes: soundCOCO, says: []string{"category 1 (id 1): name is null: it is called by its id"}},
		"a category named 7":                   {files: cocoTree(cocoImage, cocoObject, `{"id": 1, "name": 7}`), want: four, boxes: soundCOCO, says: []string{"name is the number 7: read as text"}},
		"ids as text":                          {files: cocoTree(cocoImage, strings.Replace(cocoObject, `"image_id": 1`, `"image_id": "1"`, 1), cocoClass), want: four, boxes: soundCOCO, says: []string{`image_id is the text "1": read as 1`}},
		"ids with a point":                     {files: cocoTree(cocoImage, strings.Replace(cocoObject, `"category_id": 1`, `"category_id": 1.0`, 1), cocoClass), want: four, boxes: soundCOCO},
		"lists with paths and extensions":      {files: vocTree().with(tree{"ImageSets/Main/train.txt": "JPEGImages/a.png\n./b.xml\n/data/VOC/c.jpg\n", "ImageSets/Main/val.txt": "d.JPEG\n"}), want: four, boxes: soundVOC},
		"lists with flags":                     {files: vocTree().with(tree{"ImageSets/Main/train.txt": "a  1\nb -1\nc\t0\n"}), want: four, boxes: soundVOC},
		"lists in ImageSets":                   {files: vocTree().with(tree{"ImageSets/Main/train.txt": gone, "ImageSets/Main/val.txt": gone, "ImageSets/train.txt": "a\nb\nc", "ImageSets/val.txt": "d"}), want: four, boxes: soundVOC},
		"a name with spaces and a flag":        {files: voc(gone).with(tree{"JPEGImages/a.png": gone, "Annotations/my  d 2.xml": dog, "JPEGImages/my  d 2.png": picture, "ImageSets/Main/train.txt": "my  d 2 1\nb\nc\n"}), want: four, boxes: soundVOC},
		"a name that begins with a space":      {files: vocTree().with(tree{"Annotations/ a.xml": dog, "JPEGImages/ a.png": picture, "ImageSets/Main/train.txt": "a\n a 1\nb\nc\n"}), want: held{5, 5, 1}},
		"a name that ends in a number":         {files: voc(gone).with(tree{"JPEGImages/a.png": gone, "Annotations/my 1.xml": dog, "JPEGImages/my 1.png": picture, "ImageSets/Main/train.txt": "my 1\nb\nc\n"}), want: four, boxes: soundVOC},
		"boxes of VOC": {files: voc(vocFile(vocObject("dog", 11, 11, 30, 40), vocObject("dog", 91, 41, 130, 70), vocObject("dog", 201, 1, 220, 20), vocObject("dog", 5, 5, 5, 9), vocObject("dog", 11, 11, 30, 40))), want: held{4, 5, 1}, says: []string{
			"object 2 (dog): box [90 40 40 30] (x, y, width, height) reaches out of the image of 100x50: clipped to [90 40 10 10]", "object 3 (dog): box [200 0 20 20] (x, y, width, height) lies outside", "object 4 (dog): box [5 5 0 4] (x, y, width, height) has no width", "object 5 (dog): the same as object 1: left out"}},
		"boxes of YOLO": {files: yoloTree().with(tree{"labels/a.txt": "0 .5 .5 .2 .2\n0 1 .5 .2 .2\n0 1.5 .5 .2 .2\n0 .5 .5 0 .2\n0 .5 .5 .2 -.2\n0.0 .5 .5 .2 .2\n"}), want: held{4, 5, 1}, says: []string{
			"labels/a.txt:2: box [90 20 20 10] (x, y, width, height) reaches out of the image of 100x50: clipped to [90 20 10 10]", "a.txt:3: box", "a.txt:4: box", "a.txt:5: box", "a.txt:6: the same as line 1: left out"}},
		"boxes of COCO": {files: cocoTree(cocoImage, strings.Join([]string{cocoObject,
			strings.NewReplacer(`"id": 1,`, `"id": 11,`, "[10, 10, 20, 20]", "[NaN, 10, 20, 20]").Replace(cocoObject), strings.NewReplacer(`"id": 1,`, `"id": 12,`, "[10, 10, 20, 20]", "[10, 10, 20]").Replace(cocoObject),
			strings.NewReplacer(`"id": 1,`, `"id": 13,`, "[10, 10, 20, 20]", "[10, 10, 20, 20, 0.3]").Replace(cocoObject), strings.NewReplacer(`"id": 1,`, `"id": 14,`, "[10, 10, 20, 20]", `"10 10 20 20"`).Replace(cocoObject),
			strings.NewReplacer(`"id": 1,`, `"id": 15,`, `"bbox": [10, 10, 20, 20], `, "").Replace(cocoObject), strings.NewReplacer(`"id": 1,`, `"id": 16,`).Replace(cocoObject), strings.NewReplacer(`"id": 1,`, `"id": 17,`, `"image_id": 1`, `"image_id": 99`).Replace(cocoObject),
		}, ",\n"), cocoClass), want: four, boxes: soundCOCO, says: []string{"annotation 2 (id 11): box [NaN 10 20 20] (x, y, width, height) is not finite", "annotation 3 (id 12): bbox has 3 numbers", "annotation 5 (id 14): bbox is text", "annotation 6 (id 15): no bbox", "annotation 7 (id 16): the same as annotation 1 (id 1)", "annotation 8 (id 17): no image has its image_id 99"}},
		"difficult in words":            {files: voc(strings.Replace(dog, "<bndbox>", "<difficult>True</difficult><bndbox>", 1)), want: held{4, 3, 1}, ignored: 1},
		"difficult unspecified":         {files: voc(strings.Replace(dog, "<bndbox>", "<difficult>Unspecified</difficult><bndbox>", 1)), want: four, boxes: soundVOC, says: []string{`<difficult> is "Unspecified": taken as 0`}},
		"a part before the box":         {files: voc(strings.Replace(dog, "<bndbox>", "<part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></part><bndbox>", 1)), want: four, boxes: soundVOC},
		"a box of parts alone":          {files: voc(vocFile(vocObject("dog", 11, 11, 30, 40), "<object><name>dog</name><part><name>head</name><bndbox><xmin>1</xmin></bndbox></part></object>")), want: four, says: []string{"object 2 (dog): no <bndbox> but those of its parts: left out"}},
		"a box without a corner":        {files: voc(vocFile(vocObject("dog", 11, 11, 30, 40), "<object><name>dog</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax></bndbox></object>")), want: four, says: []string{"object 2 (dog): <bndbox> without <ymax>: left out"}},
		"a corner in words":             {files: voc(vocFile(vocObject("dog", 11, 11, 30, 40), vocObject("dog", 1, 1, "right", 9), vocObject("dog", 1, 1, "", 9), vocObject("dog", 1, "NaN", 9, 9))), want: four, says: []string{`object 2 (dog): <xmax> is "right", no number: left out`, "object 3 (dog): <xmax> is empty", `object 4 (dog): <ymin> is "NaN", not finite`}},
		"a mask":                        {files: voc(vocFile(vocObject("dog", 11, 11, 30, 40), "<object><name>dog</name><segm><username>x</username></segm></object>", "<object><name>dog</name></object>")), want: four, says: []string{"no <bndbox>, but <segm>: left out", "object 3 (dog): no <bndbox>: left out"}},
		"rows swapped":                  {files: voc(vocFile(vocObject("dog", 11, 40, 30, 11))), want: four, boxes: soundVOC, says: []string{"<ymin> 40 is above <ymax> 11: swapped"}},
		"a size of zero":                {files: voc(strings.NewReplacer(">100<", ">0<", ">50<", ">0<").Replace(dog)), want: four, boxes: soundVOC},
		"no size":                       {files: voc("<annotation>" + vocObject("dog", 11, 11, 30, 40) + "</annotation>"), want: four, boxes: soundVOC},
		"sides swapped":                 {files: voc(strings.NewReplacer(">100<", ">50<", ">50<", ">100<").Replace(vocFile(vocObject("dog", 61, 11, 80, 40)))), want: four, boxes: first(soundVOC, [4]float64{60, 10, 20, 30}), says: []string{"says 50x100, but the image JPEGImages/a.png is 100x50: boxes are taken as pixels of the image"}},
		"labels beside the images":      {files: tree{"a.png": picture, "b.png": picture, "c.png": picture, "d.PNG": picture, "a.txt": "0 .5 .5 .2 .2", "b.txt": "0 .5 .5 .2 .2", "c.txt": "0 .5 .5 .2 .2", "d.txt": "0 .5 .5 .2 .2", "notes.txt": "read me"}, want: four, boxes: soundYOLO, says: []string{"no names of classes"}},
		"labels in two ways":            {files: yoloTree().with(tree{"labels/a.txt": gone, "images/a.txt": "0 .5 .5 .2 .2"}), want: four, boxes: soundYOLO},
		"a label without an image":      {files: yoloTree().with(tree{"labels/x.txt": "0 .5 .5 .2 .2", "images/y.txt": "0 .5 .5 .2 .2"}), want: four, boxes: soundYOLO, says: []string{"images/y.txt: no image uses it: left out, as its boxes are shares of the image's size (and 1 more like it)"}},
		"a label of two images":         {files: yoloTree().with(tree{"images/a.jpg": jpegOf(100, 50, 1)}), want: held{5, 5, 1}, says: []string{"labels/a.txt: it is the label of images/a.jpg and of images/a.png: both have its objects"}},
		"a label that another hides":    {files: yoloTree().with(tree{"images/a.txt": "0 .1 .1 .1 .1"}), want: four, boxes: soundYOLO, says: []string{"images/a.txt: not read: the label of images/a.png is labels/a.txt"}},
		"an image without a label":      {files: yoloTree().with(tree{"images/e.png": picture}), want: held{5, 4, 1}, says: []string{"1 image has no label file, such as images/e.png"}},
		"hidden folders":                {files: yoloTree().with(tree{"images/.ipynb_checkpoints/a.png": picture, "labels/.ipynb_checkpoints/a.txt": "0 .1 .1 .1 .1", "__MACOSX/labels/._a.txt": "\x00\x05\x16\x07"}), want: four, boxes: soundYOLO, says: []string{"3 hidden files skipped"}},
		"hidden annotations of COCO":    {files: cocoTree(cocoImage, cocoObject, cocoClass).with(tree{"._gt.json": "\x00\x05\x16\x07", ".ipynb_checkpoints/gt-checkpoint.json": "{"}), want: four, boxes: soundCOCO, says: []string{"2 hidden files skipped"}},
		"names that YAML has marks for": {files: yoloTree().with(tree{"data.yaml": "# *all* of &them\nnames:\n  0: black &white # a *dog*\n  1: \"*\"\n  2: 'it''s: {a}'\n  3: no\nnc: 4\n"}), want: four, boxes: soundYOLO},
		"names in a file":               {files: yoloTree().with(tree{"data.yaml": "names: ../set/data/obj.names\n", "data/obj.names": "cat\n"}), want: four, boxes: soundYOLO},
		"names of an anchor":            {files: yoloTree().with(tree{"data.yaml": "names: &all [cat]\n"}), want: four, boxes: soundYOLO},
		"a script in the YAML":          {files: yoloTree().with(tree{"data.yaml": "path: ../datasets/x # root\nnames: [cat]\ndownload: |\n  from a import *\n  x = {'&': [1, 2]}\n"}), want: four, boxes: soundYOLO},
		"a TIFF":                        {files: yoloTree().with(tree{"images/a.png": "II*\x00 and so on"}), want: held{3, 3, 1}, says: []string{"images/a.png: broken "}},
		"a HEIC":                        {files: yoloTree().with(tree{"images/a.png": gone, "images/a.heic": "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"}), want: held{3, 3, 1}, says: []string{"images/a.heic: it is HEIC, which is not read: want JPEG, PNG, BMP, WebP, TIFF or GIF"}},
		"a pointer of Git LFS":          {files: yoloTree().with(tree{"images/a.png": "version https://git-lfs.github.com/spec/v1\n"}), want: held{3, 3, 1}, says: []string{"it is a Git LFS pointer"}},
		"numbers of a box as text":      {files: cocoTree(cocoImage, strings.Replace(cocoObject, "[10, 10, 20, 20]", `["10", 10, " 20 ", "2e1"]`, 1), cocoClass), want: four, boxes: soundCOCO, says: []string{"annotation 1 (id 1): bbox has numbers as text: read as numbers"}},
		"a name that is not UTF-8":      {files: cocoTree(cocoImage, cocoObject, "{\"id\": 1, \"name\": \"caf\xe9\"}"), want: four, boxes: soundCOCO, says: []string{"category 1 (id 1): name \"caf\ufffd\" has U+FFFD, which stands for what is not UTF-8"}},
		"a name that macOS decomposed":  {files: cocoTree(`{"id": 1, "file_name": "caf\u00e9.png", "width": 100, "height": 50}`, cocoObject, cocoClass).with(tree{"a.png": gone, "cafe\u0301.png": picture}), want: four, boxes: soundCOCO},
		"a label that macOS decomposed": {files: yoloTree().with(tree{"images/a.png": gone, "labels/a.txt": gone, "images/\u00e9.png": picture, "labels/e\u0301.txt": "0 .5 .5 .2 .2\n"}), want: four},
		"a name that macOS made of VOC": {files: voc(gone).with(tree{"JPEGImages/a.png": gone, "Annotations/e\u0301.xml": dog, "JPEGImages/\u00e9.png": picture, "ImageSets/Main/train.txt": "\u00e9\nb\nc\n"}), want: four},
		"two boxes of an object":        {files: voc(strings.Replace(dog, "</bndbox>", "</bndbox><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox>", 1)), want: four, boxes: soundVOC, says: []string{"object 1 (dog): 2 <bndbox>: the first counts"}},
		"two annotations in a file":     {files: voc(dog + dog), want: four, boxes: soundVOC, says: []string{"Annotations/a.xml: a <annotation> after </annotation>: not read"}},
		"zero bytes after a file":       {files: voc(dog + strings.Repeat("\x00", 64)), want: four, boxes: soundVOC, says: []string{"Annotations/a.xml: what follows </annotation>: not read"}},
		"an empty name":                 {files: voc(vocFile(vocObject("dog", 11, 11, 30, 40), vocObject(" ", 1, 1, 9, 9))), want: four, boxes: soundVOC, says: []string{"object 2: <name> is empty: left out"}},
		"ends of lines of old Macs":     {files: yoloTree().with(tree{"labels/a.txt": "0 .5 .5 .2 .2\r0 .2 .5 .2 .2\r", "data.yaml": gone, "classes.txt": "cat\rdog\r"}), want: held{4, 5, 1}},
		"commas for points":             {files: yoloTree().with(tree{"labels/a.txt": "0 0,5 0,5 0,2 0,2\n"}), want: four, boxes: soundYOLO, says: []string{"labels/a.txt:1: 0,5 has a comma as the decimal sign: read as a point"}},
		"commas between numbers":        {files: yoloTree().with(tree{"labels/a.txt": "0 .5 .5 .2 .2\n0,.5,.5,.2,.2\n0, .1, .1, .2, .2\n"}), want: four, boxes: soundYOLO, says: []string{"labels/a.txt:2: commas separate its numbers: want class cx cy w h, separated by blanks: left out (and 1 more like it)"}},
		"labels in capitals":            {files: yoloTree().with(tree{"labels/a.txt": gone, "labels/A.TXT": "0 .5 .5 .2 .2\n"}), want: four, boxes: soundYOLO},
		"a class named twice":           {files: yoloTree().with(tree{"data.yaml": "names: [cat, dog, cat]\n", "labels/a.txt": "2 .5 .5 .2 .2\n"}), want: held{4, 4, 2}, says: []string{`class 2 has the name "cat" of class 0: they are two classes`}},
		"names given twice":             {files: yoloTree().with(tree{"data.yaml": "names: [hen]\nnames: [cat, dog]\n"}), want: four, boxes: soundYOLO, says: []string{"data.yaml:2: \"names\" is there twice: the last counts"}},
		"sizes of images beside":        {files: cocoTree(`{"id": 1, "file_name": "a.png"}`, cocoObject, cocoClass), want: four, boxes: soundCOCO},
		"sizes of images in a folder":   {files: cocoTree(`{"id": 1, "file_name": "a.png"}`, cocoObject, cocoClass).with(tree{"a.png": gone, "images/a.png": picture}), want: four, boxes: soundCOCO},
		"sizes of images far away":      {files: cocoTree(`{"id": 1, "file_name": "a.png"}`, cocoObject, cocoClass).with(tree{"a.png": gone, "photos/2019/a.png": picture}), want: four, boxes: soundCOCO},
	}
	for name, e := range map[string]encoding.Encoding{
		"GB18030": simplifiedchinese.GB18030, "gb2312": simplifiedchinese.GBK, "Big5": traditionalchinese.Big5, "Shift_JIS": japanese.ShiftJIS, "EUC-KR": korean.EUCKR,
		"windows-1251": charmap.Windows1251, "ISO-8859-2": charmap.ISO8859_2, "latin1": charmap.Windows1252, "KOI8-R": charmap.KOI8R,
	} {
		class := map[string]string{"GB18030": "狗", "gb2312": "狗", "Big5": "狗", "Shift_JIS": "犬", "EUC-KR": "개", "windows-1251": "пёс", "ISO-8859-2": "szczeniaczek ł", "latin1": "chiot à", "KOI8-R": "пёс"}[name]
		files := vocTree()
		for _, file := range []string{"a", "b", "c", "d"} {
			files["Annotations/"+file+".xml"] = encoded(e, "<?xml version='1.0' encoding='"+name+"'?>\n"+strings.ReplaceAll(dog, "dog", class))
		}
		sets["encoding "+name+" "+class] = made{files: files, want: four, boxes: soundVOC}
	}
	declared := "<?xml version=\"1.0\" encoding=\"%s\"?>" + dog
	for name, text := range map[string]string{
		"UTF-16, little end first":     encoded(utf16, fmt.Sprintf(declared, "UTF-16")),
		"UTF-16, big end first":        encoded(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), fmt.Sprintf(declared, "utf-16")),
		"UTF-16 without a mark":        encoded(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), fmt.Sprintf(declared, "UTF-16LE")),
		"UTF-16 declared, UTF-8 meant": fmt.Sprintf(declared, "utf-16"),
		"GB2312 declared, UTF-8 mark":  "\ufeff" + fmt.Sprintf(declared, "gb2312"),
		"US-ASCII":                     fmt.Sprintf(declared, "US-ASCII"),
		"utf8":                         fmt.Sprintf(declared, "utf8"),
		"cp936":                        fmt.Sprintf(declared, "cp936"),
	} {
		sets["encoding "+name] = made{files: voc(text), want: four, boxes: soundVOC}
	}
	sets["an unknown encoding"] = made{files: voc(fmt.Sprintf(declared, "klingon")), want: held{3, 3, 1}, says: []string{`Annotations/a.xml:1: its encoding "klingon" is not known: save it as UTF-8: image left out`}}
	for orientation := 1; orientation <= 8; orientation++ {
		w, h := 100, 40
		box := [4]float64{25, 10, 50, 20}
		if orientation >= 5 {
			box = [4]float64{10, 25, 20, 50}
		}
		sets[fmt.Sprintf("EXIF %d of YOLO", orientation)] = made{files: yoloTree().with(tree{"images/a.png": gone, "images/a.jpg": jpegOf(w, h, orientation), "labels/a.txt": "0 .5 .5 .5 .5"}), want: four, boxes: first(soundYOLO, box)}
	}
	for name, c := range sets {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := c.files.write(t)
			converted := agree(t, path, countedSet{c.want, c.ignored}, 0, c.says...)
			if c.boxes != nil {
				assert.Equal(t, c.boxes, converted.boxes())
			}
			trained, found := trainedOf(t, path)
			for _, words := range c.says {
				assert.Contains(t, strings.Join(found, "\n"), words)
			}
			assert.Equal(t, countedSet{c.want, c.ignored}, trained, "compare")
		})
	}
	for name, class := range map[string]string{"encoding GB18030 狗": "狗", "encoding Shift_JIS 犬": "犬", "encoding KOI8-R пёс": "пёс", "names that YAML has marks for": "black &white", "names in a file": "cat"} {
		c, got := convertOf(t, sets[name].files.write(t))
		require.Zero(t, got.status, got.stderr)
		assert.Equal(t, class, c.Categories[0].Name)
	}
}

// compare trains on what dataset reads, which the test above counts; here it
// does.
func TestCompareCountsAndSaysWhatTheOtherCommandsDo(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	for _, c := range []made{
		{files: yoloTree().with(tree{"labels/x.txt": "0 .5 .5 .2 .2"}), want: four, says: []string{"labels/x.txt: no image uses it"}},
		{files: vocTree().with(tree{"Annotations/a.xml": vocFile(vocObject("dog", 11, 11, 30, 40), vocObject("dog", 5, 5, 5, 9))}), want: four, says: []string{"has no width: left out"}},
		{files: cocoTree(`{"id": 1, "file_name": "x\\a.png", "width": 100, "height": 50}`, cocoObject, cocoClass), want: four, says: []string{"has backslashes"}},
	} {
		path := c.files.write(t)
		agree(t, path, countedSet{held: c.want}, 0, c.says...)
		compared, got := compareOf(t, path)
		require.Zero(t, got.status, got.stderr)
		assert.Equal(t, countedSet{held: c.want}, compared)
		for _, words := range c.says {
			assert.Contains(t, got.stderr, words)
		}
	}
}
