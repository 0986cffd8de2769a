package boxcode_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/internal/boxcode"
	"detsample/internal/paths"
)

// odd are what has no exponential or logarithm, or one out of range.
var odd = []float32{
	0, float32(math.Copysign(0, -1)), float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)),
	1e30, -1e30, 1e-40, -87, -87.5, -103.9, -104.1, 88, 88.8, math.MaxFloat32, math.SmallestNonzeroFloat32,
}

// sameBits compares bits, any NaN being the same.
func sameBits(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

// work is boxes and deltas inside guards.
type work struct {
	candidates, boxes, decoded []anchors.Box
	deltas, encoded            []float32
	grads, carried             []anchors.Box
}

const guard = 8 // boxes

func newWork(rng *rand.Rand, n int, share float64) *work {
	value := func(v float32) float32 {
		if rng.Float64() < share {
			return odd[rng.IntN(len(odd))]
		}
		return v
	}
	w := &work{make([]anchors.Box, n), make([]anchors.Box, n), make([]anchors.Box, n+guard), make([]float32, 4*n), make([]float32, 4*(n+guard)), make([]anchors.Box, n), make([]anchors.Box, n+guard)}
	for i := range n {
		for _, b := range []*anchors.Box{&w.candidates[i], &w.boxes[i]} {
			x, y := 500*rng.Float32(), 500*rng.Float32()
			*b = anchors.Box{value(x), value(y), value(x + 300*rng.Float32()), value(y + 300*rng.Float32())}
		}
		for k := range 4 {
			w.deltas[4*i+k] = value(float32(2 * rng.NormFloat64()))
			w.grads[i][k] = value(float32(rng.NormFloat64()))
		}
	}
	for i := range guard {
		for k := range 4 {
			w.decoded[n+i][k], w.encoded[4*(n+i)+k], w.carried[n+i][k] = 12345, 12345, 12345
		}
	}
	return w
}

// check codes all that the vectors are certain of, in runs, and returns how many
// that was.
func (w *work) check(t *testing.T, c anchors.Coder) (decoded, encoded, back int) {
	n := len(w.candidates)
	for at := 0; at < n; {
		done := boxcode.Decode(w.decoded[at:n], w.candidates[at:], w.deltas[4*at:], &c.Weights, c.MaxScale)
		for i := at; i < at+done; i++ {
			want := c.Decode(w.candidates[i], anchors.Delta(w.deltas[4*i:4*i+4]))
			for k := range want {
				if !sameBits(want[k], w.decoded[i][k]) {
					require.Equal(t, want, w.decoded[i], "%v of %v", w.deltas[4*i:4*i+4], w.candidates[i])
				}
			}
		}
		decoded += done
		at += done + boxcode.Lanes
	}
	for at := 0; at < n; {
		done := boxcode.Encode(w.encoded[4*at:4*n], w.candidates[at:], w.boxes[at:], &c.Weights)
		for i := at; i < at+done; i++ {
			want := c.Encode(w.candidates[i], w.boxes[i])
			for k := range want {
				if !sameBits(want[k], w.encoded[4*i+k]) {
					require.Equal(t, want[:], w.encoded[4*i:4*i+4], "%v of %v", w.boxes[i], w.candidates[i])
				}
			}
		}
		encoded += done
		at += done + boxcode.Lanes
	}
	copy(w.carried, w.grads)
	for at := 0; at < n; {
		done := boxcode.Backward(w.carried[at:n], w.candidates[at:], w.deltas[4*at:], &c.Weights, c.MaxScale)
		for i := at; i < at+done; i++ {
			want := c.Backward(w.candidates[i], anchors.Delta(w.deltas[4*i:4*i+4]), w.grads[i])
			for k := range want {
				if !sameBits(want[k], w.carried[i][k]) {
					require.Equal(t, want[:], w.carried[i][:], "%v at %v of %v", w.grads[i], w.deltas[4*i:4*i+4], w.candidates[i])
				}
			}
		}
		back += done
		at += done + boxcode.Lanes
	}
	for i := range guard {
		require.Equal(t, anchors.Box{12345, 12345, 12345, 12345}, w.carried[n+i])
		require.Equal(t, anchors.Box{12345, 12345, 12345, 12345}, w.decoded[n+i])
		require.Equal(t, []float32{12345, 12345, 12345, 12345}, w.encoded[4*(n+i):4*(n+i+1)])
	}
	return decoded, encoded, back
}

func TestVectorsCodeToTheBitsOfOneBox(t *testing.T) {
	unlimited := anchors.NewCoder(1, 1, 1, 1)
	unlimited.MaxScale = float32(math.Inf(1))
	for _, path := range boxcode.Paths() {
		t.Run(path.Name, func(t *testing.T) {
			defer path.Take()()
			rng := rand.New(rand.NewPCG(1, 2))
			for _, c := range []anchors.Coder{anchors.NewCoder(1, 1, 1, 1), anchors.NewCoder(10, 10, 5, 5), anchors.NewCoder(0.3, 7, 0.9, 0.05), unlimited} {
				for n := range 20 {
					newWork(rng, n, 0.05).check(t, c)
				}
				newWork(rng, 2000, 0.1).check(t, c)
				newWork(rng, 50_000, 0).check(t, c)
			}
		})
	}
}

func TestVectorsAreCertainOfNearlyAll(t *testing.T) {
	for _, path := range boxcode.Paths() {
		if path.Name == paths.Portable {
			continue
		}
		t.Run(path.Name, func(t *testing.T) {
			defer path.Take()()
			const n = 100_000
			decoded, encoded, back := newWork(rand.New(rand.NewPCG(3, 4)), n, 0).check(t, anchors.NewCoder(10, 10, 5, 5))
			require.Greater(t, decoded, n-n/100)
			require.Greater(t, encoded, n-n/100)
			require.Greater(t, back, n-n/100)
		})
	}
}

// Where the vectors are certain, they are right: exponents all over the range
// and logarithms of neighbours of 1 and of powers of two.
func TestVectorsAreRightWhereTheyAreCertain(t *testing.T) {
	c := anchors.NewCoder(1, 1, 1, 1)
	c.MaxScale = 100
	for _, path := range boxcode.Paths() {
		t.Run(path.Name, func(t *testing.T) {
			defer path.Take()()
			rng := rand.New(rand.NewPCG(5, 6))
			w := newWork(rng, 200_000, 0)
			for i := range w.candidates {
				w.candidates[i] = anchors.Box{0, 0, 1, 1}
				w.deltas[4*i+2], w.deltas[4*i+3] = 180*rng.Float32()-90, float32(math.Ldexp(rng.NormFloat64(), -rng.IntN(30)))
				near := math.Float32frombits(uint32(120+rng.IntN(14))<<23 + rng.Uint32N(64) - 32)
				w.boxes[i] = anchors.Box{0, 0, near, float32(math.Ldexp(1+rng.Float64(), rng.IntN(250)-125))}
			}
			w.check(t, c)
		})
	}
}

func BenchmarkPaths(b *testing.B) {
	c := anchors.NewCoder(10, 10, 5, 5)
	const n = 200_000
	w := newWork(rand.New(rand.NewPCG(7, 8)), n, 0)
	for _, path := range boxcode.Paths() {
		b.Run("decode/"+path.Name, func(b *testing.B) {
			defer path.Take()()
			b.SetBytes(48 * n)
			for b.Loop() {
				c.DecodeAll(w.decoded[:n], w.candidates, w.deltas)
			}
		})
		b.Run("encode/"+path.Name, func(b *testing.B) {
			defer path.Take()()
			b.SetBytes(48 * n)
			for b.Loop() {
				c.EncodeAll(w.encoded[:4*n], w.candidates, w.boxes)
			}
		})
	}
}
