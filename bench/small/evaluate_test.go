package small

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/cocoeval"
	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/small/detector"
	"detsample/bench/trainer"
)

// oracle detects what the ground truth says.
type oracle struct {
	detector.Detector
	found func(detector.Image) []anchors.Detection
}

func (o oracle) Detect(dst [][]anchors.Detection, b detector.Batch) {
	for i := range b.Images {
		dst[i] = append(dst[i], o.found(b.Images[i])...)
	}
}

func perfect(m detector.Image) (found []anchors.Detection) {
	for i, box := range m.Truth.Box {
		found = append(found, anchors.Detection{Box: box, Class: m.Truth.Class[i], Score: 0.9})
	}
	return found
}

// scaledSet has 11 test images at half the original's scale: more than one
// batch, with a 10-pixel object in each and an ignored one in some.
func scaledSet() *dataset.Set {
	set := &dataset.Set{Classes: []string{"a", "b"}, Width: 64, Height: 64}
	for i := range 11 {
		x := float32(3 * i)
		m := dataset.Image{Width: 64, Height: 64, Scale: 0.5, Pix: make([]uint8, 3*64*64)}
		m.Objects = []dataset.Object{{Box: anchors.Box{x, 5, x + 10, 15}, Class: int32(i % 2)}}
		if i%3 == 0 {
			m.Objects = append(m.Objects, dataset.Object{Box: anchors.Box{x, 30, x + 20, 50}, Ignore: true})
		}
		set.Test = append(set.Test, m)
	}
	return set
}

func evaluated(t *testing.T, set *dataset.Set, areas config.Areas, found func(detector.Image) []anchors.Detection) cocoeval.Summary {
	t.Helper()
	e := newEvaluator(set, detector.Default(), areas)
	require.NoError(t, e.detect(t.Context(), oracle{found: found}))
	require.NoError(t, e.detect(t.Context(), oracle{found: found})) // a second round replaces the first
	result, err := e.evaluate()
	require.NoError(t, err)
	return result.Summary()
}

func TestPerfectDetectionsHaveAnAPOfOne(t *testing.T) {
	s := evaluated(t, scaledSet(), config.Areas{Small: 12, Large: 96}, perfect)
	assert.InDelta(t, 1, s.AP, 1e-9)
	assert.Equal(t, -1.0, s.APS, "20 pixels of the original are not small, though 10 of the network are")
	assert.InDelta(t, 1, s.APM, 1e-9)
	s = evaluated(t, scaledSet(), config.Areas{Small: 24, Large: 96}, perfect)
	assert.InDelta(t, 1, s.APS, 1e-9)
}

func TestBoxesAreEvaluatedInPixelsOfTheOriginal(t *testing.T) {
	assert.Equal(t, [4]float64{20, 40, 40, 60}, xywh(anchors.Box{10, 20, 30, 50}, 0.5))
}

func TestNothingFoundHasAnAPOfZero(t *testing.T) {
	s := evaluated(t, scaledSet(), config.Areas{Small: 32, Large: 96}, func(detector.Image) []anchors.Detection { return nil })
	assert.Zero(t, s.AP)
}

func TestDetectionsWithinAnIgnoredObjectAreNoMistakes(t *testing.T) {
	withExtra := func(y float32) cocoeval.Summary {
		return evaluated(t, scaledSet(), config.Areas{Small: 32, Large: 96}, func(m detector.Image) []anchors.Detection {
			found := perfect(m)
			for _, box := range m.Truth.Ignore {
				inside := anchors.Box{box[0] + 1, y, box[0] + 9, y + 9}
				found = append(found, anchors.Detection{Box: inside, Class: 0, Score: 0.99}, anchors.Detection{Box: inside, Class: 0, Score: 0.98})
			}
			return found
		})
	}
	assert.InDelta(t, 1, withExtra(32).AP, 1e-9)
	assert.Less(t, withExtra(52).AP, 0.9, "below the ignored object they are")
}

func TestResamplesAreTheSameImagesForEveryRun(t *testing.T) {
	resamples := func(found func(detector.Image) []anchors.Detection) []float64 {
		e := newEvaluator(scaledSet(), detector.Default(), config.Areas{Small: 32, Large: 96})
		require.NoError(t, e.detect(t.Context(), oracle{found: found}))
		var run trainer.Run
		require.NoError(t, run.Resample(e.params, e.truth, e.detections()))
		return run.Resamples
	}
	third := func(m detector.Image) []anchors.Detection {
		if m.ID%3 == 0 {
			return perfect(m)
		}
		return nil
	}
	ones, thirds := resamples(perfect), resamples(third)
	assert.Len(t, ones, 100)
	for k := range ones {
		assert.InDelta(t, 1, ones[k], 1e-9)
	}
	assert.Equal(t, thirds, resamples(third))
	assert.Greater(t, spread(thirds), 0.0)
}

func spread(values []float64) float64 {
	low, high := values[0], values[0]
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	return high - low
}

func TestPicturesShowTheFirstImagesWithObjects(t *testing.T) {
	set := scaledSet()
	set.Test[1].Objects = nil
	e := newEvaluator(set, detector.Default(), config.Areas{Small: 32, Large: 96})
	_ = e.detect(t.Context(), oracle{found: func(m detector.Image) []anchors.Detection {
		nowhere := float32(math.NaN())
		return append([]anchors.Detection{
			{Box: anchors.Box{0, 0, 1, 1}, Score: 0.05},
			{Box: anchors.Box{0, 0, nowhere, 1}, Score: 0.95},
		}, perfect(m)...)
	}})
	var shown []int
	for _, p := range e.pictures() {
		shown = append(shown, p.Image)
		require.Len(t, p.Detections, 2, "the best, whatever their scores, without what has no place")
		assert.InDelta(t, 0.05, p.Detections[1].Score, 1e-6, "the best first")
		assert.Equal(t, [4]float32(set.Test[p.Image].Objects[0].Box), p.Detections[0].Box, "in network pixels")
	}
	assert.Equal(t, []int{0, 2, 3, 4, 5, 6}, shown)
}

func TestAPictureHasAsManyDetectionsAsObjects(t *testing.T) {
	const crowded = 150
	set := scaledSet()
	set.Test[0].Objects = slices.Repeat(set.Test[0].Objects[:1], crowded)
	e := newEvaluator(set, detector.Default(), config.Areas{Small: 32, Large: 96})
	_ = e.detect(t.Context(), oracle{found: func(m detector.Image) []anchors.Detection {
		return slices.Repeat(perfect(m)[:1], 2*crowded)
	}})
	pictures := e.pictures()
	assert.Len(t, pictures[0].Detections, crowded)
	assert.Len(t, pictures[1].Detections, 40)
}
