//go:build !amd64 || purego

package logits

func softmaxLanesVector(_, _, _, _ []float32, _ int, _, _ []int32, _ []float32) bool { return false }

func scaleLanesVector(_, _ []float32, _ int, _, _ []int32, _, _ []float32) bool { return false }

func squareLanesVector(_, _ []float32, _ int, _, _ []float32) bool { return false }

func exclusiveEachVector(_, _, _, _, _, _, _ []float32, _ Focus) bool { return false }

func gatherLanesVector(_, _, _ []float32, _ int, _ []int32, _ []float32) bool { return false }

func exponentialLanesVector(_, _, _, _ []float64, _, _ []float32, _ int, _ []int32) bool {
	return false
}

func leanLanesVector(_ []float32, _ []float64, _ []float32, _ int, _, _, _ []float64) bool {
	return false
}
