package picture

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAFileThatHasNoEndIsNotComplete(t *testing.T) {
	im := image.NewGray(image.Rect(0, 0, 40, 40))
	for i := range im.Pix {
		im.Pix[i] = uint8(i * i)
	}
	var jpg, small, pngs bytes.Buffer
	require.NoError(t, jpeg.Encode(&jpg, im, nil))
	require.NoError(t, jpeg.Encode(&small, im.SubImage(image.Rect(0, 0, 8, 8)), nil))
	require.NoError(t, png.Encode(&pngs, im))
	// With a picture of its own in a segment, as cameras write it.
	segment := append([]byte{0xff, 0xe1, byte((small.Len() + 2) >> 8), byte(small.Len() + 2)}, small.Bytes()...)
	camera := bytes.Join([][]byte{jpg.Bytes()[:2], segment, jpg.Bytes()[2:]}, nil)

	for _, k := range []struct {
		format string
		data   []byte
	}{{"jpeg", jpg.Bytes()}, {"jpeg", camera}, {"png", pngs.Bytes()}} {
		assert.NoError(t, Complete(k.data, k.format))
		assert.NoError(t, Complete(append(bytes.Clone(k.data), "and more"...), k.format), "what follows the end is nobody's")
		for n := 8; n < len(k.data)-1; n++ {
			assert.ErrorContains(t, Complete(k.data[:n], k.format), "broken "+k.format, n)
		}
	}
	damaged := bytes.Clone(pngs.Bytes())
	damaged[len(damaged)/2] ^= 1
	assert.ErrorContains(t, Complete(damaged, "png"), `broken png: the checksum of its chunk "IDAT" is wrong`)
	assert.NoError(t, Complete([]byte("RIFF\x04\x00\x00\x00WEBP"), "webp"))
	assert.Error(t, Complete([]byte("RIFF\x05\x00\x00\x00WEBP"), "webp"))
	assert.NoError(t, Complete(nil, "bmp"))
}
