package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/tiff"
)

// rgb returns the 8 bits of a pixel's colours, and its alpha.
func rgb(im image.Image, x, y int) [4]uint8 {
	r, g, b, a := im.At(im.Bounds().Min.X+x, im.Bounds().Min.Y+y).RGBA()
	return [4]uint8{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), uint8(a >> 8)}
}

func decoded(t *testing.T, encode func(io.Writer) error) image.Image {
	var b bytes.Buffer
	require.NoError(t, encode(&b))
	im, err := Decode(bytes.NewReader(b.Bytes()), 1e6, false)
	require.NoError(t, err)
	return im
}

// The colours of pixels are those that the file has, whatever their alpha: what
// Pillow's convert("RGB") and OpenCV give.
func TestAlphaLeavesTheColoursAsTheyAre(t *testing.T) {
	alphas := []uint8{0, 1, 128, 254, 255}
	box := image.Rect(0, 0, len(alphas), 1)
	eight, sixteen := image.NewNRGBA(box), image.NewNRGBA64(box)
	for x, a := range alphas {
		eight.SetNRGBA(x, 0, color.NRGBA{120, 95, 30, a})
		sixteen.SetNRGBA64(x, 0, color.NRGBA64{120 << 8, 95 << 8, 30 << 8, uint16(a)<<8 | uint16(a)})
	}
	paletted := image.NewPaletted(box, color.Palette{color.NRGBA{120, 95, 30, 0}, color.NRGBA{120, 95, 30, 128}, color.NRGBA{120, 95, 30, 255}})
	copy(paletted.Pix, []uint8{0, 1, 2, 0, 1})
	for name, im := range map[string]image.Image{
		"PNG of 8 bits":   decoded(t, func(w io.Writer) error { return png.Encode(w, eight) }),
		"PNG of 16 bits":  decoded(t, func(w io.Writer) error { return png.Encode(w, sixteen) }),
		"PNG of colours":  decoded(t, func(w io.Writer) error { return png.Encode(w, paletted) }),
		"TIFF of 8 bits":  decoded(t, func(w io.Writer) error { return tiff.Encode(w, eight, nil) }),
		"TIFF of 16 bits": decoded(t, func(w io.Writer) error { return tiff.Encode(w, sixteen, nil) }),
	} {
		for x := range alphas {
			assert.Equal(t, [4]uint8{120, 95, 30, 255}, rgb(im, x, 0), "%s, alpha %d", name, alphas[x])
		}
	}
}

// A TIFF's colours may be multiplied by their alpha. What Pillow makes of them.
func TestColoursThatWereMultipliedByAlphaAreDividedByIt(t *testing.T) {
	box := image.Rect(0, 0, 4, 1)
	eight, sixteen := image.NewRGBA(box), image.NewRGBA64(box)
	for x, c := range []color.RGBA{{60, 47, 15, 128}, {60, 47, 15, 255}, {90, 0, 0, 45}, {7, 0, 0, 0}} {
		eight.SetRGBA(x, 0, c)
		sixteen.SetRGBA64(x, 0, color.RGBA64{uint16(c.R) * 257, uint16(c.G) * 257, uint16(c.B) * 257, uint16(c.A) * 257})
	}
	for name, im := range map[string]image.Image{
		"8 bits":  decoded(t, func(w io.Writer) error { return tiff.Encode(w, eight, nil) }),
		"16 bits": decoded(t, func(w io.Writer) error { return tiff.Encode(w, sixteen, nil) }),
	} {
		assert.Equal(t, [4]uint8{119, 93, 29, 255}, rgb(im, 0, 0), name)
		assert.Equal(t, [4]uint8{60, 47, 15, 255}, rgb(im, 1, 0), name)
		assert.Equal(t, [4]uint8{255, 0, 0, 255}, rgb(im, 2, 0), "%s: more than its alpha", name)
		assert.Equal(t, [4]uint8{7, 0, 0, 255}, rgb(im, 3, 0), name)
	}
}

func TestAGIFKeepsTheColourThatItShowsAsNone(t *testing.T) {
	paletted := image.NewPaletted(image.Rect(0, 0, 8, 1), color.Palette{color.RGBA{9, 8, 7, 255}, color.RGBA{120, 95, 30, 255}})
	copy(paletted.Pix, []uint8{1, 1, 0, 0, 1, 1, 1, 1})
	var b bytes.Buffer
	require.NoError(t, gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{paletted}, Delay: []int{5}}))
	data := b.Bytes()
	at := bytes.Index(data, []byte{0x21, 0xf9, 4})
	require.Positive(t, at)
	data[at+3], data[at+6] = data[at+3]|1, 1 // colour 1 is transparent
	plain, err := gif.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	require.Equal(t, [4]uint8{}, rgb(plain, 0, 0), "what the decoder makes of it")
	im, err := Decode(bytes.NewReader(data), 1e6, false)
	require.NoError(t, err)
	assert.Equal(t, [4]uint8{120, 95, 30, 255}, rgb(im, 0, 0))
	assert.Equal(t, [4]uint8{9, 8, 7, 255}, rgb(im, 2, 0))
	for n := range data { // of what was cut, no more than an error
		keepGIF(bytes.Clone(data[:n]))
	}
}

func TestAnImageWithoutAlphaStaysWhatItIs(t *testing.T) {
	ycc := image.NewNYCbCrA(image.Rect(0, 0, 3, 3), image.YCbCrSubsampleRatio420)
	for i := range ycc.Y {
		ycc.Y[i], ycc.A[i] = uint8(40*i), 0xff
	}
	for i := range ycc.Cb {
		ycc.Cb[i], ycc.Cr[i] = uint8(80*i), uint8(70*i)
	}
	grey, solid := image.NewGray(image.Rect(0, 0, 3, 3)), corners()
	palette := image.NewPaletted(image.Rect(0, 0, 3, 3), color.Palette{color.RGBA{1, 2, 3, 255}})
	for _, im := range []image.Image{grey, solid, palette, &ycc.YCbCr, image.NewCMYK(image.Rect(0, 0, 3, 3))} {
		assert.Same(t, im, opaque(im))
	}
	straight := image.NewNRGBA(image.Rect(0, 0, 3, 3))
	for i := range straight.Pix {
		if straight.Pix[i] = uint8(i * 7); i%4 == 3 {
			straight.Pix[i] = 0xff
		}
	}
	for _, im := range []image.Image{ycc, straight} {
		for y := range 3 {
			for x := range 3 {
				was := rgb(im, x, y)
				assert.Equal(t, was, rgb(opaque(im), x, y))
			}
		}
	}
}
