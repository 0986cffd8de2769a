package losses

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestSmoothL1IsAParabolaThenALine(t *testing.T) {
	l := SmoothL1{Beta: 0.5}
	var grad [4]float32
	v := l.Row(&grad, [4]float32{0.25, -0.25, 3, -3}, [4]float32{})
	assert.InDelta(t, 2*0.25*0.25/(2*0.5)+2*(3-0.25), v, 1e-12)
	assert.Equal(t, [4]float32{0.5, -0.5, 1, -1}, grad)
}

func TestSmoothL1JoinsAndApproachesL1(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := rapid.Float32Range(-5, 5).Draw(t, "error")
		beta := rapid.Float64Range(0.01, 2).Draw(t, "beta")
		at := func(beta float64) float64 { return SmoothL1{Beta: beta}.Row(nil, [4]float32{e}, [4]float32{}) }
		l1 := at(0)
		assert.Equal(t, float64(max(e, -e)), l1)
		assert.LessOrEqual(t, at(beta), l1)
		assert.GreaterOrEqual(t, at(beta), l1-beta/2)
	})
	var grad [4]float32
	SmoothL1{Beta: 0}.Row(&grad, [4]float32{1, -1, 0, 2}, [4]float32{})
	assert.Equal(t, [4]float32{1, -1, 0, 1}, grad)
}
