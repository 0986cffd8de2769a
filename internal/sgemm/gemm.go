package sgemm

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

var _ blas.Float32Level3 = (*GEMM)(nil)

// GEMM is a BLAS engine for one goroutine: its Sgemm runs in the calling goroutine, on the fastest kernels this CPU
// has, and every other operation is gonum's. It owns the buffers Sgemm packs its operands into, so a warm Sgemm does
// not allocate; it is not safe for concurrent use.
type GEMM struct {
	gonum.Implementation
	engine           engine
	packedA, packedB []float32
	jumps            []uintptr // of a view
}

// engine is one way to compute a regular product; a nil sgemm stands for gonum's, a nil product for none.
type engine struct {
	name    string
	sgemm   func(g *GEMM, transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int)
	product func(g *GEMM, transB bool, m, n, k int, a View, b []float32, ldb int, beta float32, c []float32, rows Axis)
}

// engines are those that run on this CPU, the preferred first, gonum's last.
var engines = append(native(), engine{name: "gonum"})

// New returns a GEMM on the preferred engine of this CPU.
func New() *GEMM { return &GEMM{engine: engines[0]} }

// Name returns the name of the engine New chooses: "avx512", "avx2" or "gonum", and "openblas" in a build with that tag.
func Name() string { return engines[0].name }

// Sgemm computes
//
//	C = alpha * op(A) * op(B) + beta * C
//
// where op(X) is X or its transpose, op(A) is m x k, op(B) is k x n and C is m x n, all row-major. C is not read when
// beta is 0. Panics and their messages are those of gonum's Sgemm. Unlike gonum's, it does not skip the zeros of A: a NaN
// or an infinity in B reaches C.
//
// For the assembly engines an element of C depends on its row of op(A), its column of op(B), alpha, beta and its former
// value, to the last bit, and not on where in C it stands or on the engine.
func (g *GEMM) Sgemm(transA, transB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	if g.engine.sgemm == nil || alpha == 0 || !regular(transA, transB, m, n, k, len(a), lda, len(b), ldb, len(c), ldc) {
		g.Implementation.Sgemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	g.engine.sgemm(g, transA != blas.NoTrans, transB != blas.NoTrans, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// regular reports whether the arguments describe a product with at least one term, in slices that hold it. The rest,
// the empty and the wrong, is left to gonum, which scales C or panics.
func regular(transA, transB blas.Transpose, m, n, k, lenA, lda, lenB, ldb, lenC, ldc int) bool {
	if m <= 0 || n <= 0 || k <= 0 {
		return false
	}
	return holds(transA, m, k, lenA, lda) && holds(transB, k, n, lenB, ldb) && holds(blas.NoTrans, m, n, lenC, ldc)
}

// holds reports whether length elements with rows ld apart hold a matrix whose op is rows x columns.
func holds(trans blas.Transpose, rows, columns, length, ld int) bool {
	switch trans {
	case blas.NoTrans:
	case blas.Trans, blas.ConjTrans:
		rows, columns = columns, rows
	default:
		return false
	}
	return ld >= columns && length >= (rows-1)*ld+columns
}
