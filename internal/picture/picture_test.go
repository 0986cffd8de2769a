package picture

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

// corners is a 60x20 image with a colour of its own in each quarter: red and
// green above, blue and white below.
func corners() *image.RGBA {
	im := image.NewRGBA(image.Rect(0, 0, 60, 20))
	for y := range 20 {
		for x := range 60 {
			c := [2][2]color.RGBA{{{255, 0, 0, 255}, {0, 255, 0, 255}}, {{0, 0, 255, 255}, {255, 255, 255, 255}}}[y/10][x/30]
			im.SetRGBA(x, y, c)
		}
	}
	return im
}

// exif is EXIF data with an orientation as its second tag.
func exif(order binary.AppendByteOrder, kind uint16, orientation uint32) string {
	b := []byte("MM\x00*")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		b = []byte("II*\x00")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	tag := func(id, kind uint16, value uint32) {
		b = order.AppendUint16(b, id)
		b = order.AppendUint16(b, kind)
		b = order.AppendUint32(b, 1)
		if kind == 3 {
			b = order.AppendUint16(b, uint16(value))
			b = order.AppendUint16(b, 0)
		} else {
			b = order.AppendUint32(b, value)
		}
	}
	tag(256, 3, 60)
	tag(274, kind, orientation)
	return string(order.AppendUint32(b, 0))
}

func encoded(t testing.TB, encode func(io.Writer, image.Image) error) string {
	var b bytes.Buffer
	require.NoError(t, encode(&b, corners()))
	return b.String()
}

func jpegEncode(w io.Writer, im image.Image) error {
	return jpeg.Encode(w, im, &jpeg.Options{Quality: 100})
}

// inJPEG puts segments behind the start of a JPEG.
func inJPEG(data string, segments ...string) string {
	head := data[:2]
	for _, s := range segments {
		head += "\xff\xe1" + string(binary.BigEndian.AppendUint16(nil, uint16(len(s)+2))) + s
	}
	return head + data[2:]
}

// inPNG puts a chunk behind the header of a PNG, or before its end.
func inPNG(data, name, content string, last bool) string {
	chunk := string(binary.BigEndian.AppendUint32(nil, uint32(len(content)))) + name + content
	chunk += string(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(name+content))))
	at := 33
	if last {
		at = len(data) - 12
	}
	return data[:at] + chunk + data[at:]
}

// shown says where the first row and column of the stored pixels are shown, in
// the words of the EXIF standard, by the quarters that are then at the upper
// left, the upper right, the lower left and the lower right.
var shown = [9]string{
	1: "red green blue white", // top, left
	2: "green red white blue", // top, right
	3: "white blue green red", // bottom, right
	4: "blue white red green", // bottom, left
	5: "red blue green white", // left, top
	6: "blue red white green", // right, top
	7: "white green blue red", // right, bottom
	8: "green white red blue", // left, bottom
}

func quarters(im image.Image) string {
	b := im.Bounds()
	var words []string
	for _, p := range []image.Point{{1, 1}, {3, 1}, {1, 3}, {3, 3}} {
		r, g, bl, _ := im.At(b.Min.X+b.Dx()*p.X/4, b.Min.Y+b.Dy()*p.Y/4).RGBA()
		words = append(words, map[[3]bool]string{{true, false, false}: "red", {false, true, false}: "green", {false, false, true}: "blue", {true, true, true}: "white"}[[3]bool{r > 1<<15, g > 1<<15, bl > 1<<15}])
	}
	return strings.Join(words, " ")
}

func TestOrientationsTurnPixelsAndSizesInEveryFormat(t *testing.T) {
	jpg, pngs := encoded(t, jpegEncode), encoded(t, png.Encode)
	tif := encoded(t, func(w io.Writer, im image.Image) error { return tiff.Encode(w, im, nil) })
	xmp := "http://ns.adobe.com/xap/1.0/\x00<x/>"
	for o := 1; o <= 8; o++ {
		big, little := exif(binary.BigEndian, 3, uint32(o)), exif(binary.LittleEndian, 3, uint32(o))
		files := map[string]string{
			"JPEG":             inJPEG(jpg, "Exif\x00\x00"+big),
			"JPEG, little end": inJPEG(jpg, xmp, "Exif\x00\x00"+little),
			"JPEG, filled":     jpg[:2] + "\xff\xd0\xff\xff\xff" + inJPEG(jpg, "Exif\x00\x00"+big)[3:],
			"JPEG, a long":     inJPEG(jpg, "Exif\x00\x00"+exif(binary.BigEndian, 4, uint32(o))),
			"PNG":              inPNG(pngs, "eXIf", big, false),
			"PNG, at the end":  inPNG(pngs, "eXIf", little, true),
			"TIFF":             tiffOriented(tif, o),
			"WebP":             webpOriented(o),
		}
		for name, data := range files {
			r := strings.NewReader(data)
			info, err := Inspect(r)
			require.NoError(t, err, name)
			assert.Equal(t, [3]int{60, 20, o}, [3]int{info.Width, info.Height, info.Orientation}, name)
			w, h := info.Shown()
			im, err := Decode(r, 1e6, false)
			require.NoError(t, err, name)
			assert.Equal(t, image.Pt(w, h), im.Bounds().Size(), "%s %d", name, o)
			assert.Equal(t, o >= 5, h == 60)
			assert.Equal(t, shown[o], quarters(im), "%s %d", name, o)
			im, err = Decode(r, 1e6, true)
			require.NoError(t, err)
			assert.Equal(t, shown[1], quarters(im), "as stored")
		}
	}
}

// tiffOriented puts the orientation into the directory of a TIFF, in place of
// its resolution, tag 282.
func tiffOriented(data string, orientation int) string {
	b := []byte(data)
	at := int(binary.LittleEndian.Uint32(b[4:])) + 2
	n := int(binary.LittleEndian.Uint16(b[at-2:]))
	var entries []string
	for i := range n {
		e := b[at+12*i:][:12]
		if binary.LittleEndian.Uint16(e) == 282 {
			binary.LittleEndian.PutUint16(e, 274)
			binary.LittleEndian.PutUint16(e[2:], 3)
			binary.LittleEndian.PutUint32(e[4:], 1)
			binary.LittleEndian.PutUint32(e[8:], uint32(orientation))
		}
		entries = append(entries, string(e))
	}
	slices.SortFunc(entries, func(a, b string) int {
		return int(binary.LittleEndian.Uint16([]byte(a))) - int(binary.LittleEndian.Uint16([]byte(b)))
	})
	copy(b[at:], strings.Join(entries, ""))
	return string(b)
}

// webpOriented is what Pillow writes of corners.
func webpOriented(orientation int) string {
	b, err := base64.StdEncoding.DecodeString("UklGRnQAAABXRUJQVlA4WAoAAAAIAAAAOwAAEwAAVlA4TDMAAAAvO8AEAB8gEEjeHzqN+RcQFPwf3fxHZA9AbSSpDU36EqmODoz0MXFE/ycgcTA+A+FqfAYARVhJRhoAAABNTQAqAAAACAABARIAAwAAAAEABgAAAAAAAA==")
	if err != nil {
		panic(err)
	}
	b[len(b)-7] = byte(orientation)
	return string(b)
}

func TestDamagedEXIFIsNone(t *testing.T) {
	jpg := encoded(t, jpegEncode)
	sound := exif(binary.BigEndian, 3, 6)
	for name, segment := range map[string]string{
		"cut":                 sound[:20],
		"of another order":    "XX" + sound[2:],
		"orientation 0":       exif(binary.BigEndian, 3, 0),
		"orientation 9":       exif(binary.BigEndian, 3, 9),
		"a long far too big":  exif(binary.BigEndian, 4, 1<<31),
		"a text":              exif(binary.BigEndian, 2, 6),
		"a directory far off": sound[:4] + "\xff\xff\xff\xff" + sound[8:],
		"empty":               "",
	} {
		info, err := Inspect(strings.NewReader(inJPEG(jpg, "Exif\x00\x00"+segment)))
		require.NoError(t, err, name)
		assert.Equal(t, 1, info.Orientation, name)
	}
}

func TestEveryFormatIsReadWhateverItIsCalled(t *testing.T) {
	for name, encode := range map[string]func(io.Writer, image.Image) error{
		"jpeg": jpegEncode, "png": png.Encode, "bmp": bmp.Encode,
		"tiff": func(w io.Writer, im image.Image) error {
			return tiff.Encode(w, im, &tiff.Options{Compression: tiff.Deflate})
		},
		"gif": func(w io.Writer, im image.Image) error { return gif.Encode(w, im, nil) },
	} {
		r := strings.NewReader(encoded(t, encode))
		info, err := Inspect(r)
		require.NoError(t, err, name)
		assert.Equal(t, Info{Format: name, Width: 60, Height: 20, Orientation: 1}, info)
		im, err := Decode(r, 60*20, false)
		require.NoError(t, err, name)
		assert.Equal(t, shown[1], quarters(im), name)
		_, err = Decode(r, 60*20-1, false)
		assert.ErrorContains(t, err, "its header claims 60x20 pixels, more than the 1199 that are decoded", name)
	}
}

func TestWhatIsNoImageIsCalledByWhatItIs(t *testing.T) {
	for data, want := range map[string]string{
		"":                                     "it is an empty file, which is not read: want JPEG, PNG",
		"\x00\x00\x00\x18ftypheic":             "it is HEIC",
		"\x00\x00\x00\x18ftypavif":             "it is AVIF",
		"\x00\x00\x00\x18ftypmp42":             "it is a video",
		"\x00\x00\x00\x0cjP  \r\n":             "it is JPEG 2000",
		"%PDF-1.4":                             "it is a PDF",
		"\x00\x05\x16\x07\x00":                 "it is an AppleDouble file",
		"\n<!DOCTYPE html><html>":              "it is an HTML page",
		"version https://git-lfs.github.com/x": "it is a Git LFS pointer",
		"<?xml version='1.0'?>":                "it is XML",
		"0 0.5 0.5 0.1 0.1\n":                  "it is text",
		"II+\x00\x08\x00":                      "it is a BigTIFF",
		"\x01\x02\x00\xff\xfe":                 "its content is none of JPEG, PNG",
		"\x89PNG\r\n\x1a\n":                    "broken png: it ends too early",
		"\xff\xd8\xff":                         "broken jpeg: it ends too early",
		"II*\x00\x08\x00\x00\x00\x00\x00":      "broken tiff",
	} {
		_, err := Inspect(strings.NewReader(data))
		assert.ErrorContains(t, err, want, "%q", data)
		_, err = Decode(strings.NewReader(data), 1e6, false)
		assert.ErrorContains(t, err, want, "%q", data)
	}
}

// counting counts the bytes that are read.
type counting struct {
	io.ReadSeeker
	read int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.ReadSeeker.Read(p)
	c.read += n
	return n, err
}

// The pixels are not read, and what a header claims is not allocated.
func TestAHeaderIsAllThatIsRead(t *testing.T) {
	large := image.NewGray(image.Rect(0, 0, 1200, 1000))
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range large.Pix {
		large.Pix[i] = uint8(rng.Uint32())
	}
	for name, encode := range map[string]func(io.Writer, image.Image) error{
		"jpeg": jpegEncode, "png": png.Encode, "gif": func(w io.Writer, im image.Image) error { return gif.Encode(w, im, nil) },
		"bmp": bmp.Encode, "tiff": func(w io.Writer, im image.Image) error { return tiff.Encode(w, im, nil) },
	} {
		var b bytes.Buffer
		require.NoError(t, encode(&b, large))
		require.Greater(t, b.Len(), 500_000, name)
		c := &counting{ReadSeeker: bytes.NewReader(b.Bytes())}
		info, err := Inspect(c)
		require.NoError(t, err, name)
		assert.Equal(t, Info{Format: name, Width: 1200, Height: 1000, Orientation: 1}, info)
		assert.Less(t, c.read, 1<<17, name)
	}

	// A TIFF's every list is said to have two billion numbers.
	claims := []byte(encoded(t, func(w io.Writer, im image.Image) error { return tiff.Encode(w, im, nil) }))
	at := int(binary.LittleEndian.Uint32(claims[4:]))
	for i := range int(binary.LittleEndian.Uint16(claims[at:])) {
		binary.LittleEndian.PutUint32(claims[at+2+12*i+4:], 1<<31-1)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Inspect(bytes.NewReader(claims))
	runtime.ReadMemStats(&after)
	require.Error(t, err)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
}

func FuzzInspect(f *testing.F) {
	f.Add([]byte(inJPEG(encoded(f, jpegEncode), "Exif\x00\x00"+exif(binary.BigEndian, 3, 6))))
	f.Add([]byte(inPNG(encoded(f, png.Encode), "eXIf", exif(binary.LittleEndian, 3, 8), true)))
	f.Add([]byte(encoded(f, func(w io.Writer, im image.Image) error { return tiff.Encode(w, im, nil) })))
	f.Add([]byte(webpOriented(7)))
	f.Fuzz(func(t *testing.T, data []byte) {
		info, err := Inspect(bytes.NewReader(data))
		if err == nil && (info.Width < 1 || info.Height < 1 || info.Orientation < 1 || info.Orientation > 8) {
			t.Fatal(fmt.Sprint(info))
		}
	})
}
