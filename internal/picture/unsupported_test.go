package picture

import (
	"encoding/binary"
	"image"
	"image/png"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/tiff"
)

// tiffWith puts another tag with a number in place of one of the directory.
func tiffWith(data string, old, id uint16, value uint16) string {
	b := []byte(data)
	at := int(binary.LittleEndian.Uint32(b[4:])) + 2
	for i := range int(binary.LittleEndian.Uint16(b[at-2:])) {
		if e := b[at+12*i:][:12]; binary.LittleEndian.Uint16(e) == old {
			binary.LittleEndian.PutUint16(e, id)
			binary.LittleEndian.PutUint16(e[2:], 3)
			binary.LittleEndian.PutUint32(e[4:], 1)
			binary.LittleEndian.PutUint32(e[8:], uint32(value))
		}
	}
	return string(b)
}

func TestAKindOfAFormatThatIsNotReadIsNamed(t *testing.T) {
	tif := encoded(t, func(w io.Writer, im image.Image) error { return tiff.Encode(w, im, nil) })
	const compression, extraSamples, sampleFormat, bits = 259, 338, 339, 258
	animated := []byte(webpOriented(1))
	animated[20] |= 2
	for data, want := range map[string]string{
		string(animated): "it is an animated WebP, which is not read: save one of its frames",
		tiffWith(tif, compression, compression, 7):     "it is a TIFF with compression 7 (JPEG), which is not read: save it with LZW",
		tiffWith(tif, compression, compression, 50000): "compression 50000 (Zstandard)",
		tiffWith(tif, extraSamples, sampleFormat, 3):   "it is a TIFF with floating-point samples, which are not read: save it as grey or RGB of 8 or 16 bits",
		tiffWith(tif, extraSamples, sampleFormat, 2):   "it is a TIFF with signed samples",
		tiffWith(tif, bits, bits, 32):                  "it is a TIFF with a feature that is not read (BitsPerSample of 32)",
	} {
		_, err := Inspect(strings.NewReader(data))
		assert.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "broken")
	}
	for data, want := range map[string]string{"P6\n1 1\n255\n": "it is a PPM", "P2\n1 1\n255\n0": "it is a PGM"} {
		_, err := Inspect(strings.NewReader(data))
		assert.ErrorContains(t, err, want)
	}
}

func TestThePeakIsThatOfTheSixteenBits(t *testing.T) {
	grey := image.NewGray16(image.Rect(0, 0, 5, 4))
	grey.Pix[6], grey.Pix[7] = 0x0f, 0xf0
	colour := image.NewNRGBA64(image.Rect(0, 0, 5, 4)) // of alpha 0
	colour.Pix[10], colour.Pix[11] = 0x0f, 0xf0
	for name, im := range map[string]image.Image{"grey": grey, "colour": colour} {
		for format, encode := range map[string]func(w io.Writer, im image.Image) error{
			"PNG": png.Encode, "TIFF": func(w io.Writer, im image.Image) error { return tiff.Encode(w, im, nil) },
		} {
			var b strings.Builder
			require.NoError(t, encode(&b, im))
			info, err := Inspect(strings.NewReader(b.String()))
			require.NoError(t, err)
			assert.True(t, info.Deep, "%s %s", format, name)
			back, err := Decode(strings.NewReader(b.String()), 1e6, false)
			require.NoError(t, err)
			peak, deep := Peak(back)
			assert.True(t, deep)
			assert.Equal(t, 4080, peak, "%s %s", format, name)
		}
	}
	_, deep := Peak(corners())
	assert.False(t, deep)
}
