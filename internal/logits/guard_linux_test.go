package logits

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// fenced returns n elements that end where a page that cannot be read begins or,
// if first, begin where one ends.
func fenced[T float32 | float64 | int32](t *testing.T, n int, first bool) []T {
	page, bytes := unix.Getpagesize(), n*int(unsafe.Sizeof(T(0)))
	size := (bytes + page - 1) / page * page
	memory, err := unix.Mmap(-1, 0, size+2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, unix.Munmap(memory)) })
	require.NoError(t, unix.Mprotect(memory[:page], unix.PROT_NONE))
	require.NoError(t, unix.Mprotect(memory[page+size:], unix.PROT_NONE))
	start := page
	if !first {
		start = page + size - bytes
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&memory[start])), n)
}

func TestLanesTouchNothingBesideTheirLists(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		for columns := LeastLanes; columns <= mostLanes; columns++ {
			for _, first := range []bool{false, true} {
				rng := rand.New(rand.NewPCG(80, uint64(columns)))
				floats := func(n int) []float32 { return fenced[float32](t, n, first) }
				const n = 32
				x, grad, exps, row, truth := floats(n*columns), floats(n*columns), floats(n*columns), fenced[int32](t, n, first), fenced[int32](t, n, first)
				margin, rest, factor, own, loss := floats(n), floats(n), floats(n), floats(n), floats(n)
				copy(x, logitsUpTo(rng, len(x), 5))
				for i, r := range rng.Perm(n) {
					row[i], truth[i] = int32(r), rng.Int32N(int32(columns))
				}
				// A stray access ends the test binary.
				SoftmaxLanes(margin, rest, exps, x, columns, row, truth, grad)
				ExclusiveEach(factor, own, loss, rest, rest, rest, rest, Focus{})
				ExclusiveEach(factor, own, loss, rest, rest, rest, rest, focusOf(t, 2.5))
				SquareLanes(loss, exps, columns, factor, own)
				ScaleLanes(grad, exps, columns, row, truth, factor, own)
				doubles := func() []float64 { return fenced[float64](t, n, first) }
				wide, far := fenced[float64](t, n*columns, first), doubles()
				GatherLanes(margin, exps, x, columns, row, grad)
				ExponentialLanes(wide, doubles(), doubles(), far, exps, margin, columns, truth)
				LeanLanes(exps, wide, margin, columns, far, doubles(), doubles())
			}
		}
	})
}
