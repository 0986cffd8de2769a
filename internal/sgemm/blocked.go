package sgemm

import "slices"

var (
	maxDepth  = 320
	maxRows   = 96
	maxWidth  = 2048
	directLDB = 64
)

// kernel updates a tile of C; kernels_amd64.go states what it computes.
type kernel func(rows, lanes, k int, a *float32, rowA, stepA uintptr, b *float32, stepB uintptr, c *float32, rowC uintptr, alpha, beta float32)

// family is the micro-kernels of one instruction set.
type family struct {
	lanes        int    // columns of a vector
	rows         int    // most rows of a tile
	narrow, wide kernel // one vector, two vectors
	// transpose writes an 8 x 8 block at a time; see transpose8.
	transpose func(dst *float32, stepDst uintptr, src *float32, rowSrc uintptr, blocks int)
}

const float = 4 // bytes

// sgemm is the product in blocks.
func (f *family) sgemm(g *GEMM, transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	depth := even(k, maxDepth)
	rowA, stepA := lda, 1
	if transA {
		rowA, stepA = 1, lda
	}
	for j := 0; j < n; j += maxWidth {
		width := min(maxWidth, n-j)
		beta := beta
		for p := 0; p < k; p += depth {
			depth := min(depth, k-p)
			bp := f.packB(g, transB, b, ldb, p, j, depth, width)
			for i := 0; i < m; i += maxRows {
				rows := min(maxRows, m-i)
				ai := a[i*rowA+p*stepA:]
				rowA, stepA := rowA, stepA
				if !transA && conflicts(lda) && width > 2*f.lanes {
					ai, rowA = packA(g, ai, lda, rows, depth)
				}
				f.block(rows, width, depth, alpha, ai, rowA, stepA, bp, beta, c[i*ldc+j:], ldc)
			}
			beta = 1
		}
	}
}

// panels is a block of op(B): full panels of two vectors side by side, and what is left.
type panels struct {
	direct []float32 // the full panels where they lie in B, or nil
	ldb    int
	packed []float32 // each panel
	depth  int
}

func (f *family) block(m, n, k int, alpha float32, a []float32, rowA, stepA int, b panels, beta float32, c []float32, ldc int) {
	for j := 0; j < n; j += 2 * f.lanes {
		columns := min(2*f.lanes, n-j)
		kern, width := f.wide, 2*f.lanes
		if columns <= f.lanes {
			kern, width = f.narrow, f.lanes
		}
		lanes := f.lanes - (width - columns)
		var bj *float32
		stepB := width
		if b.direct != nil && columns == width {
			bj, stepB = &b.direct[j], b.ldb
		} else {
			bj = &b.packed[j*k]
		}
		for i := 0; i < m; i += f.rows {
			kern(min(f.rows, m-i), lanes, k, &a[i*rowA], float*uintptr(rowA), float*uintptr(stepA),
				bj, float*uintptr(stepB), &c[i*ldc+j], float*uintptr(ldc), alpha, beta)
		}
	}
}

// packB returns the block of depth rows and width columns of op(B) at row p and column j.
func (f *family) packB(g *GEMM, trans bool, b []float32, ldb, p, j, depth, width int) panels {
	var out panels
	first := 0 // the first column to pack
	if !trans && ldb <= directLDB {
		out.direct, out.ldb = b[p*ldb+j:], ldb
		if width%f.lanes == 0 {
			return out
		}
		first = width / (2 * f.lanes) * (2 * f.lanes)
	}
	padded := (width + f.lanes - 1) / f.lanes * f.lanes
	g.packedB = slices.Grow(g.packedB[:0], padded*depth)[:padded*depth]
	out.packed = g.packedB
	for jj := first; jj < width; jj += 2 * f.lanes {
		columns := min(2*f.lanes, width-jj)
		stride := 2 * f.lanes
		if columns <= f.lanes {
			stride = f.lanes
		}
		dst := g.packedB[jj*depth : (jj+stride)*depth]
		if trans {
			f.packTransposed(dst, stride, b[(j+jj)*ldb+p:], ldb, depth, columns)
		} else {
			packRows(dst, stride, b[p*ldb+j+jj:], ldb, depth, columns)
		}
	}
	return out
}

func packRows(dst []float32, stride int, b []float32, ldb, depth, columns int) {
	for l := range depth {
		row := dst[l*stride : (l+1)*stride]
		clear(row[copy(row, b[l*ldb:l*ldb+columns]):])
	}
}

func (f *family) packTransposed(dst []float32, stride int, b []float32, ldb, depth, columns int) {
	blocks := depth / 8
	j := 0
	for ; j+8 <= columns && blocks > 0; j += 8 {
		f.transpose(&dst[j], float*uintptr(stride), &b[j*ldb], float*uintptr(ldb), blocks)
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

func conflicts(lda int) bool { return lda%512 == 0 }

// packA copies.
func packA(g *GEMM, a []float32, lda, rows, depth int) ([]float32, int) {
	stride := depth + 16
	g.packedA = slices.Grow(g.packedA[:0], rows*stride)[:rows*stride]
	for i := range rows {
		copy(g.packedA[i*stride:], a[i*lda:i*lda+depth])
	}
	return g.packedA, stride
}

// even returns the largest of equal parts of n that are at most limit.
func even(n, limit int) int {
	parts := (n + limit - 1) / limit
	return (n + parts - 1) / parts
}
