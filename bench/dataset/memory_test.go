package dataset

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/annotations"
)

func TestImagesThatDoNotFitAreRefusedBeforeTheyAreDecoded(t *testing.T) {
	var train, test []int
	set := &annotations.Set{}
	for i := range 1000 {
		if i < 900 {
			train, set.Images = append(train, i), append(set.Images, annotations.Image{Width: 1600, Height: 900})
		} else {
			test, set.Images = append(test, i), append(set.Images, annotations.Image{Width: 800, Height: 400})
		}
	}
	fits := func(size int, bytes int64) error {
		l := loader{Options: Options{Size: size, MaxBytes: bytes}, annotated: set}
		return l.fits(train, test)
	}
	assert.NoError(t, fits(1000, 1000*3*1000*562))
	assert.ErrorContains(t, fits(1000, 1000*3*1000*562-1), "1000 images of up to 1000x562 pixels take 1.57 GiB of memory, this machine has 1.57 GiB: lower the images' size (now 1000)")
	set.Images[7].Height = 0
	assert.NoError(t, fits(1000, 1000*3*1000*1000))
	assert.ErrorContains(t, fits(1000, 1000*3*1000*1000-1), "up to 1000x1000 pixels", "one that does not say its size")
	set.Images[8].Width, set.Images[8].Height = 10, 100000
	assert.Error(t, fits(1000, 1000*3*1000*1000-1))
	assert.NoError(t, fits(1000, 0), "any amount")
}
