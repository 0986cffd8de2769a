package dataset

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestImagesThatDoNotFitAreRefusedBeforeTheyAreDecoded(t *testing.T) {
	s := split{train: make([]picture, 900), test: make([]picture, 100)}
	for i := range s.train {
		s.train[i].width, s.train[i].height = 1600, 900
	}
	for i := range s.test {
		s.test[i].width, s.test[i].height = 800, 400
	}
	o := Options{Size: 1000, MaxBytes: 1000 * 3 * 1000 * 562}
	assert.NoError(t, s.fits(o))
	o.MaxBytes--
	assert.ErrorContains(t, s.fits(o), "1000 images of up to 1000x562 pixels take 1.57 GiB of memory, this machine has 1.57 GiB: lower the images' size (now 1000)")
	s.train[7].height = 0
	o.MaxBytes = 1000 * 3 * 1000 * 1000
	assert.NoError(t, s.fits(o))
	o.MaxBytes--
	assert.ErrorContains(t, s.fits(o), "up to 1000x1000 pixels", "one that does not say its size")
	s.train[8].width, s.train[8].height = 10, 100000
	assert.Error(t, s.fits(o))
	assert.NoError(t, s.fits(Options{Size: 1000}))
}
