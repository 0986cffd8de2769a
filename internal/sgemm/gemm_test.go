package sgemm

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
	"pgregory.net/rapid"
)

var transposes = []blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans}

// eachProblem visits small products of every kind of argument, and a few beyond one block.
func eachProblem(visit func(p problem)) {
	rng := rand.New(rand.NewPCG(3, 4))
	add := func(m, n, k int) {
		for _, transA := range transposes[:2] {
			for _, transB := range transposes[:2] {
				scalars := [][2]float32{{1, 0}, {1, 1}, {-0.5, 0}, {0.7, 1.3}, {0, 0.5}, {1, -1}}
				s := scalars[rng.IntN(len(scalars))]
				p := newProblem(rng, transA, transB, m, n, k, rng.IntN(2)*rng.IntN(9), s[0], s[1])
				if p.beta == 0 {
					for i := range p.c.data {
						p.c.data[i] = nan
					}
				}
				visit(p)
			}
		}
	}
	for i := range 71 {
		add(i, rng.IntN(71), rng.IntN(71))
		add(rng.IntN(71), i, rng.IntN(71))
		add(rng.IntN(71), rng.IntN(71), i)
	}
	add(1, 1, 1)
	add(13, 9, 2*maxDepth+1)
	add(2*maxRows+5, 24, 33)
	add(5, maxWidth+33, 20)
	add(30, 70, 1024) // rows of A that share a cache set
	add(512, 140, 20) // and rows of its transpose
}

func TestSgemmIsTheProductAndWritesNothingElse(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			g := &GEMM{engine: e}
			eachProblem(func(p problem) {
				if p.m > 0 && p.n > 0 {
					p.requireClose(t, p.solve(g))
				} else {
					requireSameBits(t, p.c.guarded, p.solve(g).guarded, "%v: empty product", p)
				}
			})
		})
	}
}

// Every engine leaves the bits of chain, and so every one the bits of the others.
func TestSgemmIsOneChainOfFusedMultiplyAddsPerBlock(t *testing.T) {
	for _, e := range native() {
		t.Run(e.name, func(t *testing.T) {
			g := &GEMM{engine: e}
			eachProblem(func(p problem) {
				if p.m == 0 || p.n == 0 || p.k == 0 || p.alpha == 0 {
					return
				}
				want := p.c.clone()
				for i := range p.m {
					for j := range p.n {
						want.row(i)[j] = p.chain(i, j)
					}
				}
				requireSameBits(t, want.guarded, p.solve(g).guarded, "%v", p)
			})
		})
	}
}

// chain is the portable twin of the kernels: the element of C they leave.
func (p problem) chain(i, j int) float32 {
	c, beta := p.c.row(i)[j], p.beta
	depth := even(p.k, maxDepth)
	for from := 0; from < p.k; from += depth {
		var s float32
		for l := from; l < min(from+depth, p.k); l++ {
			s = fma(p.a.at(p.transA, i, l), p.b.at(p.transB, l, j), s)
		}
		s *= p.alpha
		if beta != 0 {
			s = fma(beta, c, s)
		}
		c, beta = s, 1
	}
	return c
}

// fma is x*y + z rounded once: the sum of the exact product is rounded to odd in float64, which keeps the second
// rounding, to float32, right.
func fma(x, y, z float32) float32 {
	a, b := float64(x)*float64(y), float64(z)
	sum := a + b
	t := sum - a
	if rest := (a - (sum - t)) + (b - t); rest != 0 && math.Float64bits(sum)&1 == 0 {
		sum = math.Nextafter(sum, math.Copysign(math.Inf(1), rest))
	}
	return float32(sum)
}

func TestAnElementDependsOnItsRowAndColumnOnly(t *testing.T) {
	for _, e := range native() {
		t.Run(e.name, func(t *testing.T) {
			g := &GEMM{engine: e}
			rapid.Check(t, func(r *rapid.T) {
				size := func(name string) int { return rapid.IntRange(1, 140).Draw(r, name) }
				trans := rapid.SampledFrom(transposes)
				rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 0))
				p := newProblem(rng, trans.Draw(r, "transA"), trans.Draw(r, "transB"), size("m"), size("n"), size("k"), 3, 0.3, 0.6)
				whole := p.solve(g)
				i, j := rapid.IntRange(0, p.m-1).Draw(r, "i"), rapid.IntRange(0, p.n-1).Draw(r, "j")
				fromA, fromB := i*p.a.ld, j
				if p.transA != blas.NoTrans {
					fromA = i
				}
				if p.transB != blas.NoTrans {
					fromB = j * p.b.ld
				}
				c := []float32{p.c.row(i)[j]}
				g.Sgemm(p.transA, p.transB, 1, 1, p.k, p.alpha, p.a.data[fromA:], p.a.ld, p.b.data[fromB:], p.b.ld, p.beta, c, 1)
				requireSameBits(r, c, whole.row(i)[j:j+1], "%v: element %d, %d", p, i, j)
			})
		})
	}
}

func TestSgemmPanicsAsGonum(t *testing.T) {
	type call struct {
		transA, transB            blas.Transpose
		m, n, k                   int
		lenA, lda, lenB, ldb, lnC int
		ldc                       int
	}
	for name, c := range map[string]call{
		"transA": {'x', 'N', 2, 3, 4, 8, 4, 12, 3, 6, 3},
		"transB": {'N', 'x', 2, 3, 4, 8, 4, 12, 3, 6, 3},
		"m":      {'N', 'N', -1, 3, 4, 8, 4, 12, 3, 6, 3},
		"n":      {'N', 'N', 2, -1, 4, 8, 4, 12, 3, 6, 3},
		"k":      {'N', 'N', 2, 3, -1, 8, 4, 12, 3, 6, 3},
		"lda":    {'N', 'N', 2, 3, 4, 8, 3, 12, 3, 6, 3},
		"lda T":  {'T', 'N', 2, 3, 4, 8, 1, 12, 3, 6, 3},
		"ldb":    {'N', 'N', 2, 3, 4, 8, 4, 12, 2, 6, 3},
		"ldb T":  {'N', 'T', 2, 3, 4, 8, 4, 12, 3, 6, 3},
		"ldc":    {'N', 'N', 2, 3, 4, 8, 4, 12, 3, 6, 2},
		"a":      {'N', 'N', 2, 3, 4, 7, 4, 12, 3, 6, 3},
		"a T":    {'T', 'N', 2, 3, 4, 7, 2, 12, 3, 6, 3},
		"b":      {'N', 'N', 2, 3, 4, 8, 4, 11, 3, 6, 3},
		"b T":    {'N', 'T', 2, 3, 4, 8, 4, 11, 4, 6, 3},
		"c":      {'N', 'N', 2, 3, 4, 8, 4, 12, 3, 5, 3},
	} {
		t.Run(name, func(t *testing.T) {
			of := func(g blas.Float32Level3) (message any) {
				defer func() { message = recover() }()
				g.Sgemm(c.transA, c.transB, c.m, c.n, c.k, 1, make([]float32, c.lenA), c.lda, make([]float32, c.lenB), c.ldb, 0, make([]float32, c.lnC), c.ldc)
				return nil
			}
			want := of(gonum.Implementation{})
			require.NotNil(t, want)
			assert.Equal(t, want, of(New()))
		})
	}
}

func TestWarmSgemmDoesNotAllocate(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, e := range native() {
		g := &GEMM{engine: e}
		for _, p := range []problem{
			newProblem(rng, blas.NoTrans, blas.NoTrans, 144, 63, 512, 0, 1, 0),
			newProblem(rng, blas.Trans, blas.NoTrans, 27, 16, 100, 0, 1, 1),
			newProblem(rng, blas.NoTrans, blas.Trans, 30, 70, 33, 0, 1, 0),
		} {
			step := func() {
				g.Sgemm(p.transA, p.transB, p.m, p.n, p.k, p.alpha, p.a.data, p.a.ld, p.b.data, p.b.ld, p.beta, p.c.data, p.c.ld)
			}
			step()
			assert.Zero(t, testing.AllocsPerRun(10, step), "%s: %v", e.name, p)
		}
	}
}
