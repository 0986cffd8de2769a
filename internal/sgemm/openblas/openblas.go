//go:build openblas

// Package openblas calls OpenBLAS's single-precision matrix product on one thread. It stands apart because a package
// that uses cgo cannot hold Go assembly.
package openblas

/*
#cgo LDFLAGS: -lopenblas
#include <cblas.h>
*/
import "C"

func init() {
	// OpenBLAS's own setting: it holds for the process.
	C.openblas_set_num_threads(1)
}

// Sgemm is cblas_sgemm, row-major. The arguments are those of blas.Float32Level3, valid, with no dimension 0.
func Sgemm(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	C.cblas_sgemm(C.CblasRowMajor, transpose(transA), transpose(transB), C.int(m), C.int(n), C.int(k),
		C.float(alpha), (*C.float)(&a[0]), C.int(lda), (*C.float)(&b[0]), C.int(ldb),
		C.float(beta), (*C.float)(&c[0]), C.int(ldc))
}

func transpose(trans bool) C.enum_CBLAS_TRANSPOSE {
	if trans {
		return C.CblasTrans
	}
	return C.CblasNoTrans
}
