package logits

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// logitsUpTo returns n logits within span of 0.
func logitsUpTo(rng *rand.Rand, n int, span float32) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = span * (2*rng.Float32() - 1)
	}
	return x
}

// special replaces some logits by values at the edges of float32.
func special(rng *rand.Rand, x []float32) {
	edges := []float32{0, float32(math.Copysign(0, -1)), float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()),
		1e-45, -1e-45, 87, -87, 87.5, -87.5, 1e4, -1e4, math.MaxFloat32, -math.MaxFloat32, 1e-3, -1e-3}
	for range len(x) / 8 {
		x[rng.IntN(len(x))] = edges[rng.IntN(len(edges))]
	}
}

// results is what a path makes of one random problem.
type results map[string][]float32

// problem evaluates every kernel on a random problem, the same for the same
// seed.
func problem(t *testing.T, seed uint64) results {
	rng := rand.New(rand.NewPCG(1, seed))
	columns, n := 1+rng.IntN(100), 1+rng.IntN(20)
	x := logitsUpTo(rng, columns*n, []float32{1, 10, 100}[rng.IntN(3)])
	special(rng, x)
	f := focusOf(t, exponents[rng.IntN(len(exponents))])
	var rows []SigmoidRow
	var soft []SoftmaxRow
	for r := range n {
		if rng.IntN(4) > 0 {
			truth := int32(rng.IntN(columns+1) - 1)
			rows = append(rows, SigmoidRow{Row: int32(r), Truth: truth, Hit: rng.Float32(), Miss: rng.Float32()})
			soft = append(soft, SoftmaxRow{Row: int32(r), Truth: max(truth, 0), Factor: rng.Float32(), Shift: rng.Float32()})
		}
	}
	many := 16 * n
	z, weight := logitsUpTo(rng, many, 20), logitsUpTo(rng, many, 1)
	special(rng, z)

	out := results{}
	vector := func(name string, n int) []float32 { out[name] = make([]float32, n); return out[name] }
	SigmoidRows(vector("gradient", len(x)), x, columns, columns, rows, f)
	for name, adds := range map[string]Spread{"exponential": NoSpread, "exponential, distance": Distance, "exponential, entropy": Entropy} {
		SoftmaxRows(vector(name, len(soft)*Stride(columns)), x, columns, soft, adds, nil)
		for i := range soft {
			out["sum of row, "+name] = append(out["sum of row, "+name], soft[i].Rest)
			out["top of row, "+name] = append(out["top of row, "+name], soft[i].Top)
			if adds != NoSpread {
				out["spread of row, "+name] = append(out["spread of row, "+name], soft[i].Spread)
			}
		}
	}
	exponentialsEach(vector("exponential of element", 16), logitsUpTo(rng, 16, 40), []float32{40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55})
	ScaleRows(vector("scaled", len(x)), out["exponential"], columns, soft)
	LeanRows(vector("leant", len(x)), out["exponential"], x, columns, soft)
	for name, square := range map[string]func(){
		"squares of scaled": func() { SquareRows(out["exponential"], columns, soft) },
		"squares of leant":  func() { LeanSquareRows(out["exponential"], x, columns, soft) },
	} {
		square()
		for i := range soft {
			out[name] = append(out[name], soft[i].Spread)
		}
	}
	out["squares"] = []float32{Squares(x)}
	squared := slices.Clone(rows)
	SigmoidSizes(x, columns, squared, f)
	for i := range squared {
		out["squares of row"] = append(out["squares of row"], squared[i].Sum)
	}
	class := make([]int32, many)
	for i := range class {
		class[i] = int32(rng.IntN(5) - 3)
	}
	SizesEach(vector("size", many), z, class, weight[0], weight[1], f)
	SigmoidEach(vector("gradient of element", many), vector("loss of element", many), z, weight, f)
	Probabilities(vector("p", many), vector("q", many), vector("nll", many), z)
	gamma := logitsUpTo(rng, many, MaxPower)
	for i := range gamma {
		gamma[i] = max(0, gamma[i])
	}
	PowerEach(vector("gradient of power", many), vector("loss of power", many), logitsUpTo(rng, many, 90), weight, gamma, logitsUpTo(rng, many, 1e-7))
	by, shift := 0.1+3*rng.Float64(), 4*rng.Float64()-2
	AffineEach(vector("gradient of affine", many), vector("loss of affine", many), logitsUpTo(rng, many, 90), by, shift, float64(float32(1/by)))
	a, ok := AsymmetryOf(float64(2+rng.IntN(8))/2, []float64{0.05, 0.5, 0.9, 1e-4}[rng.IntN(4)])
	require.True(t, ok)
	AsymmetricEach(vector("gradient of asymmetric", many), vector("loss of asymmetric", many), z, a)
	threshold := logitsUpTo(rng, 1+rng.IntN(12), 5)
	slices.Sort(threshold)
	BinnedEach(vector("gradient of bins", many), vector("loss of bins", many), z, threshold, weight[:len(threshold)])
	for _, from := range threshold {
		out["count"] = append(out["count"], float32(CountFrom(z, from)))
	}
	sums := vector("sums", columns)
	for r := range n {
		AddMagnitudes(sums, x[r*columns:(r+1)*columns])
	}
	margin, rest := make([]float32, 2*many), make([]float32, 2*many)
	for i := range margin {
		if rest[i] = rng.Float32() * []float32{1e-6, 1, 1, 1000}[rng.IntN(4)]; rng.IntN(2) == 0 {
			margin[i], rest[i] = -rng.Float32()*100, 1+rest[i]
		}
	}
	SoftmaxValues(vector("likelihood", 2*many), vector("logarithm", 2*many), vector("exponential of true", 2*many), margin, rest)
	for i := range rows {
		out["loss of row"] = append(out["loss of row"], rows[i].Sum)
	}
	return out
}

// same asserts equal results, any NaN being like any other: equal bits, or up
// to a share of their size.
func same(t *testing.T, want, got results, share float64) {
	t.Helper()
	require.Len(t, got, len(want))
	for name := range want {
		require.Len(t, got[name], len(want[name]))
		for i, w := range want[name] {
			g := got[name][i]
			switch {
			case w != w || math.IsInf(float64(w), 0) || share == 0:
				require.True(t, w != w && g != g || math.Float32bits(w) == math.Float32bits(g), "%s %d: %v, want %v", name, i, g, w)
			default:
				require.InDelta(t, w, g, share*math.Abs(float64(w))+1e-37, "%s %d", name, i)
			}
		}
	}
}

var exponents = []float64{0, 0.5, 1, 1.5, 2, 2.5, 3, 5, 16}

func focusOf(t *testing.T, gamma float64) Focus {
	f, ok := FocusOf(gamma)
	require.True(t, ok)
	return f
}

func TestEveryPathAgreesWithTheGoCode(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		for seed := range uint64(300) {
			var want results
			inGo(func() { want = problem(t, seed) })
			same(t, want, problem(t, seed), 4e-6)
		}
	})
}

func TestNothingIsWrittenBesideTheListedRows(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		for columns := 1; columns < 40; columns++ {
			x := make([]float32, 3*columns)
			mark := func() []float32 {
				y := make([]float32, len(x))
				for i := range y {
					y[i] = 7
				}
				return y
			}
			check := func(y []float32) {
				for i, v := range y {
					require.Equal(t, i/columns != 1, v == 7, "%d columns, element %d", columns, i)
				}
			}
			y := mark()
			SigmoidRows(y, x, columns, columns, []SigmoidRow{{Row: 1, Truth: 0, Hit: 1, Miss: 1}}, Focus{})
			check(y)
			exps := make([]float32, Stride(columns)+1)
			exps[Stride(columns)] = 7
			for adds := range Entropy + 1 {
				SoftmaxRows(exps[:Stride(columns)], x, columns, []SoftmaxRow{{Row: 1}}, adds, y)
				require.EqualValues(t, 7, exps[Stride(columns)], "%d columns", columns)
			}
			y = mark()
			ScaleRows(y, exps, columns, []SoftmaxRow{{Row: 1, Factor: 2}})
			check(y)
			y = mark()
			LeanRows(y, exps, x, columns, []SoftmaxRow{{Row: 1, Factor: 2}})
			check(y)
		}
	})
}

// deviation is how far got lies from want, as a share of want.
func deviation(want float64, got float32) float64 {
	return math.Abs(float64(got)-want) / math.Abs(want)
}

// normal is the smallest gradient that float32 holds in full precision.
const normal = 0x1p-126

func TestFocalGradientsAreExactToOneInAMillion(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		for _, gamma := range []float64{0, 0.5, 1, 1.5, 2, 3, 5} {
			f := focusOf(t, gamma)
			rng := rand.New(rand.NewPCG(3, 4))
			x := append(logitsUpTo(rng, 1<<16, 80), logitsUpTo(rng, 1<<16, 8)...)
			one, grad, loss := make([]float32, len(x)), make([]float32, len(x)), make([]float32, len(x))
			for i := range one {
				one[i] = 1
			}
			SigmoidEach(grad, loss, x, one, f)
			worstGrad, worstLoss := 0.0, 0.0
			for i, v := range x {
				z := float64(v)
				q, p, nll := 1/(1+math.Exp(-z)), 1/(1+math.Exp(z)), math.Log1p(math.Exp(-math.Abs(z)))+max(z, 0)
				value := math.Pow(q, gamma) * nll
				slope := math.Pow(q, gamma) * (gamma*p*nll + q)
				if math.Pow(q, gamma) < normal || value < normal || slope < normal {
					continue // which float32 cannot hold
				}
				worstGrad, worstLoss = max(worstGrad, deviation(slope, grad[i])), max(worstLoss, deviation(value, loss[i]))
			}
			assert.Less(t, worstGrad, 1.2e-6, "gamma %v", gamma)
			assert.Less(t, worstLoss, 1.2e-6, "gamma %v", gamma)
			t.Logf("gamma %v: gradient %.2g, loss %.2g", gamma, worstGrad, worstLoss)
		}
	})
}

func TestExponentialsAreExactToTwoInTenMillion(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		x := logitsUpTo(rand.New(rand.NewPCG(5, 6)), 1<<16, 80)
		x[77] = 80
		exps, rows := make([]float32, len(x)), []SoftmaxRow{{Truth: 5}}
		SoftmaxRows(exps, x, len(x), rows, NoSpread, nil)
		require.EqualValues(t, 80, rows[0].Top)
		worst, rest := 0.0, 0.0
		for i, v := range x {
			want := math.Exp(float64(v) - 80)
			if v > -6 { // not yet 0
				worst = max(worst, deviation(want, exps[i]))
			}
			if i != 5 {
				rest += want
			}
		}
		assert.Less(t, worst, 2e-7)
		assert.InEpsilon(t, rest, rows[0].Rest, 1e-6)
	})
}

func TestLikelihoodsAreExactToThreeInTenMillion(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(7, 8))
		const n = 1 << 14
		nll, log, hit, margin, rest := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
		for i := range margin {
			rest[i] = float32(math.Exp(20*rng.Float64() - 15))
			if i%2 == 0 {
				margin[i], rest[i] = -160*rng.Float32()*rng.Float32()*rng.Float32(), 1+rest[i]
			}
		}
		SoftmaxValues(nll, log, hit, margin, rest)
		for i, m := range margin {
			want := math.Log1p(float64(rest[i]))
			if m != 0 {
				want = math.Log(math.Exp(float64(m))+float64(rest[i])) - float64(m)
			}
			require.InDelta(t, want+float64(m), log[i], 3e-7*math.Abs(want+float64(m))+1e-7)
			require.InEpsilon(t, want, nll[i], 3e-7, "margin %v, rest %v", m, rest[i])
			require.InDelta(t, math.Exp(float64(m)), hit[i], 2e-7*math.Exp(float64(m))+1e-37)
		}
	})
}

func TestSumsHaveTheSameBitsInEveryPath(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(9, 9))
		for n := range 200 {
			x, want, sumOf := logitsUpTo(rng, n, 10), 0.0, 0.0
			for _, v := range x {
				want, sumOf = want+math.Abs(float64(v)), sumOf+float64(v)
			}
			require.InDelta(t, want, Magnitude(x), 1e-6*want)
			require.InDelta(t, sumOf, Sum(x), 1e-6*want)
			require.Equal(t, sum(x), Sum(x))
			if n > 0 {
				require.EqualValues(t, magnitude(x), wideMagnitude(x))
			}
			squared := 0.0
			for _, v := range x {
				squared += float64(v) * float64(v)
			}
			require.InDelta(t, squared, Squares(x), 1e-6*squared)
		}
	})
}

func TestLikelihoodsInFloat64AreExactToTwoInTenToTheThirteenth(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(11, 12))
		x := append(logitsUpTo(rng, 1<<14, 10), logitsUpTo(rng, 1<<14, 700)...)
		copy(x, []float32{0, float32(math.Copysign(0, -1)), 1e-45, -1e-45, 700, -700})
		q, nll := make([]float64, len(x)), make([]float64, len(x))
		Likelihoods(q, nll, x)
		for i, v := range x {
			z := float64(v)
			require.InEpsilon(t, 1/(1+math.Exp(-z)), q[i], 2e-13, "%v", v)
			require.InEpsilon(t, max(z, 0)+math.Log1p(math.Exp(-math.Abs(z))), nll[i], 2e-13, "%v", v)
		}
	})
}

func TestExponentsAreHalves(t *testing.T) {
	for _, gamma := range []float64{-0.5, 0.25, 1.1, 16.5, math.NaN(), math.Inf(1)} {
		_, ok := FocusOf(gamma)
		assert.False(t, ok, "%v", gamma)
	}
}

func TestRowsOutsideTheMatrixPanic(t *testing.T) {
	x, grad := make([]float32, 12), make([]float32, 12)
	for _, row := range []int32{-1, 3} {
		assert.Panics(t, func() { SigmoidRows(grad, x, 4, 4, []SigmoidRow{{Row: row}}, Focus{}) })
		assert.Panics(t, func() { SoftmaxRows(make([]float32, 4), x, 4, []SoftmaxRow{{Row: row}}, NoSpread, nil) })
		assert.Panics(t, func() { ScaleRows(x, grad, 4, []SoftmaxRow{{Row: row}}) })
		assert.Panics(t, func() { LeanRows(x, grad, x, 4, []SoftmaxRow{{Row: row}}) })
		assert.Panics(t, func() { SigmoidSizes(x, 4, []SigmoidRow{{Row: row}}, Focus{}) })
		assert.Panics(t, func() { LeanSquareRows(grad, x, 4, []SoftmaxRow{{Row: row}}) })
	}
	assert.Panics(t, func() { SquareRows(grad, 17, make([]SoftmaxRow, 1)) }, "rows of 32")
	assert.Panics(t, func() { SizesEach(grad, x, make([]int32, 12), 1, 1, Focus{}) }, "12 is no multiple of 16")
	assert.Panics(t, func() { SizesEach(make([]float32, 16), make([]float32, 16), make([]int32, 15), 1, 1, Focus{}) })
	assert.Panics(t, func() { SigmoidRows(grad[:3], x, 4, 0, []SigmoidRow{{}}, Focus{}) })
	assert.Panics(t, func() { SoftmaxRows(grad, make([]float32, 34), 17, make([]SoftmaxRow, 1), NoSpread, nil) }, "rows of 32")
	assert.Panics(t, func() { LeanRows(x, grad, x[:8], 4, make([]SoftmaxRow, 1)) })
	assert.Panics(t, func() { SigmoidEach(grad, x, x, x, Focus{}) }, "12 is no multiple of 16")
}

func BenchmarkSigmoidRows(b *testing.B) {
	const n, columns = 4096, 80
	x := logitsUpTo(rand.New(rand.NewPCG(1, 1)), n*columns, 8)
	grad, rows := make([]float32, len(x)), make([]SigmoidRow, n)
	for i := range rows {
		rows[i] = SigmoidRow{Row: int32(i), Truth: int32(i%300 - 1), Hit: 0.25, Miss: 0.75}
	}
	for _, gamma := range []float64{0, 2, 1.5} {
		f, _ := FocusOf(gamma)
		b.Run(fmt.Sprintf("gamma=%v", gamma), func(b *testing.B) {
			b.SetBytes(8 * n * columns)
			b.ReportAllocs()
			for b.Loop() {
				SigmoidRows(grad, x, columns, columns, rows, f)
			}
		})
	}
}

func BenchmarkSoftmaxRows(b *testing.B) {
	const n, columns = 4096, 81
	x := logitsUpTo(rand.New(rand.NewPCG(1, 1)), n*columns, 8)
	const some = 20
	grad, exps, rows := make([]float32, len(x)), make([]float32, some*Stride(columns)), make([]SoftmaxRow, n)
	for i := range rows {
		rows[i] = SoftmaxRow{Row: int32(i), Truth: int32(i % 81), Factor: 1}
	}
	b.SetBytes(8 * n * columns)
	b.ReportAllocs()
	for b.Loop() {
		for rest := rows; len(rest) >= some; rest = rest[some:] {
			SoftmaxRows(exps, x, columns, rest[:some], NoSpread, grad)
			ScaleRows(grad, exps, columns, rest[:some])
		}
	}
}
