package picture

import (
	"image"
	"image/color"
	"slices"
)

// opaque returns an image without its alpha: every pixel has the colour that the
// file gives it, however little of that a viewer shows, as OpenCV and Pillow's
// convert("RGB") have it. One without alpha is returned as it is. The memory of
// im is used again.
func opaque(im image.Image) image.Image {
	switch im := im.(type) {
	case *image.NRGBA:
		for i := 3; i < len(im.Pix); i += 4 {
			im.Pix[i] = 0xff
		}
		return &image.RGBA{Pix: im.Pix, Stride: im.Stride, Rect: im.Rect}
	case *image.NRGBA64:
		for i := 6; i+1 < len(im.Pix); i += 8 {
			im.Pix[i], im.Pix[i+1] = 0xff, 0xff
		}
		return &image.RGBA64{Pix: im.Pix, Stride: im.Stride, Rect: im.Rect}
	case *image.NYCbCrA:
		return &im.YCbCr
	case *image.RGBA:
		if !im.Opaque() {
			divide(im)
		}
	case *image.RGBA64:
		if !im.Opaque() {
			divide64(im)
		}
	case *image.Paletted:
		if slices.ContainsFunc(im.Palette, transparent) {
			shown := *im
			shown.Palette = make(color.Palette, len(im.Palette))
			for i, c := range im.Palette {
				n := color.NRGBAModel.Convert(c).(color.NRGBA)
				shown.Palette[i] = color.RGBA{n.R, n.G, n.B, 0xff}
			}
			return &shown
		}
	}
	return im
}

func transparent(c color.Color) bool {
	_, _, _, a := c.RGBA()
	return a != 0xffff
}

// divide takes the alpha out of pixels that were multiplied by it, which those of
// a TIFF may be. Of an alpha of 0 that cannot be told, and they stay as they are.
func divide(im *image.RGBA) {
	for i := 0; i+3 < len(im.Pix); i += 4 {
		p := im.Pix[i : i+4]
		if a := int(p[3]); a > 0 {
			for c := range 3 {
				p[c] = uint8(min(255*int(p[c])/a, 255))
			}
		}
		p[3] = 0xff
	}
}

// divide64 is divide for 16 bits a channel.
func divide64(im *image.RGBA64) {
	for i := 0; i+7 < len(im.Pix); i += 8 {
		p := im.Pix[i : i+8]
		if a := int(p[6])<<8 | int(p[7]); a > 0 {
			for c := 0; c < 6; c += 2 {
				v := min(0xffff*(int(p[c])<<8|int(p[c+1]))/a, 0xffff)
				p[c], p[c+1] = uint8(v>>8), uint8(v)
			}
		}
		p[6], p[7] = 0xff, 0xff
	}
}

// keepGIF clears the mark by which the first frame of a GIF has a transparent
// colour, since the decoder forgets which colour that is.
func keepGIF(data []byte) {
	const (
		header       = 13
		table        = 0x80 // of colours, behind the header
		extension    = 0x21
		control      = 0xf9 // the extension that has the mark
		transparency = 1
	)
	at := header
	if len(data) >= header && data[10]&table != 0 {
		at += 3 << (data[10]&7 + 1)
	}
	for at+3 < len(data) && data[at] == extension {
		if data[at+1] == control {
			data[at+3] &^= transparency
		}
		at += 2
		for at < len(data) && data[at] > 0 { // blocks, each behind its length
			at += 1 + int(data[at])
		}
		at++
	}
}
