//go:build amd64 && !purego

package simd

import "golang.org/x/sys/cpu"

// useAVX and useAVX512, which asks for the former too, are set to false by tests that want the other twins.
var useAVX, useAVX512 = cpu.X86.HasAVX, cpu.X86.HasAVX512F && cpu.X86.HasAVX512VL

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

func raiseToColumnsVectors(dst, x []float32, stride, rows int) int {
	n := whole(len(dst))
	if n > 0 && rows > 0 {
		raiseToColumnsAVX(&dst[0], &x[0], stride, rows, n)
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
