package dataset

import "fmt"

// fits returns an error if the scaled images would take more memory than
// [Options.MaxBytes]. All get the canvas of the largest, by the sizes that
// annotations give; an image without is taken for square.
func (l *loader) fits(indices ...[]int) error {
	if l.MaxBytes == 0 {
		return nil
	}
	width, height, n := 0, 0, 0
	for _, part := range indices {
		n += len(part)
		for _, i := range part {
			w, h := l.scaledSize(i)
			width, height = max(width, w), max(height, h)
		}
	}
	bytes := 3 * float64(n) * float64(width) * float64(height)
	if bytes <= float64(l.MaxBytes) {
		return nil
	}
	return fmt.Errorf("%d images of up to %dx%d pixels take %.3g GiB of memory, this machine has %.3g GiB: lower the images' size (now %d) or their number (MaxTrain, MaxTest; folder.max_train, folder.max_test)",
		n, width, height, bytes/(1<<30), float64(l.MaxBytes)/(1<<30), l.Size)
}

// scaledSize returns the size that an image will have, as far as that is known
// before it is decoded.
func (l *loader) scaledSize(i int) (width, height int) {
	w, h := l.annotated.Images[i].Width, l.annotated.Images[i].Height
	switch {
	case w < 1 || h < 1:
		return l.Size, l.Size
	case w > h:
		return l.Size, max(1, int(float64(l.Size)*float64(h)/float64(w)))
	}
	return max(1, int(float64(l.Size)*float64(w)/float64(h))), l.Size
}
