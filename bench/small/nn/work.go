package nn

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"detsample/internal/sgemm"
)

// Work is what the layers of one run share: the matrix engine and scratch
// memory that no layer needs from one call to the next. One goroutine uses it.
type Work struct {
	engine  blas.Float32Level3
	views   *sgemm.GEMM // the engine, if it multiplies patches where they lie
	columns []float32   // patches of a few output rows, see Conv
	live    []int32     // rows of a gradient that are not 0
	packed  []float32   // those rows
	whole   bool        // leave no row out, for tests
}

// NewWork returns the shared state of one run, whose matrix products go
// through engine; with nil, through the fastest that this machine has. The
// engine must stay on the calling goroutine and not be shared with another run.
func NewWork(engine blas.Float32Level3) *Work {
	if engine == nil {
		engine = fastest()
	}
	w := &Work{engine: engine}
	if g, ok := engine.(*sgemm.GEMM); ok && g.Views() {
		w.views = g
	}
	return w
}

// fastest returns a new engine with this CPU's kernels, [Serial] if there are
// none.
func fastest() blas.Float32Level3 {
	if sgemm.Name() == "gonum" {
		return Serial{}
	}
	return sgemm.New()
}

// Serial is gonum's BLAS with an Sgemm that stays on the calling goroutine and
// allocates nothing: gonum itself splits a product of four or more 64x64
// blocks among goroutines, which one-run-per-core training does not want.
type Serial struct{ gonum.Implementation }

// Sgemm computes C = alpha op(A) op(B) + beta C, row-major, in pieces small
// enough for gonum to keep each on this goroutine.
func (s Serial) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	const block, most = 64, 3 // gonum's block size and the largest serial number of blocks
	columns := min(n, most*block)
	if columns == 0 || m == 0 {
		return
	}
	rows := most / ((columns + block - 1) / block) * block
	for i := 0; i < m; i += rows {
		ai := part(a, i, lda, tA)
		for j := 0; j < n; j += columns {
			s.Implementation.Sgemm(tA, tB, min(rows, m-i), min(columns, n-j), k,
				alpha, ai, lda, part(b, j, ldb, flip(tB)), ldb, beta, c[i*ldc+j:], ldc)
		}
	}
}

// part returns the operand from row i of op(X) on, X having leading dimension ld.
func part(x []float32, i, ld int, t blas.Transpose) []float32 {
	if t == blas.NoTrans {
		return x[i*ld:]
	}
	return x[i:]
}

// flip exchanges rows and columns.
func flip(t blas.Transpose) blas.Transpose {
	if t == blas.NoTrans {
		return blas.Trans
	}
	return blas.NoTrans
}
