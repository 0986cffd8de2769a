// Package figure is how drawn figures look, wherever one stands: their colours,
// their text and axes, and their form as SVG.
package figure

import (
	"bytes"
	"image/color"
	"regexp"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Hues tell lines apart, for the colour-blind too: after Okabe and Ito (2008), as
// in the report.
var Hues = []color.RGBA{
	{0x00, 0x72, 0xb2, 255}, {0xd5, 0x5e, 0x00, 255}, {0x00, 0x9e, 0x73, 255}, {0xb5, 0x52, 0x8a, 255},
	{0xc9, 0x8a, 0x00, 255}, {0x55, 0x5d, 0x66, 255}, {0x8a, 0x7a, 0x00, 255}, {0x3d, 0x9f, 0xd6, 255},
}

// The greys of titles, of axes with their labels, of what stands behind, and of the
// grid.
var (
	Ink   = color.RGBA{0x1b, 0x20, 0x27, 255}
	Soft  = color.RGBA{0x5b, 0x65, 0x70, 255}
	Faint = color.RGBA{0xb9, 0xc0, 0xc8, 255}
	Grid  = color.RGBA{0xe6, 0xe9, 0xed, 255}
)

// SVG is what paint draws on a canvas of this size. Where there is less room than
// that, it is shown smaller and not cut; where the font is missing, in one as wide.
func SVG(wide, high vg.Length, paint func(draw.Canvas)) ([]byte, error) {
	canvas := vgsvg.New(wide, high)
	paint(draw.New(canvas))
	var text bytes.Buffer
	if _, err := canvas.WriteTo(&text); err != nil {
		return nil, err
	}
	shrinks := bytes.Replace(text.Bytes(), []byte(" viewBox="), []byte(` style="max-width:100%;height:auto" viewBox=`), 1)
	return sans.ReplaceAll(shrinks, []byte("${0},Arial,Helvetica,sans-serif")), nil
}

var sans = regexp.MustCompile(`font-family:Liberation Sans\b`)
