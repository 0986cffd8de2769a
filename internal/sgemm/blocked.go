package sgemm

import "slices"

var (
	maxDepth  = 320
	maxRows   = 96
	maxWidth  = 2048
	directLDB = 64
	conflict  = 512
)

// tile is a micro-kernel and its tile of C.
type tile struct {
	from    int // fewest columns it is chosen for
	columns int
	rows    int
	lanes   int // columns of a vector
	update  func(rows, lanes, k int, a *float32, rowA, stepA uintptr, b *float32, stepB uintptr, c *float32, rowC uintptr, alpha, beta float32)
}

// blocked multiplies block by block with the kernels of tiles, widest first.
type blocked struct {
	tiles []tile
	// transpose writes 8 x 8 blocks; see transpose8.
	transpose func(dst *float32, stepDst uintptr, src *float32, rowSrc uintptr, blocks int)
}

// tile returns the tile for the left-most panel of columns.
func (e *blocked) tile(columns int) *tile {
	for i := range e.tiles {
		if columns >= e.tiles[i].from {
			return &e.tiles[i]
		}
	}
	panic("sgemm: no tile")
}

func (e *blocked) sgemm(g *GEMM, transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	size := even(k, maxDepth)
	for j := 0; j < n; j += maxWidth {
		width := min(maxWidth, n-j)
		beta := beta
		for l := 0; l < k; l += size {
			depth := min(size, k-l)
			right := e.packB(g, transB, b, ldb, l, j, depth, width)
			for i := 0; i < m; i += maxRows {
				rows := min(maxRows, m-i)
				left := packA(g, transA, a, lda, i, l, rows, depth)
				e.block(rows, width, depth, alpha, left, right, beta, c[i*ldc+j:], ldc)
			}
			beta = 1
		}
	}
}

// strided is a block of op(A): element i, l is at i*row + l*step.
type strided struct {
	data      []float32
	row, step int
}

// panels is a block of op(B).
type panels struct {
	direct []float32 // if not nil, B itself, for the panels that are whole
	ldb    int
	packed []float32 // the other panels: the one at column j starts at j*depth, its rows tile.columns apart
}

const float = 4 // bytes

func (e *blocked) block(m, n, k int, alpha float32, a strided, b panels, beta float32, c []float32, ldc int) {
	for j := 0; j < n; {
		t := e.tile(n - j)
		columns := min(t.columns, n-j)
		lanes := t.lanes - (t.columns - columns)
		var bj *float32
		stepB := t.columns
		if b.direct != nil && columns == t.columns {
			bj, stepB = &b.direct[j], b.ldb
		} else {
			bj = &b.packed[j*k]
		}
		for i := 0; i < m; i += t.rows {
			t.update(min(t.rows, m-i), lanes, k, &a.data[i*a.row], float*uintptr(a.row), float*uintptr(a.step),
				bj, float*uintptr(stepB), &c[i*ldc+j], float*uintptr(ldc), alpha, beta)
		}
		j += t.columns
	}
}

// packB returns the block of depth rows and width columns of op(B) at row l and column j.
func (e *blocked) packB(g *GEMM, trans bool, b []float32, ldb, l, j, depth, width int) panels {
	var out panels
	if !trans && ldb <= directLDB {
		out.direct, out.ldb = b[l*ldb+j:], ldb
	}
	for jj := 0; jj < width; {
		t := e.tile(width - jj)
		columns := min(t.columns, width-jj)
		if out.direct == nil || columns < t.columns {
			size := (jj + t.columns) * depth
			g.packedB = slices.Grow(g.packedB, max(0, size-len(g.packedB)))
			g.packedB = g.packedB[:max(size, len(g.packedB))]
			out.packed = g.packedB
			dst := g.packedB[jj*depth : (jj+t.columns)*depth]
			if trans {
				e.packTransposed(dst, t.columns, b[(j+jj)*ldb+l:], ldb, depth, columns)
			} else {
				packRows(dst, t.columns, b[l*ldb+j+jj:], ldb, depth, columns)
			}
		}
		jj += t.columns
	}
	return out
}

func packRows(dst []float32, stride int, b []float32, ldb, depth, columns int) {
	for l := range depth {
		row := dst[l*stride : (l+1)*stride]
		clear(row[copy(row, b[l*ldb:l*ldb+columns]):])
	}
}

func (e *blocked) packTransposed(dst []float32, stride int, b []float32, ldb, depth, columns int) {
	blocks := depth / 8
	j := 0
	for ; j+8 <= columns && blocks > 0; j += 8 {
		e.transpose(&dst[j], float*uintptr(stride), &b[j*ldb], float*uintptr(ldb), blocks)
	}
	for jj := range columns {
		from := 8 * blocks
		if jj >= j {
			from = 0
		}
		row := b[jj*ldb : jj*ldb+depth]
		for l := from; l < depth; l++ {
			dst[l*stride+jj] = row[l]
		}
	}
	if columns < stride {
		for l := range depth {
			clear(dst[l*stride+columns : (l+1)*stride])
		}
	}
}

// packA returns the block.
func packA(g *GEMM, trans bool, a []float32, lda, i, l, rows, depth int) strided {
	if trans {
		a = a[l*lda+i:]
		if lda%conflict == 0 {
			a, lda = compact(g, a, lda, depth, rows)
		}
		return strided{a, 1, lda}
	}
	a = a[i*lda+l:]
	if lda%conflict == 0 {
		a, lda = compact(g, a, lda, rows, depth)
	}
	return strided{a, lda, 1}
}

func compact(g *GEMM, a []float32, lda, rows, columns int) ([]float32, int) {
	stride := columns + 16
	g.packedA = slices.Grow(g.packedA[:0], rows*stride)[:rows*stride]
	for i := range rows {
		copy(g.packedA[i*stride:], a[i*lda:i*lda+columns])
	}
	return g.packedA, stride
}

// even returns the largest of equal parts of n that are at most limit.
func even(n, limit int) int {
	parts := (n + limit - 1) / limit
	return (n + parts - 1) / parts
}
