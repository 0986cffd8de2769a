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

// lanesProblem evaluates the kernels of few columns on a random problem, the same
// for the same seed.
func lanesProblem(seed uint64) results {
	rng := rand.New(rand.NewPCG(71, seed))
	columns, n := 2+int(seed)%45, 16*(1+rng.IntN(4))
	matrix := n + rng.IntN(20)
	x := logitsUpTo(rng, columns*matrix, []float32{1, 10, 100}[rng.IntN(3)])
	if rng.IntN(2) == 0 {
		special(rng, x)
	}
	row, truth := make([]int32, n), make([]int32, n)
	for i, r := range rng.Perm(matrix)[:n] {
		row[i], truth[i] = int32(r), rng.Int32N(int32(columns))
	}
	out := results{}
	vector := func(name string, n int) []float32 { out[name] = make([]float32, n); return out[name] }
	exps, margin, rest := vector("exponential", n*columns), vector("margin", n), vector("rest", n)
	SoftmaxLanes(margin, rest, exps, x, columns, row, truth, nil)
	for i, m := range margin {
		if m != m { // nothing is said of the others
			rest[i] = 1
			for k := range columns {
				lane(exps, columns, i)[16*k] = 1
			}
		}
	}
	factor, own := logitsUpTo(rng, n, 2), logitsUpTo(rng, n, 2)
	SquareLanes(vector("square", n), exps, columns, factor, own)
	ScaleLanes(vector("gradient", len(x)), exps, columns, row, truth, factor, own)
	hit, nll, weight := logitsUpTo(rng, n, 1), logitsUpTo(rng, n, 20), logitsUpTo(rng, n, 3)
	for i := range hit {
		hit[i], nll[i], rest[i] = float32(math.Abs(float64(hit[i]))), float32(math.Abs(float64(nll[i]))), []float32{0, 1e-37, 1e-6, 1, 20}[rng.IntN(5)]*rng.Float32()
	}
	for _, gamma := range exponents {
		f, _ := FocusOf(gamma)
		name := fmt.Sprintf("%v ", gamma)
		ExclusiveEach(vector(name+"factor", n), vector(name+"own", n), vector(name+"loss", n), hit, rest, nll, weight, f)
	}
	return out
}

func TestLanesOfEveryPathAgreeWithTheGoCode(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		for seed := range uint64(450) {
			var want results
			inGo(func() { want = lanesProblem(seed) })
			same(t, want, lanesProblem(seed), 4e-6)
		}
	})
}

// evaluatedLanes are sixteen rows of logits up to a span, with what is found of
// them.
type evaluatedLanes struct {
	x, exps, margin, rest []float32
	row, truth            []int32
	columns               int
}

func lanesOf(rng *rand.Rand, columns int, span float32, change func(x []float32)) *evaluatedLanes {
	l := &evaluatedLanes{x: logitsUpTo(rng, 16*columns, span), columns: columns, row: make([]int32, 16), truth: make([]int32, 16)}
	l.exps, l.margin, l.rest = make([]float32, 16*columns), make([]float32, 16), make([]float32, 16)
	for i := range l.row {
		l.row[i], l.truth[i] = int32(15-i), rng.Int32N(int32(columns))
	}
	change(l.x)
	for i := range l.exps { // as earlier rows have left it
		l.exps[i] = 7
	}
	SoftmaxLanes(l.margin, l.rest, l.exps, l.x, columns, l.row, l.truth, nil)
	return l
}

// logits are those of lane i.
func (l *evaluatedLanes) logits(i int) []float32 { return l.x[int(l.row[i])*l.columns:][:l.columns] }

func TestLanesAreExactToOneInAMillion(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(72, 73))
		for columns := LeastLanes; columns <= mostLanes; columns++ {
			l := lanesOf(rng, columns, []float32{3, 80}[columns%2], func([]float32) {})
			for i := range 16 {
				x, truth, sum := l.logits(i), int(l.truth[i]), 0.0
				top := slices.Max(x)
				require.Equal(t, x[truth]-top, l.margin[i])
				for k, v := range x {
					e := lane(l.exps, columns, i)[16*k]
					if k == truth {
						require.Zero(t, e, "%d columns", columns)
						continue
					}
					want := math.Exp(float64(v) - float64(top))
					sum += want
					require.InDelta(t, want, e, 2.5e-7*want+1e-37, "%d columns, lane %d, column %d", columns, i, k)
				}
				require.InDelta(t, sum, l.rest[i], 1e-6*sum+1e-37, "%d columns", columns)
			}
		}
	})
}

func TestLanesSayOfWhichRowsNothingCanBeTold(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	everyPath(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(74, 75))
		for columns := LeastLanes; columns < 20; columns++ {
			for _, v := range []float32{nan, inf, reducible, 1e10, math.MaxFloat32} {
				at := rng.IntN(columns)
				l := lanesOf(rng, columns, 1, func(x []float32) { x[5*columns+at] = v })
				for i, m := range l.margin {
					untold := m != m || l.rest[i] != l.rest[i]
					require.Equal(t, l.row[i] == 5, untold, "%v in column %d of %d, lane %d", v, at, columns, i)
				}
			}
			for _, all := range []float32{-inf, -reducible, -math.MaxFloat32} { // where the largest is beyond
				l := lanesOf(rng, columns, 1, func(x []float32) {
					for k := range columns {
						x[5*columns+k] = all
					}
				})
				for i, m := range l.margin {
					require.Equal(t, l.row[i] == 5, m != m, "%v", all)
				}
			}
			within := math.Nextafter32(reducible, 0)
			l := lanesOf(rng, columns, 1, func(x []float32) {
				for k := range columns {
					x[5*columns+k] = within
				}
			})
			require.Zero(t, l.margin[10])
			require.EqualValues(t, columns-1, l.rest[10])
		}
	})
}

func TestLanesWriteNothingBesideTheListedRows(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(76, 77))
		for columns := LeastLanes; columns <= mostLanes; columns++ {
			l := lanesOf(rng, columns, 3, func([]float32) {})
			for i := range l.row { // each second row
				l.row[i] = int32(2*i + 1)
			}
			grad := make([]float32, 33*columns)
			for i := range grad {
				grad[i] = 7
			}
			factor, own := logitsUpTo(rng, 16, 1), logitsUpTo(rng, 16, 1)
			ScaleLanes(grad, l.exps, columns, l.row, l.truth, factor, own)
			for r := range 33 {
				for k, g := range grad[r*columns : (r+1)*columns] {
					want := float32(7)
					if i := r / 2; r%2 == 1 {
						if want = lane(l.exps, columns, i)[16*k] * factor[i]; int32(k) == l.truth[i] {
							want = own[i]
						}
					}
					require.Equal(t, want, g, "%d columns, row %d, column %d", columns, r, k)
				}
			}
			square := make([]float32, 16)
			SquareLanes(square, l.exps, columns, factor, own)
			for i, got := range square {
				want := sumOfSquares(grad[(2*i+1)*columns:][:columns], -1)
				require.InDelta(t, want, got, 2e-6*want, "%d columns", columns)
			}
		}
	})
}

func TestExclusiveLossesAreTheirFormula(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(78, 79))
		const n = 1 << 10
		factor, own, loss := make([]float32, n), make([]float32, n), make([]float32, n)
		hit, rest, nll, weight := make([]float32, n), make([]float32, n), make([]float32, n), logitsUpTo(rng, n, 3)
		for i := range hit {
			hit[i], rest[i] = 1, float32(math.Exp(10*rng.Float64()-8))
			if i%2 == 0 {
				hit[i], rest[i] = rng.Float32(), 1+rng.Float32()
			}
			nll[i] = float32(math.Log1p(float64(rest[i]) / float64(hit[i])))
		}
		rest[3], nll[3] = 0, 0
		rest[4], nll[4] = float32(math.NaN()), float32(math.NaN())
		for _, gamma := range exponents {
			ExclusiveEach(factor, own, loss, hit, rest, nll, weight, focusOf(t, gamma))
			for i := range hit {
				if i == 3 || i == 4 {
					continue
				}
				h, r, l, w := float64(hit[i]), float64(rest[i]), float64(nll[i]), float64(weight[i])
				q := r / (h + r)
				focus := w * math.Pow(q, gamma)
				slope := focus * (1 + gamma*h/(h+r)*l/q)
				off := func(want float64) float64 { return (3e-7+2e-7*gamma)*math.Abs(want) + 1e-37 }
				require.InDelta(t, focus*l, loss[i], off(focus*l), "gamma %v", gamma)
				require.InDelta(t, slope/(h+r), factor[i], off(slope/(h+r)), "gamma %v", gamma)
				require.InDelta(t, -slope*q, own[i], off(slope*q), "gamma %v", gamma)
			}
			require.Zero(t, own[3], "gamma %v", gamma)
			require.Zero(t, loss[3], "gamma %v", gamma)
			if gamma > 0 {
				require.Zero(t, factor[3], "gamma %v", gamma)
			}
			require.True(t, factor[4] != factor[4] && own[4] != own[4] && loss[4] != loss[4], "gamma %v", gamma)
		}
	})
}

func TestLanesOfOtherLengthsPanic(t *testing.T) {
	x, exps, list, row := make([]float32, 48), make([]float32, 48), make([]float32, 16), make([]int32, 16)
	soft := func(columns int, x, exps, margin []float32, row, truth []int32) func() {
		return func() { SoftmaxLanes(margin, list, exps, x, columns, row, truth, nil) }
	}
	assert.NotPanics(t, soft(3, x, exps, list, row, row))
	for name, wrong := range map[string]func(){
		"one column":          soft(1, x, exps, list, row, row),
		"many columns":        soft(65, make([]float32, 2000), make([]float32, 2000), list, row, row),
		"no room":             soft(3, x, exps[:47], list, row, row),
		"other margins":       soft(3, x, exps, list[:15], row, row),
		"other true columns":  soft(3, x, exps, list, row, row[:15]),
		"no multiple of 16":   soft(3, x, exps, list[:8], row[:8], row[:8]),
		"a row of no matrix":  soft(3, x[:2], exps, list, row, row),
		"gradients of none":   func() { ScaleLanes(x[:2], exps, 3, row, row, list, list) },
		"no room for scaling": func() { ScaleLanes(x, exps[:47], 3, row, row, list, list) },
		"other factors":       func() { ScaleLanes(x, exps, 3, row, row, list[:15], list) },
		"no room for squares": func() { SquareLanes(list, exps[:47], 3, list, list) },
		"other own":           func() { SquareLanes(list, exps, 3, list, list[:15]) },
		"other weights":       func() { ExclusiveEach(list, list, list, list, list, list, list[:15], Focus{}) },
	} {
		assert.Panics(t, wrong, name)
	}
	for i := range row {
		row := make([]int32, 16)
		for _, row[i] = range []int32{-1, 16} {
			assert.Panics(t, soft(3, x, exps, list, row, make([]int32, 16)), "row %d at %d", row[i], i)
		}
	}
}
