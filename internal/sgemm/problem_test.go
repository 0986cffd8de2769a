package sgemm

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
)

var nan = float32(math.NaN())

// matrix is rows x columns values with rows ld apart, inside a guard of NaN that also fills the gaps between rows.
type matrix struct {
	rows, columns, ld int
	data              []float32 // what Sgemm is given
	guarded           []float32 // data and what surrounds it
}

const guard = 40

func newMatrix(rng *rand.Rand, rows, columns, gap int) matrix {
	m := matrix{rows: rows, columns: columns, ld: max(1, columns+gap)}
	size := 0
	if rows > 0 {
		size = (rows-1)*m.ld + columns
	}
	m.guarded = make([]float32, size+2*guard)
	for i := range m.guarded {
		m.guarded[i] = nan
	}
	m.data = m.guarded[guard : guard+size : guard+size]
	for i := range rows {
		copy(m.row(i), uniform(rng, columns))
	}
	return m
}

func (m matrix) row(i int) []float32 { return m.data[i*m.ld : i*m.ld+m.columns] }

func (m matrix) clone() matrix {
	g := append([]float32(nil), m.guarded...)
	m.guarded, m.data = g, g[guard:guard+len(m.data):guard+len(m.data)]
	return m
}

func (m matrix) at(trans blas.Transpose, i, j int) float32 {
	if trans != blas.NoTrans {
		i, j = j, i
	}
	return m.data[i*m.ld+j]
}

// problem is one call of Sgemm.
type problem struct {
	transA, transB blas.Transpose
	m, n, k        int
	alpha, beta    float32
	a, b, c        matrix
}

func newProblem(rng *rand.Rand, transA, transB blas.Transpose, m, n, k, gap int, alpha, beta float32) problem {
	p := problem{transA: transA, transB: transB, m: m, n: n, k: k, alpha: alpha, beta: beta}
	p.a = newMatrix(rng, m, k, gap)
	if transA != blas.NoTrans {
		p.a = newMatrix(rng, k, m, gap)
	}
	p.b = newMatrix(rng, k, n, gap)
	if transB != blas.NoTrans {
		p.b = newMatrix(rng, n, k, gap)
	}
	p.c = newMatrix(rng, m, n, gap)
	return p
}

func (p problem) String() string {
	return fmt.Sprintf("%c%c %dx%dx%d alpha %g beta %g ld %d %d %d", p.transA, p.transB, p.m, p.n, p.k, p.alpha, p.beta, p.a.ld, p.b.ld, p.c.ld)
}

// solve returns C, its guard included, as the engine leaves it.
func (p problem) solve(g blas.Float32Level3) matrix {
	c := p.c.clone()
	g.Sgemm(p.transA, p.transB, p.m, p.n, p.k, p.alpha, p.a.data, p.a.ld, p.b.data, p.b.ld, p.beta, c.data, c.ld)
	return c
}

// requireClose compares with the product in float64 and bounds the error by the sum of magnitudes; what surrounds C must
// be as it was.
func (p problem) requireClose(t require.TestingT, got matrix) {
	want := p.c.clone()
	for i := range p.m {
		for j := range p.n {
			var sum, size float64
			for l := range p.k {
				x := float64(p.a.at(p.transA, i, l)) * float64(p.b.at(p.transB, l, j))
				sum, size = sum+x, size+math.Abs(x)
			}
			sum, size = float64(p.alpha)*sum, math.Abs(float64(p.alpha))*size
			if p.beta != 0 {
				sum += float64(p.beta) * float64(p.c.row(i)[j])
				size += math.Abs(float64(p.beta) * float64(p.c.row(i)[j]))
			}
			g := got.row(i)[j]
			if !(math.Abs(float64(g)-sum) <= 1e-7*float64(p.k+2)*size) {
				require.Failf(t, "wrong product", "%v: C[%d][%d] = %v, want %v", p, i, j, g, sum)
			}
			want.row(i)[j] = g
		}
	}
	requireSameBits(t, want.guarded, got.guarded, "%v: written outside C", p)
}

func requireSameBits(t require.TestingT, want, got []float32, format string, args ...any) {
	for i := range want {
		if math.Float32bits(want[i]) != math.Float32bits(got[i]) {
			require.Failf(t, "bits differ", "at %d: %v, want %v; %s", i, got[i], want[i], fmt.Sprintf(format, args...))
		}
	}
}
