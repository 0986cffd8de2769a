package picture

import "image"

// Peak returns the greatest value of any channel of an image that [Decode] gave,
// of 65535, and false where a channel has 8 bits. An image that was turned has 8.
func Peak(im image.Image) (peak int, deep bool) {
	switch im := im.(type) {
	case *image.Gray16:
		for i := 0; i+1 < len(im.Pix); i += 2 {
			peak = max(peak, int(im.Pix[i])<<8|int(im.Pix[i+1]))
		}
		return peak, true
	case *image.RGBA64: // without alpha, which the last two bytes of a pixel would be
		for i := 0; i+7 < len(im.Pix); i += 8 {
			for c := i; c < i+6; c += 2 {
				peak = max(peak, int(im.Pix[c])<<8|int(im.Pix[c+1]))
			}
		}
		return peak, true
	}
	return 0, false
}
