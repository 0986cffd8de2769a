package sgemm

import "slices"

const (
	// widestInPlace is the longest row of B, in elements, whose panels are read where they lie: as good as packed.
	widestInPlace = 128
	// clash is the stride of A, in elements, whose multiples put a column of A in one set of the L1 cache; those of half of
	// it, in two sets, which hold the rows of a tile but not the many that the transpose is read from.
	clash = 1024
	// fewPanels is the number of panels of B up to which reading half-clashing rows again takes less than copying them.
	fewPanels = 2
	// apart is what compact adds to a row to spread the rows over the sets: one cache line.
	apart = 16
)

// left is a block of op(A), which the kernels read in any layout: row i begins where rows places from+i, and its elements
// are steps apart.
type left struct {
	data []float32
	rows Axis
	from int
	steps
}

// left returns the block of rows x depth elements of op(A) at (i, l), which as many columns of op(B) as given are
// multiplied with, copied only where its rows clash.
func (e *blocked) left(g *GEMM, trans bool, a []float32, lda, i, l, rows, depth, columns int) left {
	if trans {
		multiple := clash
		if columns > fewPanels*e.tile(columns).columns {
			multiple /= 2
		}
		data, stride := compact(g, a[l*lda+i:], lda, depth, rows, multiple)
		return left{data: data, rows: Lines(rows, 1), steps: steps{stride: stride, first: depth, run: depth}}
	}
	data, stride := compact(g, a[i*lda+l:], lda, rows, depth, clash)
	return left{data: data, rows: Lines(rows, stride), steps: steps{stride: 1, first: depth, run: depth}}
}

// compact returns rows of a and their stride: a itself or, where its rows clash, a copy.
func compact(g *GEMM, a []float32, lda, rows, columns, clash int) ([]float32, int) {
	if lda%clash != 0 {
		return a, lda
	}
	stride := columns + apart
	g.packedA = grow(g.packedA, rows*stride)
	for i := range rows {
		copy(g.packedA[i*stride:], a[i*lda:i*lda+columns])
	}
	return g.packedA, stride
}

// right is a block of op(B), in panels as wide as the tiles.
type right struct {
	inPlace []float32 // B from the block on, if whole panels are read there
	ldb     int
	packed  []float32 // the other panels; the one at column j begins at j*depth
}

// panel returns the panel at column j, of which columns are in the matrix, and the stride of its rows.
func (r right) panel(t *tile, j, columns, depth int) (*float32, int) {
	if r.inPlace != nil && columns == t.columns {
		return &r.inPlace[j], r.ldb
	}
	return &r.packed[j*depth], t.columns
}

// right returns the block of depth x width elements of op(B) at (l, j). Packed are the panels of a transposed or a wide
// B, and a last panel narrower than its tile, which is filled up with zeros.
func (e *blocked) right(g *GEMM, trans bool, b []float32, ldb, l, j, depth, width int) right {
	var r right
	if !trans && ldb <= widestInPlace {
		r.inPlace, r.ldb = b[l*ldb+j:], ldb
	}
	g.packedB = grow(g.packedB, (width+e.tiles[0].columns)*depth)
	r.packed = g.packedB
	for p := 0; p < width; {
		t := e.tile(width - p)
		columns := min(t.columns, width-p)
		panel := r.packed[p*depth : (p+t.columns)*depth]
		switch {
		case trans:
			e.packTransposed(panel, t.columns, b[(j+p)*ldb+l:], ldb, depth, columns)
		case r.inPlace == nil || columns < t.columns:
			pack(panel, t.columns, b[l*ldb+j+p:], ldb, depth, columns)
		}
		p += t.columns
	}
	return r
}

// pack copies depth rows of columns elements, and fills each up to width.
func pack(panel []float32, width int, b []float32, ldb, depth, columns int) {
	for l := range depth {
		row := panel[l*width : (l+1)*width]
		n := copy(row, b[l*ldb:l*ldb+columns])
		clear(row[n:])
	}
}

// packTransposed is pack for columns that are rows of b: the 8 x 8 blocks in vectors, the rest one by one.
func (e *blocked) packTransposed(panel []float32, width int, b []float32, ldb, depth, columns int) {
	blocks := depth / 8
	whole := columns / 8 * 8
	if blocks == 0 {
		whole = 0
	}
	for j := 0; j < whole; j += 8 {
		e.transpose(&panel[j], bytes(width), &b[j*ldb], bytes(ldb), blocks)
	}
	for j := range columns {
		column := b[j*ldb : j*ldb+depth]
		first := 0
		if j < whole {
			first = 8 * blocks
		}
		for l := first; l < depth; l++ {
			panel[l*width+j] = column[l]
		}
	}
	if columns < width {
		for l := range depth {
			clear(panel[l*width+columns : (l+1)*width])
		}
	}
}

// grow returns x with n elements, whose values do not matter.
func grow(x []float32, n int) []float32 {
	return slices.Grow(x[:0], n)[:n]
}
