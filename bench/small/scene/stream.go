package scene

import (
	"fmt"

	"detsample/bench/dataset"
)

// stream draws a run's training images, each once, in constant memory. An image
// is a function of the configuration, the seed, the run and its index alone.
type stream struct {
	painter *painter
	key     uint64
	image   dataset.Image
}

func newStream(c Config, seed, run uint64) *stream {
	return &stream{painter: newPainter(c), key: mix(fresh.key(seed) + run)}
}

// attempts is how often an image that has no room for its objects is drawn
// anew. Of a set of a thousand images none may fail where one of a million
// would, and a long training should not end for that.
const attempts = 8

// Image implements [dataset.Stream].
func (s *stream) Image(index uint64) (*dataset.Image, error) {
	var err error
	for attempt := range uint64(attempts) {
		if err = s.painter.image(&s.image, s.key, index^attempt<<48); err == nil {
			s.painter.forget(&s.image, s.key, index)
			s.image.ID = int64(index + 1)
			return &s.image, nil
		}
	}
	return nil, fmt.Errorf("scene: fresh image %d: %w", index, err)
}
