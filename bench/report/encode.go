package report

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"

	"detsample/bench/dataset"
)

const (
	longestSide = 512   // of an image in the page, in pixels
	largestPNG  = 60000 // bytes; a larger one is encoded as JPEG
)

// dataURI encodes an image, without what it is padded by, into an address that holds it.
func dataURI(img *dataset.Image) (string, error) {
	if len(img.Pix) != 3*img.Width*img.Height {
		return "", fmt.Errorf("report: image %s has %d bytes: want 3*%d*%d", img.Name, len(img.Pix), img.Width, img.Height)
	}
	w, h := img.Size()
	picture := shrink(img.Opaque().SubImage(image.Rect(0, 0, w, h)).(*image.RGBA))
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return "", fmt.Errorf("report: image %s: %w", img.Name, err)
	}
	format := "png"
	if b.Len() > largestPNG {
		b.Reset()
		format = "jpeg"
		if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: 90}); err != nil {
			return "", fmt.Errorf("report: image %s: %w", img.Name, err)
		}
	}
	return "data:image/" + format + ";base64," + base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// shrink scales an image down until its longest side fits.
func shrink(img *image.RGBA) *image.RGBA {
	size := img.Bounds().Size()
	longest := max(size.X, size.Y)
	if longest <= longestSide {
		return img
	}
	out := image.NewRGBA(image.Rect(0, 0, max(1, size.X*longestSide/longest), max(1, size.Y*longestSide/longest)))
	draw.CatmullRom.Scale(out, out.Bounds(), img, img.Bounds(), draw.Src, nil)
	return out
}
