// Package boxcode decodes and encodes many boxes at once, and carries gradients
// back through the decoder, as package anchors defines it for one: with the same
// bits.
//
// The vector code (AVX-512 or AVX2 with FMA, chosen at run time) does the
// float32 arithmetic in the order of the code for one box. It computes
// exponentials and logarithms in float64 to some 41 bits, which decide how the
// exact value rounds to float32 unless that is close to a tie. One box in
// 30000 is, and some are out of range: the vector code leaves those to the code
// for one box.
//
// The assembly is written by internal/kernels: go generate reproduces it.
package boxcode

//go:generate go -C ../kernels run ./boxcode -out ../boxcode/kernels_amd64.s -stubs ../boxcode/kernels_amd64.go -pkg boxcode
