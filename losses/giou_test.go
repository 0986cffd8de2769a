package losses

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
)

func TestGIoUIsSymmetricScaleFreeAndBounded(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		a, b := operand(rng, Decoded), operand(rng, Decoded)
		v := GIoU{}.Row(nil, a, b)
		assert.InDelta(t, v, GIoU{}.Row(nil, b, a), 1e-12)
		assert.InDelta(t, v, GIoU{}.Row(nil, anchors.Box(a).Scale(4, 0.5), anchors.Box(b).Scale(4, 0.5)), 1e-12)
		assert.True(t, v >= 0 && v < 2, "%v", v)
		assert.GreaterOrEqual(t, v, 1-float64(anchors.IoU(a, b))-1e-6, "no smaller than 1-IoU")
	}
}

func TestGIoUOfDisjointBoxesGrowsWithTheirDistanceAndPullsThemTogether(t *testing.T) {
	truth := [4]float32{0, 0, 10, 10}
	last := 0.0
	for _, x := range []float32{10, 20, 40, 1000} {
		var grad [4]float32
		v := GIoU{}.Row(&grad, [4]float32{x, 0, x + 10, 10}, truth)
		// Hull x+10 wide and 10 high, union 200.
		assert.InDelta(t, 2-200/float64(10*(x+10)), v, 1e-12)
		assert.Greater(t, v, last)
		assert.Positive(t, grad[0]+grad[2], "moving right makes it worse")
		last = v
	}
}

func TestGIoUOfDegenerateBoxesIsZero(t *testing.T) {
	grad := [4]float32{1, 1, 1, 1}
	assert.Zero(t, GIoU{}.Row(&grad, [4]float32{3, 3, 3, 3}, [4]float32{3, 3, 3, 3}))
	assert.Equal(t, [4]float32{}, grad)
}
