//go:build openblas

package sgemm

import (
	"slices"

	"detsample/internal/sgemm/openblas"
)

func init() {
	engines = slices.Insert(engines, 0, engine{name: "openblas", sgemm: func(_ *GEMM, transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
		openblas.Sgemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}})
}
