//go:build amd64 && !purego

package simd

import "golang.org/x/sys/cpu"

// useAVX is set to false by tests that want the portable twins.
var useAVX = cpu.X86.HasAVX

// whole returns the elements of n that are in whole vectors, 0 where there are no vectors.
func whole(n int) int {
	if !useAVX {
		return 0
	}
	return n &^ 7
}

// The functions below do the part of their operation that is in whole vectors, and return how many elements, or columns,
// that was.

func addVectors(dst, src []float32) int {
	n := whole(len(dst))
	if n > 0 {
		addAVX(&dst[0], &src[0], n)
	}
	return n
}

func reluBackwardVectors(grad, out []float32) int {
	n := whole(len(grad))
	if n > 0 {
		reluBackwardAVX(&grad[0], &out[0], n)
	}
	return n
}

func addBiasVectors(x []float32, rows int, bias []float32) int {
	n := whole(len(bias))
	if n > 0 && rows > 0 {
		addBiasAVX(&x[0], len(bias), rows, &bias[0], n)
	}
	return n
}

func reluBiasVectors(x []float32, rows int, bias []float32) int {
	n := whole(len(bias))
	if n > 0 && rows > 0 {
		reluBiasAVX(&x[0], len(bias), rows, &bias[0], n)
	}
	return n
}

func addColSumsVectors(dst, x []float32, rows int) int {
	n := whole(len(dst))
	if n > 0 && rows > 0 {
		addColumnSumsAVX(&dst[0], &x[0], len(dst), rows, n)
	}
	return n
}

func adamVectors(value, m, v, grad []float32, s AdamStep) int {
	n := whole(len(value))
	if n > 0 {
		adamAVX(&value[0], &m[0], &v[0], &grad[0], n, s.beta1, s.rest1, s.beta2, s.rest2, s.correction2, s.epsilon, s.rate)
	}
	return n
}

func blendVectors(dst, a, b, c, d []float32, w [4]float32) int {
	n := whole(len(dst))
	if n > 0 {
		blendAVX(&dst[0], &a[0], &b[0], &c[0], &d[0], n, w[0], w[1], w[2], w[3])
	}
	return n
}

func spreadVectors(a, b, c, d []float32, w [4]float32, src []float32) int {
	n := whole(len(src))
	if n > 0 {
		spreadAVX(&a[0], &b[0], &c[0], &d[0], n, w[0], w[1], w[2], w[3], &src[0])
	}
	return n
}
