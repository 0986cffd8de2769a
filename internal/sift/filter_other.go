//go:build !amd64 || purego

package sift

// There are no vectors: the portable twins do all.

func labelledVectors([]int32, []int32, Labels) (found, done int) { return 0, 0 }

func aboveVectors([]int32, []float32, float32) (found, done int) { return 0, 0 }

func labelledAboveVectors([]int32, []float32, []int32, Labels, float32) (found, done int) {
	return 0, 0
}
