package dataset

import "fmt"

// fits returns an error if the scaled images would take more memory than
// allowed. All get the canvas of the largest, by the sizes that annotations
// give; an image without is taken for square.
func (s *split) fits(o Options) error {
	if o.MaxBytes == 0 {
		return nil
	}
	width, height, n := 0, 0, len(s.train)+len(s.test)
	for _, pictures := range [][]picture{s.train, s.test} {
		for _, p := range pictures {
			w, h := o.Size, o.Size
			switch {
			case p.width < 1 || p.height < 1:
			case p.width > p.height:
				h = max(1, int(float64(o.Size)*float64(p.height)/float64(p.width)))
			default:
				w = max(1, int(float64(o.Size)*float64(p.width)/float64(p.height)))
			}
			width, height = max(width, w), max(height, h)
		}
	}
	bytes := 3 * float64(n) * float64(width) * float64(height)
	if bytes <= float64(o.MaxBytes) {
		return nil
	}
	return fmt.Errorf("%d images of up to %dx%d pixels take %.3g GiB of memory, this machine has %.3g GiB: lower the images' size (now %d) or their number (MaxTrain, MaxTest; folder.max_train, folder.max_test)",
		n, width, height, bytes/(1<<30), float64(o.MaxBytes)/(1<<30), o.Size)
}
