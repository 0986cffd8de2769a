package dataset

// grey fills the canvas beyond an image.
const grey = 128

// letterbox brings every image to the smallest common canvas whose sides are
// multiples of multiple.
func (s *Set) letterbox(multiple int) {
	splits := [2][]Image{s.Train, s.Test}
	for _, images := range splits {
		for i := range images {
			s.Width = max(s.Width, images[i].Width)
			s.Height = max(s.Height, images[i].Height)
		}
	}
	s.Width = (s.Width + multiple - 1) / multiple * multiple
	s.Height = (s.Height + multiple - 1) / multiple * multiple
	for _, images := range splits {
		for i := range images {
			images[i].extend(s.Width, s.Height)
		}
	}
}

// extend pads the image with grey at its right and bottom.
func (im *Image) extend(width, height int) {
	if im.Width == width && im.Height == height {
		return
	}
	pix := make([]uint8, 3*width*height)
	for i := range pix {
		pix[i] = grey
	}
	for y := range im.Height {
		copy(pix[3*y*width:], im.Pix[3*y*im.Width:3*(y+1)*im.Width])
	}
	im.Pix, im.Width, im.Height = pix, width, height
}
