package losses

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
)

func TestBalanceDividesTheLossByTheSignOfItsRows(t *testing.T) {
	b := batch(rand.New(rand.NewPCG(1, 2)), CE{}, 60, 5)
	b.Rows, b.Weight = []int32{1, 4, 9, 16, 25, 36, 49}, b.Weight[:7]
	b.Loss = make([]float32, 7)
	b.Class[4] = anchors.Ignored
	value, grad := evaluate(CE{}, b)

	var balance Balance
	balance.Seen(b.Class)
	balance.Used(grad, b)
	assert.Equal(t, 59, balance.Positives+balance.Negatives)
	assert.Equal(t, 6, balance.UsedPositives+balance.UsedNegatives)
	assert.InEpsilon(t, value, balance.LossPositives+balance.LossNegatives, 1e-6)
	size, positives := 0.0, 0
	for _, g := range grad {
		size += math.Abs(float64(g))
	}
	for _, r := range b.Rows {
		if b.Class[r] >= 0 {
			positives++
		}
	}
	assert.InEpsilon(t, size, balance.GradPositives+balance.GradNegatives, 1e-12)
	assert.Equal(t, positives, balance.UsedPositives)
	assert.NotZero(t, positives)

	twice := balance
	twice.Add(balance)
	assert.Equal(t, 2*balance.LossNegatives, twice.LossNegatives)
	assert.Equal(t, 2*balance.UsedPositives, twice.UsedPositives)
	assert.Equal(t, balance.NegativeLoss(), twice.NegativeLoss())
	assert.Equal(t, balance.NegativeGradient(), twice.NegativeGradient())
}

func TestSharesOfNothingAreNaN(t *testing.T) {
	var b Balance
	assert.True(t, math.IsNaN(b.NegativeLoss()))
	assert.True(t, math.IsNaN(b.NegativeGradient()))
	b.LossNegatives, b.GradPositives = 2, 2
	assert.Equal(t, 1.0, b.NegativeLoss())
	assert.Equal(t, 0.0, b.NegativeGradient())
}
