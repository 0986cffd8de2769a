package anchors

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func coders() []Coder { return []Coder{NewCoder(1, 1, 1, 1), NewCoder(10, 10, 5, 5)} }

func TestDecodeInvertsEncode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coder := rapid.SampledFrom(coders()).Draw(t, "coder")
		candidate, box := anyBox().Draw(t, "candidate"), anyBox().Draw(t, "box")
		if box.Width() > 60*candidate.Width() || box.Height() > 60*candidate.Height() {
			t.Skip("beyond MaxScale")
		}
		got := coder.Decode(candidate, coder.Encode(candidate, box))
		for k := range got {
			assert.InDelta(t, box[k], got[k], 2e-3)
		}
	})
}

func TestACandidateIsItsOwnZeroDelta(t *testing.T) {
	for _, c := range coders() {
		box := Box{3, 4, 13, 44}
		assert.Equal(t, Delta{}, c.Encode(box, box))
		assert.Equal(t, box, c.Decode(box, Delta{}))
	}
}

func TestDecodeLimitsTheSize(t *testing.T) {
	for _, c := range coders() {
		box := c.Decode(Box{0, 0, 16, 32}, Delta{0, 0, 1e30, 1e30})
		assert.InDelta(t, 1000, box.Width(), 1e-3)
		assert.InDelta(t, 2000, box.Height(), 1e-3)
		small := c.Decode(Box{0, 0, 16, 32}, Delta{0, 0, -1e30, -1e30})
		assert.Equal(t, Box{8, 16, 8, 16}, small)
	}
}

func TestCoderBackwardIsTheTransposedJacobian(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coder := rapid.SampledFrom(coders()).Draw(t, "coder")
		candidate := anyBox().Draw(t, "candidate")
		var d Delta
		var grad Box
		for k := range d {
			d[k] = rapid.Float32Range(-1, 1).Draw(t, "d") * coder.Weights[k]
			grad[k] = rapid.Float32Range(-1, 1).Draw(t, "grad")
		}
		got := coder.Backward(candidate, d, grad)
		for k := range d {
			slope := 0.0
			h := 1e-4 * float64(coder.Weights[k])
			plus, minus := decode64(coder, candidate, d, k, h), decode64(coder, candidate, d, k, -h)
			for j := range grad {
				slope += float64(grad[j]) * (plus[j] - minus[j]) / (2 * h)
			}
			assert.InDelta(t, slope, float64(got[k]), 1e-4*(1+math.Abs(slope)), "delta %d", k)
		}
	})
}

func TestCoderBackwardIsFlatBeyondTheLimit(t *testing.T) {
	c := NewCoder(10, 10, 5, 5)
	got := c.Backward(Box{0, 0, 10, 10}, Delta{0, 0, 5 * defaultMaxScale * 1.01, 50}, Box{1, 2, 3, 4})
	assert.Zero(t, got[2])
	assert.Zero(t, got[3])
	assert.NotZero(t, got[0])
}

// decode64 is Decode in float64 with delta k moved by h.
func decode64(c Coder, a Box, d Delta, k int, h float64) [4]float64 {
	var s [4]float64
	for i := range d {
		s[i] = float64(d[i])
		if i == k {
			s[i] += h
		}
		s[i] /= float64(c.Weights[i])
	}
	aw, ah := float64(a[2])-float64(a[0]), float64(a[3])-float64(a[1])
	cx, cy := (float64(a[0])+float64(a[2]))/2+s[0]*aw, (float64(a[1])+float64(a[3]))/2+s[1]*ah
	w, h2 := aw*math.Exp(s[2])/2, ah*math.Exp(s[3])/2
	return [4]float64{cx - w, cy - h2, cx + w, cy + h2}
}
