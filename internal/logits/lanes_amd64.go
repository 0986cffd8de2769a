//go:build amd64 && !purego

package logits

// The functions below report false if the Go code is to do the work.

func softmaxLanesVector(margin, rest, exps, x []float32, columns int, row, truth []int32, next []float32) bool {
	to := &x[0]
	if len(next) > 0 {
		to = &next[0]
	}
	switch chosen {
	case avx512:
		softmaxLanesAVX512(&margin[0], &rest[0], &exps[0], &x[0], columns, &row[0], &truth[0], len(row), to)
	case avx2:
		softmaxLanesAVX2(&margin[0], &rest[0], &exps[0], &x[0], columns, &row[0], &truth[0], len(row), to)
	}
	return chosen != portable
}

func scaleLanesVector(grad, exps []float32, columns int, row, truth []int32, factor, own []float32) bool {
	switch chosen {
	case avx512:
		scaleLanesAVX512(&grad[0], &exps[0], columns, &row[0], &truth[0], &factor[0], &own[0], len(row))
	case avx2:
		scaleLanesAVX2(&grad[0], &exps[0], columns, &row[0], &truth[0], &factor[0], &own[0], len(row))
	}
	return chosen != portable
}

func squareLanesVector(square, exps []float32, columns int, factor, own []float32) bool {
	switch chosen {
	case avx512:
		squareLanesAVX512(&square[0], &exps[0], columns, &factor[0], &own[0], len(square))
	case avx2:
		squareLanesAVX2(&square[0], &exps[0], columns, &factor[0], &own[0], len(square))
	}
	return chosen != portable
}

func exclusiveEachVector(factor, own, loss, hit, rest, nll, weight []float32, f Focus) bool {
	g, o, l, h, r, likely, w, n := &factor[0], &own[0], &loss[0], &hit[0], &rest[0], &nll[0], &weight[0], len(factor)
	switch {
	case chosen == portable:
		return false
	case chosen == avx512 && f.halves == 0:
		exclusiveEachAVX512(g, o, l, h, r, likely, w, n)
	case chosen == avx512:
		exclusiveEachHalvesAVX512(g, o, l, h, r, likely, w, n, f.gamma, f.halves)
	case f.halves == 0:
		exclusiveEachAVX2(g, o, l, h, r, likely, w, n)
	default:
		exclusiveEachHalvesAVX2(g, o, l, h, r, likely, w, n, f.gamma, f.halves)
	}
	return true
}
