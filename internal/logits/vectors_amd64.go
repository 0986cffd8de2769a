//go:build amd64 && !purego

package logits

import "golang.org/x/sys/cpu"

// instructions is an instruction set that the kernels are written for.
type instructions int

const (
	portable instructions = iota
	avx2
	avx512
)

// chosen is changed by tests only.
var chosen = detect()

func detect() instructions {
	switch {
	case cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL:
		return avx512
	case cpu.X86.HasAVX2 && cpu.X86.HasFMA:
		return avx2
	}
	return portable
}

// The functions below report false if the Go code is to do the work.

func sigmoidRowsVector(grad, x []float32, columns, stride int, rows []SigmoidRow, f Focus) bool {
	g, first, row, n := &grad[0], &x[0], &rows[0].Row, len(rows)
	switch {
	case chosen == portable:
		return false
	case chosen == avx512 && f.halves == 0:
		sigmoidRowsAVX512(g, first, columns, stride, row, n)
	case chosen == avx512 && f.halves == 4:
		sigmoidRowsSquaredAVX512(g, first, columns, stride, row, n)
	case chosen == avx512:
		sigmoidRowsHalvesAVX512(g, first, columns, stride, row, n, f.gamma, f.halves)
	case f.halves == 0:
		sigmoidRowsAVX2(g, first, columns, stride, row, n)
	case f.halves == 4:
		sigmoidRowsSquaredAVX2(g, first, columns, stride, row, n)
	default:
		sigmoidRowsHalvesAVX2(g, first, columns, stride, row, n, f.gamma, f.halves)
	}
	return true
}

func sigmoidEachVector(grad, loss, x, weight []float32, f Focus) bool {
	g, l, first, w, n := &grad[0], &loss[0], &x[0], &weight[0], len(x)
	switch {
	case chosen == portable:
		return false
	case chosen == avx512 && f.halves == 0:
		sigmoidEachAVX512(g, l, first, w, n)
	case chosen == avx512 && f.halves == 4:
		sigmoidEachSquaredAVX512(g, l, first, w, n)
	case chosen == avx512:
		sigmoidEachHalvesAVX512(g, l, first, w, n, f.gamma, f.halves)
	case f.halves == 0:
		sigmoidEachAVX2(g, l, first, w, n)
	case f.halves == 4:
		sigmoidEachSquaredAVX2(g, l, first, w, n)
	default:
		sigmoidEachHalvesAVX2(g, l, first, w, n, f.gamma, f.halves)
	}
	return true
}

func softmaxRowsVector(exps, x []float32, columns int, rows []SoftmaxRow, adds Spread, next []float32) bool {
	e, first, stride, row, n, to := &exps[0], &x[0], Stride(columns), &rows[0].Row, len(rows), &x[0]
	if len(next) > 0 {
		to = &next[0]
	}
	switch {
	case chosen == portable:
		return false
	case chosen == avx512 && adds == Distance:
		softmaxRowsDistanceAVX512(e, first, columns, stride, row, n, to)
	case chosen == avx512 && adds == Entropy:
		softmaxRowsEntropyAVX512(e, first, columns, stride, row, n, to)
	case chosen == avx512:
		softmaxRowsAVX512(e, first, columns, stride, row, n, to)
	case adds == Distance:
		softmaxRowsDistanceAVX2(e, first, columns, stride, row, n, to)
	case adds == Entropy:
		softmaxRowsEntropyAVX2(e, first, columns, stride, row, n, to)
	default:
		softmaxRowsAVX2(e, first, columns, stride, row, n, to)
	}
	return true
}

func softmaxValuesVector(nll, log, hit, margin, rest []float32) bool {
	switch chosen {
	case avx512:
		softmaxValuesAVX512(&nll[0], &log[0], &hit[0], &margin[0], &rest[0], len(nll))
	case avx2:
		softmaxValuesAVX2(&nll[0], &log[0], &hit[0], &margin[0], &rest[0], len(nll))
	}
	return chosen != portable
}

func scaleRowsVector(grad, exps []float32, columns int, rows []SoftmaxRow) bool {
	switch chosen {
	case avx512:
		scaleRowsAVX512(&grad[0], &exps[0], columns, Stride(columns), &rows[0].Row, len(rows))
	case avx2:
		scaleRowsAVX2(&grad[0], &exps[0], columns, Stride(columns), &rows[0].Row, len(rows))
	}
	return chosen != portable
}

func leanRowsVector(grad, exps, x []float32, columns int, rows []SoftmaxRow) bool {
	switch chosen {
	case avx512:
		leanRowsAVX512(&grad[0], &exps[0], &x[0], columns, Stride(columns), &rows[0].Row, len(rows))
	case avx2:
		leanRowsAVX2(&grad[0], &exps[0], &x[0], columns, Stride(columns), &rows[0].Row, len(rows))
	}
	return chosen != portable
}

func magnitudeVector(x []float32) (sum float32, ok bool) {
	switch chosen {
	case avx512:
		sum = magnitudeAVX512(&x[0], len(x))
	case avx2:
		sum = magnitudeAVX2(&x[0], len(x))
	}
	return sum, chosen != portable
}

func sumVector(x []float32) (total float32, ok bool) {
	switch chosen {
	case avx512:
		total = sumAVX512(&x[0], len(x))
	case avx2:
		total = sumAVX2(&x[0], len(x))
	}
	return total, chosen != portable
}

func likelihoodsVector(q, nll []float64, x []float32) bool {
	switch chosen {
	case avx512:
		likelihoodsAVX512(&q[0], &nll[0], &x[0], len(x))
	case avx2:
		likelihoodsAVX2(&q[0], &nll[0], &x[0], len(x))
	}
	return chosen != portable
}

func logsOnePlusVector(log, x []float64) bool {
	switch chosen {
	case avx512:
		logsOnePlusAVX512(&log[0], &x[0], len(x))
	case avx2:
		logsOnePlusAVX2(&log[0], &x[0], len(x))
	}
	return chosen != portable
}
