package small

import "detsample/bench/dataset"

// reader reads images one after the other, ahead of their use.
type reader struct {
	images []dataset.Image
	asked  int
	ahead  dataset.Ahead
}

// next returns the pixels of the next image, which there must be.
func (r *reader) next() (dataset.Pixels, error) {
	for r.asked < len(r.images) && (r.ahead.Waiting() == 0 || r.ahead.Waiting() < 2*mostEvaluated && !r.ahead.Full()) {
		r.ahead.Ask(&r.images[r.asked])
		r.asked++
	}
	return r.ahead.Next()
}
