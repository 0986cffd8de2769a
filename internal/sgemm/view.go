package sgemm

import (
	"fmt"

	"gonum.org/v1/gonum/blas"
)

// Axis places the indices of one side of a matrix in memory: index i lies at
// Start[i/Run] + i%Run*Stride.
type Axis struct {
	Start  []int
	Run    int // indices that follow one another at Stride, at least 1
	Stride int
}

// origin is where a matrix of one run begins.
var origin = []int{0}

// Lines is the axis along the rows of an ordinary matrix, ld apart.
func Lines(rows, ld int) Axis { return Axis{Start: origin, Run: max(1, rows), Stride: ld} }

// View is a matrix that lies scattered in memory: element (i, l) is Data[r+c], r and c being where Rows places i and
// Columns places l. The patches of an image are such a matrix, each element of the image being part of several.
type View struct {
	Data          []float32
	Rows, Columns Axis
}

// Views reports whether the engine has a Product.
func (g *GEMM) Views() bool { return g.engine.product != nil }

// Product computes
//
//	C = A * op(B) + beta * C
//
// with A an m x k view, op(B) k x n as in [GEMM.Sgemm], and element (i, j) of the m x n matrix C j elements on from
// where rows places i; rows of C must not overlap. The bits are those of Sgemm over a copy of A. It panics if a matrix
// does not lie in its slice, m, n or k is not positive, or the engine has no [GEMM.Views].
func (g *GEMM) Product(transB blas.Transpose, m, n, k int, a View, b []float32, ldb int, beta float32, c []float32, rows Axis) {
	if g.engine.product == nil {
		panic("sgemm: GEMM.Product: engine " + g.engine.name + " has no views")
	}
	if m <= 0 || n <= 0 || k <= 0 {
		panic(fmt.Sprintf("sgemm: GEMM.Product: %d x %d x %d", m, n, k))
	}
	if !holds(transB, k, n, len(b), ldb) {
		panic(fmt.Sprintf("sgemm: GEMM.Product: B of %d x %d in %d elements, rows %d apart", k, n, len(b), ldb))
	}
	least, greatest := a.Columns.bounds(k)
	a.Rows.check("A", m, least, greatest, len(a.Data))
	rows.check("C", m, 0, n-1, len(c))
	g.engine.product(g, transB != blas.NoTrans, m, n, k, a, b, ldb, beta, c, rows)
}

// check panics unless n rows that reach from least to greatest lie among length elements.
func (x *Axis) check(matrix string, n, least, greatest, length int) {
	first, last := x.bounds(n)
	if first, last := first+least, last+greatest; first < 0 || last >= length {
		panic(fmt.Sprintf("sgemm: GEMM.Product: %s takes elements %d to %d of %d", matrix, first, last, length))
	}
}

// bounds returns the least and the greatest place of the first n indices.
func (x *Axis) bounds(n int) (first, last int) {
	first, last = x.Start[0], x.Start[0]
	for s := 0; s*x.Run < n; s++ {
		end := x.Start[s] + (min(x.Run, n-s*x.Run)-1)*x.Stride
		first, last = min(first, x.Start[s], end), max(last, x.Start[s], end)
	}
	return first, last
}

// at returns where index i lies, and how many indices are left of its run.
func (x *Axis) at(i int) (place, left int) {
	within := i % x.Run
	return x.Start[i/x.Run] + within*x.Stride, x.Run - within
}

// product is an engine's: as sgemm, but for where A and C lie.
func (e *blocked) product(g *GEMM, transB bool, m, n, k int, a View, b []float32, ldb int, beta float32, c []float32, rows Axis) {
	size := Depth(k)
	for j := 0; j < n; j += maxWidth {
		width := min(maxWidth, n-j)
		betaC := beta
		for l := 0; l < k; l += size {
			depth := min(size, k-l)
			right := e.right(g, transB, b, ldb, l, j, depth, width)
			offset, steps := g.stepsOf(&a.Columns, l, depth)
			for i := 0; i < m; i += maxRows {
				left := left{data: a.Data[offset:], rows: a.Rows, from: i, steps: steps}
				e.update(min(maxRows, m-i), width, depth, 1, left, right, betaC, target{data: c[j:], rows: rows, from: i})
			}
			betaC = 1
		}
	}
}

// steps is where the kernels find the elements of a row, one after the other.
type steps struct {
	stride     int
	first, run int // elements before the first jump and between jumps
	jumps      *uintptr
}

// stepsOf returns where depth indices of an axis begin, from l on, and the steps through them.
func (g *GEMM) stepsOf(x *Axis, l, depth int) (int, steps) {
	offset, first := x.at(l)
	s := steps{stride: x.Stride, first: min(first, depth), run: x.Run}
	g.jumps = g.jumps[:0]
	end := x.Start[l/x.Run] + x.Run*x.Stride // where the run would go on
	for i := l/x.Run + 1; i*x.Run < l+depth; i++ {
		g.jumps = append(g.jumps, bytes(x.Start[i]-end))
		end = x.Start[i] + x.Run*x.Stride
	}
	if len(g.jumps) > 0 {
		s.jumps = &g.jumps[0]
	}
	return offset, s
}
