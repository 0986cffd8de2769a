//go:build amd64 && !purego

package logits

// The functions below report false if the Go code is to do the work.

func sigmoidSizesVector(x []float32, columns int, rows []SigmoidRow, f Focus) bool {
	first, row, n := &x[0], &rows[0].Row, len(rows)
	switch {
	case chosen == portable:
		return false
	case chosen == avx512 && f.halves == 0:
		sigmoidSizesAVX512(first, columns, row, n)
	case chosen == avx512 && f.halves == 4:
		sigmoidSizesSquaredAVX512(first, columns, row, n)
	case chosen == avx512:
		sigmoidSizesHalvesAVX512(first, columns, row, n, f.gamma, f.halves)
	case f.halves == 0:
		sigmoidSizesAVX2(first, columns, row, n)
	case f.halves == 4:
		sigmoidSizesSquaredAVX2(first, columns, row, n)
	default:
		sigmoidSizesHalvesAVX2(first, columns, row, n, f.gamma, f.halves)
	}
	return true
}

func sizesEachVector(size, x []float32, class []int32, hit, miss float32, f Focus) bool {
	to, first, c, n := &size[0], &x[0], &class[0], len(x)
	switch {
	case chosen == portable:
		return false
	case chosen == avx512 && f.halves == 0:
		sizesEachAVX512(to, first, c, n, hit, miss)
	case chosen == avx512 && f.halves == 4:
		sizesEachSquaredAVX512(to, first, c, n, hit, miss)
	case chosen == avx512:
		sizesEachHalvesAVX512(to, first, c, n, hit, miss, f.gamma, f.halves)
	case f.halves == 0:
		sizesEachAVX2(to, first, c, n, hit, miss)
	case f.halves == 4:
		sizesEachSquaredAVX2(to, first, c, n, hit, miss)
	default:
		sizesEachHalvesAVX2(to, first, c, n, hit, miss, f.gamma, f.halves)
	}
	return true
}

func squareRowsVector(exps []float32, columns int, rows []SoftmaxRow) bool {
	switch chosen {
	case avx512:
		squareRowsAVX512(&exps[0], columns, Stride(columns), &rows[0].Row, len(rows))
	case avx2:
		squareRowsAVX2(&exps[0], columns, Stride(columns), &rows[0].Row, len(rows))
	}
	return chosen != portable
}

func leanSquareRowsVector(exps, x []float32, columns int, rows []SoftmaxRow) bool {
	switch chosen {
	case avx512:
		leanSquareRowsAVX512(&exps[0], &x[0], columns, Stride(columns), &rows[0].Row, len(rows))
	case avx2:
		leanSquareRowsAVX2(&exps[0], &x[0], columns, Stride(columns), &rows[0].Row, len(rows))
	}
	return chosen != portable
}

func squaresVector(x []float32) (sum float32, ok bool) {
	switch chosen {
	case avx512:
		sum = squaresAVX512(&x[0], len(x))
	case avx2:
		sum = squaresAVX2(&x[0], len(x))
	}
	return sum, chosen != portable
}
