package dataset

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// picturePNG returns a PNG of one colour with a white rectangle.
func picturePNG(w, h int, white image.Rectangle) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, painted(w, h, white)); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func pictureJPEG(w, h int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, painted(w, h, image.Rectangle{}), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// namedJPEG is pictureJPEG with a name behind its end, by which it is no copy of
// another.
func namedJPEG(w, h int, name string) []byte { return append(pictureJPEG(w, h), name...) }

func painted(w, h int, white image.Rectangle) *image.RGBA {
	im := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{40, 80, 120, 255}
			if (image.Point{x, y}).In(white) {
				c = color.RGBA{255, 255, 255, 255}
			}
			im.SetRGBA(x, y, c)
		}
	}
	return im
}

// claimPNG returns a PNG whose header claims the given size.
func claimPNG(w, h uint32) []byte {
	b := picturePNG(1, 1, image.Rectangle{})
	header := b[12 : 12+4+13] // "IHDR" and its data
	binary.BigEndian.PutUint32(header[4:], w)
	binary.BigEndian.PutUint32(header[8:], h)
	binary.BigEndian.PutUint32(b[12+4+13:], crc32.ChecksumIEEE(header))
	return b
}

// xmlObject returns a VOC <object>; the corners are written as they are given.
func xmlObject(class string, x1, y1, x2, y2 any) string {
	return fmt.Sprintf("<object><name>%s</name><bndbox><xmin>%v</xmin><ymin>%v</ymin><xmax>%v</xmax><ymax>%v</ymax></bndbox></object>\n", class, x1, y1, x2, y2)
}

func xmlFile(objects ...string) []byte {
	return []byte("<annotation>\n<size><width>64</width><height>32</height></size>\n" + strings.Join(objects, "") + "</annotation>\n")
}

// vocSet returns a sound set of four images a, b, c, d of 64x32 pixels, each
// with a cat and a dog; a and b are for training.
func vocSet() fstest.MapFS {
	fsys := fstest.MapFS{
		"ImageSets/Main/train.txt": file("a\nb\n"),
		"ImageSets/Main/val.txt":   file("c\nd\n"),
	}
	for _, name := range []string{"a", "b", "c", "d"} {
		fsys["Annotations/"+name+".xml"] = &fstest.MapFile{Data: xmlFile(xmlObject("dog", 1, 1, 32, 16), xmlObject("cat", 11, 11, 20, 20))}
		fsys["JPEGImages/"+name+".jpg"] = &fstest.MapFile{Data: namedJPEG(64, 32, name)}
	}
	return fsys
}

func file(content string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(content)} }

// cocoJSON returns an annotation file, one list element a line, with the
// categories dog (id 7), cat (id 3) and bird (id 5, unused).
func cocoJSON(images, annotations []string) *fstest.MapFile {
	return file("{\n\"info\": {\"year\": 2017},\n\"annotations\": [\n" + strings.Join(annotations, ",\n") +
		"\n],\n\"images\": [\n" + strings.Join(images, ",\n") +
		"\n],\n\"categories\": [{\"id\": 7, \"name\": \"dog\"}, {\"id\": 3, \"name\": \"cat\"}, {\"id\": 5, \"name\": \"bird\"}]\n}\n")
}

func jsonImage(id int, name string) string {
	return fmt.Sprintf(`{"id": %d, "file_name": %q, "width": 64, "height": 32}`, id, name)
}

func jsonObject(id, image, category int, x, y, w, h float64) string {
	return fmt.Sprintf(`{"id": %d, "image_id": %d, "category_id": %d, "bbox": [%g, %g, %g, %g], "segmentation": [[1, 2, 3]], "area": 5, "iscrowd": 0}`, id, image, category, x, y, w, h)
}

// cocoSet returns a sound set with two images for training and two for
// validation, in the layout of COCO 2017.
func cocoSet() fstest.MapFS {
	fsys := fstest.MapFS{}
	for i, split := range []string{"train2017", "val2017"} {
		var images, objects []string
		for j := range 2 {
			id := 10*i + j + 1
			name := fmt.Sprintf("%012d.jpg", id)
			fsys[split+"/"+name] = &fstest.MapFile{Data: namedJPEG(64, 32, name)}
			images = append(images, jsonImage(id, name))
			objects = append(objects, jsonObject(2*id, id, 7, 0, 0, 32, 16), jsonObject(2*id+1, id, 3, 10, 10, 10, 10))
		}
		fsys["annotations/instances_"+split+".json"] = cocoJSON(images, objects)
	}
	return fsys
}

// read opens a set that is written to disk, at 64 pixels unless o says
// otherwise.
func read(t testing.TB, fsys fstest.MapFS, o Options) (*Set, error) {
	if o.Size == 0 {
		o.Size = 64
	}
	s, err := Open(t.Context(), onDisk(t, fsys), o)
	if err == nil {
		hold(t, s)
	}
	return s, err
}

// hold reads all pixels of a set, which then is one in memory.
func hold(t testing.TB, s *Set) {
	for _, images := range [2][]Image{s.Train, s.Test} {
		for i := range images {
			require.NoError(t, images[i].Hold())
			images[i].from = nil
		}
	}
}

// onDisk writes a set into a folder of its own.
func onDisk(t testing.TB, fsys fstest.MapFS) string {
	dir := t.TempDir()
	for name, f := range fsys {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, f.Data, 0o644))
	}
	return dir
}

func names(images []Image) []string {
	var out []string
	for _, im := range images {
		out = append(out, im.Name)
	}
	return out
}

// turnedJPEG encodes an image so that a viewer that heeds its orientation shows
// shown. The table says, as the EXIF standard does, which sides of it the first
// row and the first column of the stored pixels are.
func turnedJPEG(shown *image.RGBA, orientation int) []byte {
	w, h := shown.Rect.Dx(), shown.Rect.Dy()
	sides := [9][2]string{1: {"top", "left"}, {"top", "right"}, {"bottom", "right"}, {"bottom", "left"}, {"left", "top"}, {"right", "top"}, {"right", "bottom"}, {"left", "bottom"}}[orientation]
	size := image.Pt(w, h)
	if orientation >= 5 {
		size = image.Pt(h, w)
	}
	stored := image.NewRGBA(image.Rectangle{Max: size})
	for row := range size.Y {
		for column := range size.X {
			x, y := 0, 0
			for i, side := range sides {
				n := [2]int{row, column}[i]
				switch side {
				case "top":
					y = n
				case "bottom":
					y = h - 1 - n
				case "left":
					x = n
				case "right":
					x = w - 1 - n
				}
			}
			stored.SetRGBA(column, row, shown.RGBAAt(x, y))
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, stored, &jpeg.Options{Quality: 100}); err != nil {
		panic(err)
	}
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(rune(orientation)) + "\x00\x00\x00\x00\x00\x00"
	segment := append([]byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...)
	return append(append(append([]byte{}, b.Bytes()[:2]...), segment...), b.Bytes()[2:]...)
}
