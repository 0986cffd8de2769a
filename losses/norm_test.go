package losses

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/registry"
)

var counted = Count{Images: 2, Candidates: 1200, Valid: 1000, Sampled: 512, Positives: 30, Elements: 120}

func TestNormsDivideByWhatTheySay(t *testing.T) {
	for name, want := range map[string]float64{
		"sampled": 512, "positives": 30, "valid": 1000, "fixed": 512, "elements": 120, "valid_bins": 120,
		"moving_average": 93, "per_image": 30,
		"caffe_full": 1200, "caffe_valid": 512, "caffe_batch_size": 2, "caffe_none": 1,
	} {
		e, ok := norms.Lookup(name)
		require.True(t, ok, name)
		assert.InDelta(t, want, e.New().Divisor(counted), 1e-9, name)
	}
	assert.Len(t, norms.All(), 12, "a new normaliser belongs above")
}

func TestImagesWithoutPositivesMayCountAsOne(t *testing.T) {
	n := Count{Images: 3, Sampled: 768, Positives: 30, Empty: 2}
	assert.Equal(t, 32.0, ByPositives{EmptyAsOne: true}.Divisor(n))
	assert.Equal(t, 30.0, ByPositives{}.Divisor(n))
	assert.Equal(t, 770.0, BySampled{EmptyAsOne: true}.Divisor(n))
	n.Add(Count{Images: 1, Empty: 1})
	assert.Equal(t, 33.0, ByPositives{EmptyAsOne: true}.Divisor(n))
}

func TestEveryNormIsPositiveWithoutCandidates(t *testing.T) {
	for _, e := range norms.All() {
		assert.Positive(t, e.New().Divisor(Count{}), e.Name)
	}
}

func TestMovingAverageIsDetectron2s(t *testing.T) {
	m := MovingAverage{Momentum: 0.9, Initial: 100}
	state := NewState(m, 0)
	mean := 100.0
	for _, positives := range []int{12, 0, 350, 7} {
		mean = 0.9*mean + 0.1*float64(max(1, positives))
		assert.InDelta(t, mean, m.Next(state, Count{Positives: positives}), 1e-12)
	}
	assert.Equal(t, m.Divisor(counted), m.Next(NewState(m, 0), counted), "Divisor is that of a run's first batch")
}

func TestASavedMeanGoesOnAsIfNothingHadHappened(t *testing.T) {
	m := MovingAverage{Momentum: 0.5, Initial: 10}
	state := NewState(m, 0)
	m.Next(state, counted)
	saved := append([]float64(nil), state...)
	assert.Equal(t, m.Next(state, counted), m.Next(saved, counted))
}

func TestPerImageIsTheMeanOverImages(t *testing.T) {
	p := PerImage{Of: ByPositives{}}
	assert.Equal(t, 2*5.0, p.ImageDivisor(Count{Images: 1, Positives: 5}, counted))
	assert.Equal(t, 2.0, p.ImageDivisor(Count{Images: 1}, counted), "an image without objects")
}

func TestPerImageRefusesWhatCannotLookAtOneImage(t *testing.T) {
	assert.NoError(t, registry.Check(PerImage{Of: ByValid{}}))
	for message, of := range map[string]Norm{
		"needs the normaliser of an image": nil,
		"divides by the images twice":      PerImage{Of: ByValid{}},
		"not a running mean":               MovingAverage{Momentum: 0.9, Initial: 100},
		"of.per_image is 0":                ByFixed{},
	} {
		assert.ErrorContains(t, registry.Check(PerImage{Of: of}), message)
	}
}
