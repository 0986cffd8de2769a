package sgemm

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas"
)

// shapes are the products of training small detectors: a convolution or a fully connected layer forward, its weights'
// gradient (A transposed) and its input's gradient (B transposed).
var shapes = []struct {
	pass           string
	transA, transB blas.Transpose
	m, n, k        int
	beta           float32
}{
	{"forward", blas.NoTrans, blas.NoTrans, 2304, 16, 27, 0},
	{"forward", blas.NoTrans, blas.NoTrans, 2304, 16, 144, 0},
	{"forward", blas.NoTrans, blas.NoTrans, 2304, 32, 144, 0},
	{"forward", blas.NoTrans, blas.NoTrans, 576, 32, 288, 0},
	{"forward", blas.NoTrans, blas.NoTrans, 576, 64, 288, 0},
	{"forward", blas.NoTrans, blas.NoTrans, 2304, 64, 576, 0},
	{"forward", blas.NoTrans, blas.NoTrans, 144, 64, 576, 0},
	{"forward", blas.NoTrans, blas.NoTrans, 144, 9, 64, 0},
	{"forward", blas.NoTrans, blas.NoTrans, 576, 24, 32, 0},
	{"forward", blas.NoTrans, blas.NoTrans, 144, 63, 576, 0},
	{"weights", blas.Trans, blas.NoTrans, 27, 16, 2304, 1},
	{"weights", blas.Trans, blas.NoTrans, 144, 16, 2304, 1},
	{"weights", blas.Trans, blas.NoTrans, 144, 32, 2304, 1},
	{"weights", blas.Trans, blas.NoTrans, 288, 64, 576, 1},
	{"weights", blas.Trans, blas.NoTrans, 576, 64, 2304, 1},
	{"weights", blas.Trans, blas.NoTrans, 576, 64, 144, 1},
	{"weights", blas.Trans, blas.NoTrans, 64, 9, 144, 1},
	{"input", blas.NoTrans, blas.Trans, 2304, 144, 16, 0},
	{"input", blas.NoTrans, blas.Trans, 2304, 144, 32, 0},
	{"input", blas.NoTrans, blas.Trans, 576, 288, 64, 0},
	{"input", blas.NoTrans, blas.Trans, 2304, 576, 64, 0},
	{"input", blas.NoTrans, blas.Trans, 144, 576, 64, 0},
	{"input", blas.NoTrans, blas.Trans, 144, 64, 9, 0},
	{"connected forward", blas.NoTrans, blas.NoTrans, 128, 128, 1600, 0},
	{"connected forward", blas.NoTrans, blas.NoTrans, 2048, 64, 1024, 0},
	{"connected forward", blas.NoTrans, blas.NoTrans, 512, 128, 512, 0},
	{"connected weights", blas.Trans, blas.NoTrans, 1600, 128, 128, 1},
	{"connected weights", blas.Trans, blas.NoTrans, 1024, 64, 2048, 1},
	{"connected input", blas.NoTrans, blas.Trans, 128, 1600, 128, 0},
	{"connected input", blas.NoTrans, blas.Trans, 2048, 1024, 64, 0},
}

func BenchmarkSgemm(b *testing.B) {
	for _, s := range shapes {
		for _, e := range engines {
			b.Run(fmt.Sprintf("%s/%dx%dx%d/%s", s.pass, s.m, s.n, s.k, e.name), func(b *testing.B) {
				rng := rand.New(rand.NewPCG(1, 2))
				x, lda := uniform(rng, s.m*s.k), s.k
				if s.transA != blas.NoTrans {
					lda = s.m
				}
				y, ldb := uniform(rng, s.k*s.n), s.n
				if s.transB != blas.NoTrans {
					ldb = s.k
				}
				c := make([]float32, s.m*s.n)
				g := &GEMM{engine: e}
				b.ReportAllocs()
				for b.Loop() {
					g.Sgemm(s.transA, s.transB, s.m, s.n, s.k, 1, x, lda, y, ldb, s.beta, c, s.n)
				}
				b.ReportMetric(2*float64(s.m*s.n*s.k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}

// uniform returns n values in [-1, 1).
func uniform(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = 2*rng.Float32() - 1
	}
	return x
}
