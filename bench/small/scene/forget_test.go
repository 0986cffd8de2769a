package scene

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/dataset"
)

// without returns the images of a configuration in which a share of the
// annotations is missing: a set's training images, or a run's fresh ones.
func without(t *testing.T, share float64, fresh bool) []dataset.Image {
	c := freshConfig()
	c.Missing = share
	if !fresh {
		c.Train = 200
		return generate(t, c, 3).Train
	}
	s, images := generate(t, c, 3).Fresh(2), make([]dataset.Image, 200)
	for i := range images {
		images[i] = image(t, s, uint64(i))
	}
	return images
}

func TestAShareOfTheTrainingObjectsIsNotAnnotated(t *testing.T) {
	if testing.Short() {
		t.Skip("draws as TestSetHasTheSameBitsForAnyNumberOfProcessors does")
	}
	for _, fresh := range []bool{false, true} {
		all, some, more := without(t, 0, fresh), without(t, 0.1, fresh), without(t, 0.2, fresh)
		objects, kept := 0, [2]int{}
		for i := range all {
			assert.Equal(t, all[i].Pix, more[i].Pix, "what is not annotated is in the picture")
			assert.Subset(t, all[i].Objects, some[i].Objects)
			assert.Subset(t, some[i].Objects, more[i].Objects, "what is missing at a tenth is missing at a fifth")
			objects, kept[0], kept[1] = objects+len(all[i].Objects), kept[0]+len(some[i].Objects), kept[1]+len(more[i].Objects)
		}
		n := float64(objects)
		for k, share := range [...]float64{0.1, 0.2} {
			assert.InDelta(t, 1-share, float64(kept[k])/n, 4*math.Sqrt(share*(1-share)/n), "fresh %v, missing %v", fresh, share)
		}
	}
}

func TestNothingIsMissingWhereDetectorsAreJudged(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	c := few()
	whole := generate(t, c, 7)
	judged, err := Validation(c, 7)
	assert.NoError(t, err)
	c.Missing = 0.5
	assert.Equal(t, whole.Test, generate(t, c, 7).Test)
	again, err := Validation(c, 7)
	assert.NoError(t, err)
	assert.Equal(t, judged, again)
}
