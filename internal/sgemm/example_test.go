package sgemm_test

import (
	"fmt"

	"gonum.org/v1/gonum/blas"

	"detsample/internal/sgemm"
)

// A GEMM stands wherever gonum takes a blas.Float32Level3.
func ExampleGEMM() {
	var engine blas.Float32Level3 = sgemm.New()
	a := []float32{
		1, 2,
		3, 4,
		5, 6,
	}
	b := []float32{
		1, 0, -1,
		0, 1, 1,
	}
	c := make([]float32, 9)
	engine.Sgemm(blas.NoTrans, blas.NoTrans, 3, 3, 2, 1, a, 2, b, 3, 0, c, 3)
	fmt.Println(c)
	// Output: [1 2 1 3 4 1 5 6 1]
}
