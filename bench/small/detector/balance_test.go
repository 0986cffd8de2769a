package detector

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

// What a stage reports is recomputed here from the head's logits alone, by the
// textbook: cross entropy over every anchor that is not ignored, divided by the
// number of positives.
func TestTheNegativesShareIsThatOfTheLogits(t *testing.T) {
	c := rpn.OneStage()
	c.Sampler, c.Cls = sampling.All{}, losses.CE{}
	d := NewOneStage(tiny(), c, classes, rand.New(rand.NewPCG(1, 2)))
	b := images(1, 3)
	v := d.Step(b, sampling.Key{})[0]
	cand := d.field.At(tiny().Pyramid, side, side)

	var loss, grad [2]float64 // of negatives and of positives
	var count [2]int
	for n := range b.Images {
		var a anchors.Assignment
		c.Assigner.Assign(&a, cand, &b.Images[n].Truth)
		for i, g := range a.GT {
			if g == anchors.Ignored {
				continue
			}
			positive := 0
			if g >= 0 {
				positive = 1
			}
			count[positive]++
			for k := range classes {
				p := 1 / (1 + math.Exp(-float64(d.head.logits[(n*len(a.GT)+i)*classes+k])))
				if positive == 1 && b.Images[n].Truth.Class[g] == int32(k) {
					loss[positive] -= math.Log(p)
					grad[positive] += 1 - p
				} else {
					loss[positive] -= math.Log(1 - p)
					grad[positive] += p
				}
			}
		}
	}
	positives := float64(count[1])
	require.NotZero(t, positives)
	assert.Equal(t, count, [2]int{v.Balance.Negatives, v.Balance.Positives})
	assert.Equal(t, count, [2]int{v.Balance.UsedNegatives, v.Balance.UsedPositives})
	assert.InEpsilon(t, loss[0]/positives, v.Balance.LossNegatives, 1e-5)
	assert.InEpsilon(t, loss[1]/positives, v.Balance.LossPositives, 1e-5)
	assert.InEpsilon(t, grad[0]/positives, v.Balance.GradNegatives, 1e-5)
	assert.InEpsilon(t, grad[1]/positives, v.Balance.GradPositives, 1e-5)
	assert.InEpsilon(t, (loss[0]+loss[1])/positives, v.Cls, 1e-5)
	assert.InEpsilon(t, loss[0]/(loss[0]+loss[1]), v.Balance.NegativeLoss(), 1e-5)
}
