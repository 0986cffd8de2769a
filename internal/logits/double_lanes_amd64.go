//go:build amd64 && !purego

package logits

// The functions below report false if the Go code is to do the work.

func gatherLanesVector(top, to, x []float32, columns int, row []int32, next []float32) bool {
	written := &x[0]
	if len(next) > 0 {
		written = &next[0]
	}
	switch chosen {
	case avx512:
		gatherLanesAVX512(&top[0], &to[0], &x[0], columns, &row[0], len(row), written)
	case avx2:
		gatherLanesAVX2(&top[0], &to[0], &x[0], columns, &row[0], len(row), written)
	}
	return chosen != portable
}

func exponentialLanesVector(exps, rest, spread, far []float64, x, top []float32, columns int, truth []int32) bool {
	switch chosen {
	case avx512:
		exponentialLanesAVX512(&exps[0], &rest[0], &spread[0], &far[0], &x[0], &top[0], &truth[0], columns, len(truth))
	case avx2:
		exponentialLanesAVX2(&exps[0], &rest[0], &spread[0], &far[0], &x[0], &top[0], &truth[0], columns, len(truth))
	}
	return chosen != portable
}

func leanLanesVector(x []float32, exps []float64, top []float32, columns int, factor, slope, shift []float64) bool {
	switch chosen {
	case avx512:
		leanLanesAVX512(&x[0], &exps[0], &top[0], &factor[0], &slope[0], &shift[0], columns, len(top))
	case avx2:
		leanLanesAVX2(&x[0], &exps[0], &top[0], &factor[0], &slope[0], &shift[0], columns, len(top))
	}
	return chosen != portable
}
