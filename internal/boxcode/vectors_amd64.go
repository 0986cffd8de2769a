//go:build amd64 && !purego

package boxcode

import "golang.org/x/sys/cpu"

// Tests set these to false for the narrower code and the code for one box.
var (
	useAVX2   = cpu.X86.HasAVX2 && cpu.X86.HasFMA
	useAVX512 = cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ
)

// whole returns the boxes of n that are in whole vectors.
func whole(n int) int {
	switch {
	case useAVX512:
		return n &^ 3
	case useAVX2:
		return n &^ 1
	}
	return 0
}

func decode(dst, candidate, delta *float32, n int, weights *[4]float32, limit float32) int {
	if useAVX512 {
		return decodeAVX512(dst, candidate, delta, n, weights, limit)
	}
	return decodeAVX2(dst, candidate, delta, n, weights, limit)
}

func backward(grad, candidate, delta *float32, n int, weights *[4]float32, limit float32) int {
	if useAVX512 {
		return backwardAVX512(grad, candidate, delta, n, weights, limit)
	}
	return backwardAVX2(grad, candidate, delta, n, weights, limit)
}

func encode(dst, candidate, box *float32, n int, weights *[4]float32) int {
	if useAVX512 {
		return encodeAVX512(dst, candidate, box, n, weights)
	}
	return encodeAVX2(dst, candidate, box, n, weights)
}
