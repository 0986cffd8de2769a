//go:build amd64 && !purego

package logits

// The functions below report false if the Go code is to do the work.

func probabilitiesVector(p, q, nll, x []float32) bool {
	switch chosen {
	case avx512:
		probabilitiesAVX512(&p[0], &q[0], &nll[0], &x[0], len(x))
	case avx2:
		probabilitiesAVX2(&p[0], &q[0], &nll[0], &x[0], len(x))
	}
	return chosen != portable
}

func exponentialsEachVector(exps, x, top []float32) bool {
	switch chosen {
	case avx512:
		exponentialsEachAVX512(&exps[0], &x[0], &top[0], len(x))
	case avx2:
		exponentialsEachAVX2(&exps[0], &x[0], &top[0], len(x))
	}
	return chosen != portable
}

func powerEachVector(grad, loss, x, weight, gamma, low []float32) bool {
	switch chosen {
	case avx512:
		powerEachAVX512(&grad[0], &loss[0], &x[0], &weight[0], &gamma[0], &low[0], len(x))
	case avx2:
		powerEachAVX2(&grad[0], &loss[0], &x[0], &weight[0], &gamma[0], &low[0], len(x))
	}
	return chosen != portable
}

func affineEachVector(grad, loss, x []float32, a affine, over float32) bool {
	switch chosen {
	case avx512:
		affineEachAVX512(&grad[0], &loss[0], &x[0], len(x), a.by, a.byLow, a.shift, a.shiftLow, over)
	case avx2:
		affineEachAVX2(&grad[0], &loss[0], &x[0], len(x), a.by, a.byLow, a.shift, a.shiftLow, over)
	}
	return chosen != portable
}

func asymmetricEachVector(grad, loss, x []float32, a Asymmetry) bool {
	switch chosen {
	case avx512:
		asymmetricEachAVX512(&grad[0], &loss[0], &x[0], len(x), a.gamma, a.halves, a.clip, a.unclipped, a.opposite, a.low)
	case avx2:
		asymmetricEachAVX2(&grad[0], &loss[0], &x[0], len(x), a.gamma, a.halves, a.clip, a.unclipped, a.opposite, a.low)
	}
	return chosen != portable
}

func binnedEachVector(grad, loss, x, threshold, weight []float32) bool {
	switch chosen {
	case avx512:
		binnedEachAVX512(&grad[0], &loss[0], &x[0], len(x), &threshold[0], &weight[0], len(weight))
	case avx2:
		binnedEachAVX2(&grad[0], &loss[0], &x[0], len(x), &threshold[0], &weight[0], len(weight))
	}
	return chosen != portable
}

func countFromVector(x []float32, threshold float32) (n int, ok bool) {
	switch chosen {
	case avx512:
		n = countFromAVX512(&x[0], len(x), threshold)
	case avx2:
		n = countFromAVX2(&x[0], len(x), threshold)
	}
	return n, chosen != portable
}

func addMagnitudesVector(sum, x []float32) bool {
	switch chosen {
	case avx512:
		addMagnitudesAVX512(&sum[0], &x[0], len(x))
	case avx2:
		addMagnitudesAVX2(&sum[0], &x[0], len(x))
	}
	return chosen != portable
}
