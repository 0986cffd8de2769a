// Package logits holds the kernels of the classification losses: the sigmoid focal loss, of which cross entropy is a case,
// and the exponentials of a softmax, with their gradients, over rows of a logit matrix in float32.
//
// exp and log are polynomials, and a row's sum goes over sixteen lanes, in a fixed order. The vector code (AVX2 with FMA, or
// AVX-512, chosen at run time) does the same arithmetic on 8 or 16 elements at once, to the same bits in both; the Go code
// rounds more often. Gradients deviate from exact ones by less than 2e-6 of their size for logits in [-80, 80]; an
// exponential below exp(-87) is 0. Rows of few exclusive columns go sixteen at a time, one a lane, and their sums column after
// column, in float64 where a gradient is a difference.
//
// The assembly is written by internal/kernels: go generate reproduces it.
package logits

//go:generate go -C ../kernels run ./logits -out ../logits/kernels_amd64.s -stubs ../logits/kernels_amd64.go -pkg logits
