package logits

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// doubleLanesOf evaluates the kernels of few columns in float64 on sixteen rows or
// more, the same for the same seed.
type doubleLanesOf struct {
	x, top, lanes, grad                                []float32
	exps, rest, spread, far, factor, slope, shift, log []float64
	row, truth                                         []int32
	columns                                            int
}

func evaluatedDoubles(seed uint64, columns int, change func(x []float32)) *doubleLanesOf {
	rng := rand.New(rand.NewPCG(87, seed))
	n := 16 * (1 + rng.IntN(3))
	matrix := n + rng.IntN(20)
	l := &doubleLanesOf{columns: columns, x: logitsUpTo(rng, columns*matrix, []float32{1, 80, 400}[rng.IntN(3)])}
	change(l.x)
	for _, r := range rng.Perm(matrix)[:n] {
		l.row, l.truth = append(l.row, int32(r)), append(l.truth, rng.Int32N(int32(columns)))
	}
	l.top, l.lanes, l.exps = make([]float32, n), logitsUpTo(rng, n*columns, 7), make([]float64, n*columns) // as earlier rows have left them
	for _, list := range []*[]float64{&l.rest, &l.spread, &l.far, &l.factor, &l.slope, &l.shift} {
		for range n {
			*list = append(*list, 2*rng.Float64()-1)
		}
	}
	GatherLanes(l.top, l.lanes, l.x, columns, l.row, nil)
	ExponentialLanes(l.exps, l.rest, l.spread, l.far, l.lanes, l.top, columns, l.truth)
	l.grad = append(l.grad, l.lanes...)
	l.log = make([]float64, n)
	LogsOnePlus(l.log, l.rest)
	LeanLanes(l.grad, l.exps, l.top, columns, l.factor, l.slope, l.shift)
	return l
}

func TestLanesInFloat64AreExactToTwoInTenToTheThirteenth(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		for columns := LeastLanes; columns <= mostLanes; columns++ {
			for seed := range uint64(6) {
				l := evaluatedDoubles(seed, columns, func([]float32) {})
				for i, r := range l.row {
					x := l.x[int(r)*columns:][:columns]
					top := float32(math.Inf(-1))
					for _, v := range x {
						top = max(top, v)
					}
					require.Equal(t, top, l.top[i])
					rest, spread, far := 0.0, 0.0, 0.0
					for k, v := range x {
						at := (i/16*columns+k)*16 + i%16
						d := float64(top) - float64(v)
						e := math.Exp(-min(d, 700))
						require.InEpsilon(t, e, l.exps[at], 2e-13, "distance %v", d)
						far, spread = far+d, spread+e*d
						if int32(k) != l.truth[i] {
							rest += e
						}
						want, terms := e*(l.factor[i]+l.slope[i]*d)+l.shift[i], e*(math.Abs(l.factor[i])+math.Abs(l.slope[i])*d)+math.Abs(l.shift[i])
						require.InDelta(t, want, l.grad[at], math.Abs(want)/(1<<24)+3e-13*terms, "%d columns, row %d, column %d", columns, i, k)
					}
					require.InEpsilon(t, rest, l.rest[i], 3e-13)
					require.InDelta(t, spread, l.spread[i], 3e-13*spread)
					require.InDelta(t, far, l.far[i], 1e-14*far)
				}
			}
		}
	})
}

func TestLanesInFloat64SayWhichRowsAreNotFinite(t *testing.T) {
	inf := float32(math.Inf(1))
	everyPath(t, func(t *testing.T) {
		for columns := LeastLanes; columns < 20; columns++ {
			for i, v := range []float32{float32(math.NaN()), inf, -inf} {
				at := (columns + i) % columns
				l := evaluatedDoubles(uint64(i), columns, func(x []float32) { x[5*columns+at] = v })
				for j, far := range l.far {
					require.Equal(t, l.row[j] == 5, far-far != 0, "%v in column %d of %d", v, at, columns)
				}
			}
			l := evaluatedDoubles(1, columns, func(x []float32) {
				for k := range columns {
					x[5*columns+k] = -inf
				}
				x[6*columns], x[6*columns+1] = math.MaxFloat32, -math.MaxFloat32
			})
			for j, far := range l.far {
				require.Equal(t, l.row[j] == 5, far-far != 0)
				require.True(t, l.row[j] != 6 || l.rest[j] <= 1, "%v", l.rest[j])
			}
		}
	})
}

func TestLogarithmsOfOneAndMoreAreExact(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(88, 89))
		x := []float64{0, 1e-300, 1e-20, 1 - 1e-16, 1, 1 + 1e-15, 3, math.Nextafter(3, 0), 7, 63, 1000, 0x1p-53, 0x1p-52, 2, 15, 31}
		for range 1 << 14 {
			x = append(x, math.Exp(50*rng.Float64()-44))
		}
		log := make([]float64, len(x))
		LogsOnePlus(log, x)
		require.Zero(t, log[0])
		for i, x := range x[1:] {
			require.InEpsilon(t, math.Log1p(x), log[i+1], 2e-13, "%v", x)
		}
	})
}

func TestLanesInFloat64OfOtherLengthsPanic(t *testing.T) {
	x, list, double, exps, row := make([]float32, 48), make([]float32, 16), make([]float64, 16), make([]float64, 48), make([]int32, 16)
	assert.NotPanics(t, func() { GatherLanes(list, x, x, 3, row, nil) })
	assert.NotPanics(t, func() { ExponentialLanes(exps, double, double, double, x, list, 3, row) })
	assert.NotPanics(t, func() { LeanLanes(x, exps, list, 3, double, double, double) })
	for name, wrong := range map[string]func(){
		"one column":              func() { GatherLanes(list, x, x, 1, row, nil) },
		"many columns":            func() { GatherLanes(list, make([]float32, 2000), make([]float32, 2000), 65, row, nil) },
		"other tops":              func() { GatherLanes(list[:15], x, x, 3, row, nil) },
		"no room":                 func() { GatherLanes(list, x[:47], x, 3, row, nil) },
		"a row of no matrix":      func() { GatherLanes(list, x, x[:2], 3, row, nil) },
		"no multiple of 16":       func() { GatherLanes(list[:8], x, x, 3, row[:8], nil) },
		"other largest":           func() { ExponentialLanes(exps, double, double, double, x, list[:15], 3, row) },
		"other rests":             func() { ExponentialLanes(exps, double[:15], double, double, x, list, 3, row) },
		"other spreads":           func() { ExponentialLanes(exps, double, double[:15], double, x, list, 3, row) },
		"other distances":         func() { ExponentialLanes(exps, double, double, double[:15], x, list, 3, row) },
		"no room for doubles":     func() { ExponentialLanes(exps[:47], double, double, double, x, list, 3, row) },
		"no logits":               func() { ExponentialLanes(exps, double, double, double, x[:47], list, 3, row) },
		"other factors":           func() { LeanLanes(x, exps, list, 3, double[:15], double, double) },
		"other slopes":            func() { LeanLanes(x, exps, list, 3, double, double[:15], double) },
		"other shifts":            func() { LeanLanes(x, exps, list, 3, double, double, double[:15]) },
		"no exponentials to lean": func() { LeanLanes(x, exps[:47], list, 3, double, double, double) },
		"other logarithms":        func() { LogsOnePlus(double, double[:15]) },
		"no 16 logarithms":        func() { LogsOnePlus(double[:8], double[:8]) },
		"no logits to lean":       func() { LeanLanes(x[:47], exps, list, 3, double, double, double) },
	} {
		assert.Panics(t, wrong, name)
	}
}
