//go:build !amd64 || purego

package logits

func probabilitiesVector(_, _, _, _ []float32) bool { return false }

func exponentialsEachVector(_, _, _ []float32) bool { return false }

func powerEachVector(_, _, _, _, _, _ []float32) bool { return false }

func affineEachVector(_, _, _ []float32, _ affine, _ float32) bool { return false }

func asymmetricEachVector(_, _, _ []float32, _ Asymmetry) bool { return false }

func binnedEachVector(_, _, _, _, _ []float32) bool { return false }

func countFromVector(_ []float32, _ float32) (n int, ok bool) { return 0, false }

func addMagnitudesVector(_, _ []float32) bool { return false }
