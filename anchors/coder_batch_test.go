package anchors

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// codings returns candidates with deltas to decode and boxes to encode. Of the
// hard ones some have no exact box or delta: degenerate, NaN, infinite, beyond
// every limit.
func codings(rng *rand.Rand, n int, hard bool) (candidates, boxes []Box, deltas []float32) {
	odd := []float32{0, float32(math.Copysign(0, -1)), float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 1e30, -1e30, 1e-40, -88, -100, 89}
	for range n {
		a, b := near4(rng, 500, 300), near4(rng, 500, 300)
		d := Delta{}
		for k := range d {
			d[k] = 2 * float32(rng.NormFloat64())
		}
		if hard && rng.IntN(6) == 0 {
			a[rng.IntN(4)] = odd[rng.IntN(len(odd))]
		}
		if hard && rng.IntN(6) == 0 {
			b[rng.IntN(4)] = odd[rng.IntN(len(odd))]
		}
		if hard && rng.IntN(6) == 0 {
			d[rng.IntN(4)] = odd[rng.IntN(len(odd))]
		}
		candidates, boxes, deltas = append(candidates, a), append(boxes, b), append(deltas, d[:]...)
	}
	return candidates, boxes, deltas
}

// bits32 returns the bits of a value, any NaN being the same.
func bits32(v float32) uint32 {
	if v != v {
		return math.MaxUint32
	}
	return math.Float32bits(v)
}

func requireSameCodings(t *testing.T, c Coder, candidates, boxes []Box, deltas []float32) {
	t.Helper()
	decoded, encoded := make([]Box, len(candidates)), make([]float32, len(deltas))
	c.DecodeAll(decoded, candidates, deltas)
	c.EncodeAll(encoded, candidates, boxes)
	for i, a := range candidates {
		d := Delta(deltas[4*i : 4*i+4])
		box, delta := c.Decode(a, d), c.Encode(a, boxes[i])
		for k := range 4 {
			if bits32(box[k]) != bits32(decoded[i][k]) {
				require.Equal(t, box, decoded[i], "%v of %v", d, a)
			}
			if bits32(delta[k]) != bits32(encoded[4*i+k]) {
				require.Equal(t, delta[:], encoded[4*i:4*i+4], "%v of %v", boxes[i], a)
			}
		}
	}
}

func TestManyAreCodedToTheBitsOfOne(t *testing.T) {
	rng := rand.New(rand.NewPCG(41, 42))
	unlimited := NewCoder(1, 1, 1, 1)
	unlimited.MaxScale = float32(math.Inf(1))
	broken := unlimited
	broken.MaxScale = float32(math.NaN())
	for _, c := range append(coders(), NewCoder(3, 0.1, 0.7, 1e-3), unlimited, broken) {
		for n := range 40 {
			a, b, d := codings(rng, n, n%2 == 0)
			requireSameCodings(t, c, a, b, d)
		}
		a, b, d := codings(rng, 100_000, false)
		requireSameCodings(t, c, a, b, d)
	}
}

// Boxes that differ from candidates by little, a lot and by powers of two.
func TestManySizesAreCodedToTheBitsOfOne(t *testing.T) {
	rng := rand.New(rand.NewPCG(43, 44))
	var a, b []Box
	var d []float32
	for range 100_000 {
		w, h := float32(math.Exp2(20*rng.Float64()-10)), math.Float32frombits(math.Float32bits(32)+rng.Uint32N(40)-20)
		a, b = append(a, Box{0, 0, 32, 32}), append(b, Box{0, 0, w, h})
		d = append(d, 0, 0, float32(math.Log(float64(w))), float32(rng.NormFloat64()*1e-6))
	}
	for _, c := range coders() {
		requireSameCodings(t, c, a, b, d)
	}
}

func TestCodingManyInPlace(t *testing.T) {
	c := NewCoder(10, 10, 5, 5)
	a, _, d := codings(rand.New(rand.NewPCG(45, 46)), 101, false)
	want := make([]Box, len(a))
	c.DecodeAll(want, a, d)
	c.DecodeAll(a, a, d)
	assert.Equal(t, want, a)
}

func TestCodingManyNeedsEqualLengths(t *testing.T) {
	c := NewCoder(1, 1, 1, 1)
	assert.PanicsWithValue(t, "anchors: Coder.DecodeAll: 1 boxes of 2 candidates and 8 deltas", func() {
		c.DecodeAll(make([]Box, 1), make([]Box, 2), make([]float32, 8))
	})
	assert.PanicsWithValue(t, "anchors: Coder.EncodeAll: 4 deltas of 2 candidates and 2 boxes", func() {
		c.EncodeAll(make([]float32, 4), make([]Box, 2), make([]Box, 2))
	})
}

func TestCodingManyStaysOffTheHeap(t *testing.T) {
	c := NewCoder(10, 10, 5, 5)
	a, b, d := codings(rand.New(rand.NewPCG(47, 48)), 1000, true)
	dst := make([]Box, len(a))
	assert.Zero(t, testing.AllocsPerRun(5, func() {
		c.DecodeAll(dst, a, d)
		c.EncodeAll(d, a, b)
	}))
}

func BenchmarkCoder(b *testing.B) {
	c := NewCoder(10, 10, 5, 5)
	for _, size := range []struct {
		name string
		n    int
	}{{"2k", 2000}, {"200k", 200_000}} {
		a, boxes, d := codings(rand.New(rand.NewPCG(49, 50)), size.n, false)
		dst, out := make([]Box, len(a)), make([]float32, len(d))
		for _, run := range []struct {
			name string
			f    func()
		}{
			{"DecodeAll", func() { c.DecodeAll(dst, a, d) }},
			{"EncodeAll", func() { c.EncodeAll(out, a, boxes) }},
			{"Decode", func() {
				for i := range a {
					dst[i] = c.Decode(a[i], Delta(d[4*i:4*i+4]))
				}
			}},
			{"Encode", func() {
				for i := range a {
					*(*Delta)(out[4*i:]) = c.Encode(a[i], boxes[i])
				}
			}},
		} {
			b.Run(run.name+"/size="+size.name, func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(48 * size.n))
				for b.Loop() {
					run.f()
				}
			})
		}
	}
}
