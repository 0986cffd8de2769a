package sgemm

// Blocks of op(A) and op(B) that one run of the kernels works on. The depth is the only one the result depends on.
const (
	maxDepth = 320  // terms summed before C is updated; a panel of B then stays in the L1 or the near L2 cache
	maxRows  = 96   // rows of op(A), which the panels of B take turns on
	maxWidth = 2048 // columns of op(B), which bounds the packing buffer
)

// tile is a micro-kernel and the tile of C it updates.
type tile struct {
	from    int // fewest columns it is chosen for
	columns int
	rows    int
	lanes   int // columns of a vector
	update  func(rows, lanes, k, first, run int, jumps *uintptr, a *float32, rowA, stepA uintptr, b *float32, stepB uintptr, c *float32, rowC uintptr, alpha, beta float32)
}

// blocked multiplies block by block.
type blocked struct {
	tiles     []tile // widest first
	transpose func(dst *float32, stepDst uintptr, src *float32, rowSrc uintptr, blocks int)
}

// engine returns the engine that multiplies so.
func (e *blocked) engine(name string) engine { return engine{name, e.sgemm, e.product} }

// sgemm is an engine's: for every block of op(B), all blocks of op(A).
func (e *blocked) sgemm(g *GEMM, transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	size := Depth(k)
	for j := 0; j < n; j += maxWidth {
		width := min(maxWidth, n-j)
		betaC := beta // the first update scales C, the others add to it
		for l := 0; l < k; l += size {
			depth := min(size, k-l)
			right := e.right(g, transB, b, ldb, l, j, depth, width)
			for i := 0; i < m; i += maxRows {
				rows := min(maxRows, m-i)
				left := e.left(g, transA, a, lda, i, l, rows, depth, width)
				e.update(rows, width, depth, alpha, left, right, betaC, target{data: c[i*ldc+j:], rows: Lines(rows, ldc)})
			}
			betaC = 1
		}
	}
}

// Depth returns how many terms of a sum over k the assembly engines add up before they update C: k itself up to 320, and
// beyond it the size of equal parts, the last of which may be smaller. A term of 0 changes no sum, so products over the
// parts one after the other, each without the terms that are 0, give the same bits as the whole.
func Depth(k int) int { return even(max(k, 1), maxDepth) }

// even returns the size of the fewest parts of at most limit that n can be cut into, all but the last of that size.
func even(n, limit int) int {
	parts := (n + limit - 1) / limit
	return (n + parts - 1) / parts
}

// target is a block of C: row i begins where rows places from+i.
type target struct {
	data []float32
	rows Axis
	from int
}

// update runs the kernels over a block of C, panel by panel so that a panel of op(B) stays in cache. A tile ends where a
// run of rows does, of A or of C.
func (e *blocked) update(m, n, k int, alpha float32, a left, b right, beta float32, c target) {
	for j := 0; j < n; {
		t := e.tile(n - j)
		columns := min(t.columns, n-j)
		panel, stepB := b.panel(t, j, columns, k)
		for i := 0; i < m; {
			from, runA := a.rows.at(a.from + i)
			to, runC := c.rows.at(c.from + i)
			for end := min(m, i+runA, i+runC); i < end; {
				rows := min(t.rows, end-i)
				t.update(rows, t.lanes-(t.columns-columns), k, a.first, a.run, a.jumps, &a.data[from], bytes(a.rows.Stride), bytes(a.stride),
					panel, bytes(stepB), &c.data[to+j], bytes(c.rows.Stride), alpha, beta)
				from, to, i = from+rows*a.rows.Stride, to+rows*c.rows.Stride, i+rows
			}
		}
		j += t.columns
	}
}

// tile returns the tile for the first panel of what is left of a block.
func (e *blocked) tile(columns int) *tile {
	for i := range e.tiles {
		if columns >= e.tiles[i].from {
			return &e.tiles[i]
		}
	}
	panic("sgemm: no tile takes a single column")
}

// bytes converts a stride.
func bytes(elements int) uintptr { return 4 * uintptr(elements) }
