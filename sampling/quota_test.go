package sampling

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"detsample/anchors"
	"detsample/internal/registry"
)

func TestQuotaRoundsPositivesDownOrToTheNearest(t *testing.T) {
	for _, c := range []struct {
		num           int
		fraction      float64
		down, nearest int
	}{{256, 0.5, 128, 128}, {10, 0.25, 2, 2}, {14, 0.25, 3, 4}, {11, 0.25, 2, 3}, {6, 0.25, 1, 2}, {1, 0.5, 0, 0}, {3, 1, 3, 3}} {
		q := Quota{Num: c.num, PositiveFraction: c.fraction}
		assert.Equal(t, c.down, q.positives(), "%+v", q)
		q.RoundPositives = true
		assert.Equal(t, c.nearest, q.positives(), "%+v", q)
	}
}

func TestQuotaLimitsNegativesPerPositive(t *testing.T) {
	q := Quota{Num: 100, PositiveFraction: 0.5}
	assert.Equal(t, 97, q.negatives(3), "0 is no limit")
	q.NegativesPerPositive = 2.5
	assert.Equal(t, 7, q.negatives(3))
	assert.Equal(t, 2, q.negatives(0), "no positive counts as one")
	assert.Equal(t, 60, q.negatives(40), "the budget holds too")
	q.NegativesPerPositive = 1e300
	assert.Equal(t, 97, q.negatives(3))
}

func TestRandomDrawsNegativesOfAnIntervalOfIoU(t *testing.T) {
	var s Sample
	var source Source
	rapid.Check(t, func(t *rapid.T) {
		c := anyScene(t)
		r := NewRandom(200, 0.25)
		r.MinNegativeIoU = rapid.SampledFrom([]float64{0, 0.1, 0.3}).Draw(t, "min")
		r.MaxNegativeIoU = rapid.SampledFrom([]float64{0, 0.35}).Draw(t, "max")
		r.Sample(&s, c, source.At(Key{Seed: 1}))
		eligible := 0
		in := func(iou float32) bool {
			return iou >= float32(r.MinNegativeIoU) && (r.MaxNegativeIoU == 0 || iou < float32(r.MaxNegativeIoU))
		}
		for i, g := range c.GT {
			if g == anchors.Negative && in(c.IoU[i]) {
				eligible++
			}
		}
		for _, i := range s.Index {
			assert.True(t, c.GT[i] >= 0 || in(c.IoU[i]))
		}
		assert.Equal(t, min(eligible, 200-s.Positives), len(s.Index)-s.Positives)
	})
}

func TestRandomRefusesAnEmptyIntervalOfIoU(t *testing.T) {
	r := NewRandom(128, 0.25)
	r.MinNegativeIoU, r.MaxNegativeIoU = 0.5, 0.5
	assert.ErrorContains(t, registry.Check(r), "no negative would ever be drawn")
	r.MaxNegativeIoU = 0
	assert.NoError(t, registry.Check(r))
}
