// Package simd holds the elementwise kernels that the training of small networks spends its time in beside the matrix
// products: sums, the rectified linear unit and the Adam update over float32 slices, and bilinear interpolation. The
// largest of each column is what assigners ask of scores.
//
// Every operation is one pass in a fixed order, with a rounding after each multiplication and each addition. The vector
// code (AVX, and AVX-512 for interpolation, chosen at run time) does the same arithmetic on 8 or 16 elements at once, so
// its results are those of the Go code to the bit; what is left over after the last whole vector, the Go code does.
//
// The assembly is written by internal/kernels: go generate reproduces it.
package simd

//go:generate go -C ../kernels run ./simd -out ../simd/kernels_amd64.s -stubs ../simd/kernels_amd64.go -pkg simd
