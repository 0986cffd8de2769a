package sgemm

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// fenced returns n elements that end where a page that cannot be read begins or, if first, begin where one ends.
func fenced(t *testing.T, n int, first bool) []float32 {
	page := unix.Getpagesize()
	size := (4*n + page - 1) / page * page
	memory, err := unix.Mmap(-1, 0, size+2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, unix.Munmap(memory)) })
	require.NoError(t, unix.Mprotect(memory[:page], unix.PROT_NONE))
	require.NoError(t, unix.Mprotect(memory[page+size:], unix.PROT_NONE))
	start := page
	if !first {
		start = page + size - 4*n
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&memory[start])), n)
}

func TestSgemmTouchesNothingOutsideItsMatrices(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for _, e := range native() {
		g := &GEMM{engine: e}
		for range 60 {
			m, n, k, gap := 1+rng.IntN(40), 1+rng.IntN(70), 1+rng.IntN(40), rng.IntN(5)
			for _, transA := range transposes[:2] {
				for _, transB := range transposes[:2] {
					p := newProblem(rng, transA, transB, m, n, k, gap, 1, float32(rng.IntN(2)))
					for _, x := range []*matrix{&p.a, &p.b, &p.c} {
						data := fenced(t, len(x.data), rng.IntN(2) == 0)
						copy(data, x.data)
						x.data = data
					}
					// A stray access ends the test binary.
					g.Sgemm(transA, transB, m, n, k, p.alpha, p.a.data, p.a.ld, p.b.data, p.b.ld, p.beta, p.c.data, p.c.ld)
				}
			}
		}
	}
}
