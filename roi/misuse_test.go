package roi

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/sampling"
)

func TestNaNInAFirstStepIsNamedByItsImage(t *testing.T) {
	const why = ": the first step must be given numbers; check that the head's output was written, its initial weights, and its input"
	c := strategies()["ohem"]
	for _, spoil := range []struct {
		want          string
		mining        bool
		logits, delta int // which of the output is NaN, -1 for none
	}{
		{"roi: Sample: a logit is NaN, column 1 of region 2, in image 0 (ID 3)" + why, true, 2*4 + 1, -1},
		{"roi: Loss: a logit is NaN, column 3 of region 1, in image 0 (ID 3)" + why, false, 1*4 + 3, -1},
		{"roi: Loss: a delta is NaN, column 2 of region ", false, -1, 2},
	} {
		run := func(step uint64) (message any) {
			defer func() { message = recover() }()
			var w Work
			s := scored{c: &c}
			b := Batch{Classes: classes, Images: []Image{picture(3), picture(4)}, Key: sampling.Key{Step: step}}
			c.Step(&w, &b, func(rois []ROI, mining bool) (logits, deltas []float32) {
				logits, deltas = s.head(rois, mining)
				if mining != spoil.mining {
					return logits, deltas
				}
				if spoil.logits >= 0 {
					logits[spoil.logits] = float32(math.NaN())
				}
				for i := range deltas {
					if spoil.delta >= 0 && i%4 == spoil.delta {
						deltas[i] = float32(math.NaN())
					}
				}
				return logits, deltas
			})
			return nil
		}
		assert.Contains(t, run(1), spoil.want)
		assert.Nil(t, run(2), "a run that is gone on with may have diverged")
	}
}
