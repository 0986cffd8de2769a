package sgemm

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
	"pgregory.net/rapid"
)

// anyAxis draws an axis of n indices.
func anyAxis(t *rapid.T, n int, name string) Axis {
	x := Axis{Run: rapid.IntRange(1, n+3).Draw(t, name+" run"), Stride: rapid.IntRange(0, 7).Draw(t, name+" stride")}
	for range (n + x.Run - 1) / x.Run {
		x.Start = append(x.Start, rapid.IntRange(0, 500).Draw(t, name+" start"))
	}
	return x
}

func TestAProductWithAViewHasTheBitsOfOneWithItsCopy(t *testing.T) {
	for _, e := range native() {
		t.Run(e.name, func(t *testing.T) {
			g := &GEMM{engine: e}
			rapid.Check(t, func(t *rapid.T) {
				m, n, k := rapid.IntRange(1, 120).Draw(t, "m"), rapid.IntRange(1, 70).Draw(t, "n"), rapid.IntRange(1, 700).Draw(t, "k")
				rows, columns := anyAxis(t, m, "rows"), anyAxis(t, k, "columns")
				rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
				_, last := rows.bounds(m)
				_, lastColumn := columns.bounds(k)
				view := View{uniform(rng, last+lastColumn+1), rows, columns}
				a := make([]float32, m*k)
				for i := range m {
					row, _ := rows.at(i)
					for l := range k {
						column, _ := columns.at(l)
						a[i*k+l] = view.Data[row+column]
					}
				}
				transB, ldb := blas.NoTrans, n
				if rapid.Bool().Draw(t, "transB") {
					transB, ldb = blas.Trans, k
				}
				target := Axis{Run: rapid.IntRange(1, m+3).Draw(t, "run of C"), Stride: n + 1}
				for i := 0; i < m; i += target.Run {
					target.Start = append(target.Start, (m-i)*target.Stride) // the runs of C in reverse
				}
				_, last = target.bounds(m)
				b, want := uniform(rng, k*n), uniform(rng, last+n)
				beta := rapid.SampledFrom([]float32{0, 1, -0.3}).Draw(t, "beta")
				got := slices.Clone(want)
				for i := range m {
					to, _ := target.at(i)
					g.Sgemm(blas.NoTrans, transB, 1, n, k, 1, a[i*k:], k, b, ldb, beta, want[to:], n)
				}
				g.Product(transB, m, n, k, view, b, ldb, beta, got, target)
				requireSameBits(t, want, got, "%d x %d x %d", m, n, k)
			})
		})
	}
}

func TestAViewOutsideItsSlicePanics(t *testing.T) {
	g := New()
	if !g.Views() {
		t.Skip("this engine has no views")
	}
	line := Axis{Start: []int{0}, Run: 4, Stride: 1}
	product := func(a View, b, c int, rows Axis) func() {
		return func() { g.Product(blas.NoTrans, 4, 2, 4, a, make([]float32, b), 2, 0, make([]float32, c), rows) }
	}
	whole, back := View{make([]float32, 7), line, line}, Axis{Start: []int{2}, Run: 4, Stride: -1}
	assert.NotPanics(t, product(whole, 8, 8, Lines(4, 2)))
	assert.PanicsWithValue(t, "sgemm: GEMM.Product: A takes elements 0 to 6 of 6", product(View{make([]float32, 6), line, line}, 8, 8, Lines(4, 2)))
	assert.PanicsWithValue(t, "sgemm: GEMM.Product: A takes elements -1 to 5 of 7", product(View{make([]float32, 7), line, back}, 8, 8, Lines(4, 2)))
	assert.PanicsWithValue(t, "sgemm: GEMM.Product: B of 4 x 2 in 7 elements, rows 2 apart", product(whole, 7, 8, Lines(4, 2)))
	assert.PanicsWithValue(t, "sgemm: GEMM.Product: C takes elements 0 to 7 of 7", product(whole, 8, 7, Lines(4, 2)))
}

func TestAWarmProductDoesNotAllocate(t *testing.T) {
	g := New()
	if !g.Views() {
		t.Skip("this engine has no views")
	}
	rng := rand.New(rand.NewPCG(1, 2))
	v := View{uniform(rng, 100), Axis{Start: []int{0, 20}, Run: 5, Stride: 2}, Axis{Start: []int{0, 7, 30}, Run: 4, Stride: 1}}
	b, c := uniform(rng, 12*9), make([]float32, 10*9)
	require.Zero(t, testing.AllocsPerRun(5, func() { g.Product(blas.NoTrans, 10, 9, 12, v, b, 9, 1, c, Lines(10, 9)) }))
}
