// Package sgemm multiplies float32 matrices on one core, behind gonum's interface blas.Float32Level3. It is made for the
// training of small networks, whose products are tall and narrow: a convolution of 3 x 3 over 64 channels is 2304 x 576
// times 576 x 64. There a general library spends much of its time rearranging operands.
//
// # Design
//
// A micro-kernel in assembly keeps a tile of C in registers and, for every l, multiplies a broadcast element of each row
// of op(A) into a row of op(B):
//
//	avx512x32   12 rows x 32 columns, 512-bit vectors
//	avx2x16      6 rows x 16 columns, 256-bit vectors
//	avx2x8      12 rows x  8 columns, 256-bit vectors
//
// The rows of a tile may be fewer, and its last vector may be partial: edges of C run in the same kernels, on the same
// arithmetic, and never touch memory outside the matrices.
//
// A is not packed. The kernels take two strides for it, one between rows and one between steps, so that they read A and
// its transpose where they lie; broadcasts do not care for alignment. With N of 16 to 64, packing would touch every
// element of A for only a few multiplications each. The exception is a stride that is a multiple of 1024 elements, or of
// 512 for the transpose beside a wide B, which puts a column of A into one or two sets of the cache: such a block is first
// copied row by row, the rows apart.
//
// B is read in place too if it is not transposed and its rows are short; else a block of it is packed into panels as
// wide as the tile. A transposed B, which the gradient by a layer's input multiplies with, is packed in 8 x 8
// transpositions.
//
// The steps may also be uneven: in runs, with a jump from each to the next. So a convolution's patches are multiplied where
// they lie in the image, each pixel being part of several, and not copied to a matrix of their own first: see [View]. A
// 3 x 3 convolution over 24 x 24 x 32 maps goes from 83 to 107 GFLOP/s by it, one over 3 channels from 31 to 77.
//
// K is cut into equal blocks of at most 320. Within a block, an element of C is one chain of fused multiply-adds from the
// first term to the last; its sum is multiplied by alpha and added to C (the first block: to beta C). That order depends
// on K alone. So the AVX-512 and the AVX2 engine give the same bits, and an element of C has the same bits wherever in C
// it stands and however many rows are multiplied at a time.
//
// # Engines
//
// The engine is chosen once, from what the CPU and its operating system support: AVX-512, else AVX2 with FMA, else
// gonum's own Sgemm, which is also what a build with the tag purego has. The tag openblas puts OpenBLAS first, through
// cgo and on one thread; it needs the library and its headers. gonum and OpenBLAS sum in orders of their own.
//
// # Regenerating
//
// Module internal/kernels writes the assembly and its stubs with avo; it is a module of its own so that avo is no dependency of
// detsample. In this folder,
//
//	go generate
//
// reproduces kernels_amd64.s and kernels_amd64.go to the byte.
package sgemm

//go:generate go -C ../kernels run ./sgemm -out ../sgemm/kernels_amd64.s -stubs ../sgemm/kernels_amd64.go -pkg sgemm
