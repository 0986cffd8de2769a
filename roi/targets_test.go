package roi

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/losses"
)

func TestLossesOfTheTargetsAreThoseOfLoss(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		if c.CARL != nil {
			t.Skip("adds a loss of both heads")
		}
		var whole, apart Work
		b := step(c, &whole, 3, 4)
		want := c.Loss(&whole, b)
		gradLogits, gradDeltas := slices.Clone(b.GradLogits), slices.Clone(b.GradDeltas)
		b = step(c, &apart, 3, 4)
		targets := c.Targets(&apart)
		targets.Cls.Logits, targets.Box.Deltas = b.Logits, b.Deltas
		assert.Equal(t, want.Cls, c.Cls.Eval(b.GradLogits, targets.Cls))
		assert.Equal(t, want.Box, losses.EvalBox(c.Box, b.GradDeltas, targets.Box))
		assert.Equal(t, gradLogits, b.GradLogits)
		assert.Equal(t, gradDeltas, b.GradDeltas)
	})
}

func TestLabelsAreThoseOfTheSampledRegions(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		var w Work
		step(c, &w, 3, 4)
		class, gt := w.Labels()
		assert.Len(t, class, len(w.ROIs()))
		assert.Len(t, gt, len(w.ROIs()))
		for i, r := range w.ROIs() {
			j := &w.images[r.Image]
			at := slices.Index(j.boxes.Box, r.Box)
			assert.Equal(t, j.assignment.GT[at], gt[i])
			if gt[i] >= 0 {
				assert.Equal(t, j.truth.Class[gt[i]], class[i])
			} else {
				assert.Equal(t, gt[i], class[i])
			}
		}
	})
}
