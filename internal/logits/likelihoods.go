package logits

import (
	"fmt"
	"math"
)

// Likelihoods computes sigmoid(x) and log(1+exp(x)) in float64, to 2e-13 of
// their size, for |x| up to 700; beyond, the results mean nothing. All have the
// same length, a multiple of 16, or Likelihoods panics.
func Likelihoods(q, nll []float64, x []float32) {
	if n := len(x); n%16 != 0 || len(q) != n || len(nll) != n {
		panic(fmt.Sprintf("logits: Likelihoods: %d probabilities and %d logarithms of %d logits, expected equal multiples of 16", len(q), len(nll), n))
	}
	if len(x) > 0 && !likelihoodsVector(q, nll, x) {
		likelihoods(q, nll, x)
	}
}

// likelihoods is Likelihoods in Go.
func likelihoods(q, nll []float64, x []float32) {
	for i, z := range x {
		e := exp64(-math.Abs(float64(z)))
		t, share := e/(2+e), 1/(1+e)
		q[i], nll[i] = share, logOf64(t)
		if z < 0 {
			q[i] = e * share
		} else {
			nll[i] += float64(z)
		}
	}
}

// exp64 is the exponential of -700 <= x <= 0.
func exp64(x float64) float64 {
	const (
		magic = 3 << 51
		high  = 6.93147180369123816490e-01 // log(2), of few bits
		low   = 1.90821492927058770002e-10
	)
	shifted := x*math.Log2E + magic
	n := shifted - magic
	r := x - n*high - n*low
	r2 := r * r
	y := 1 + (r + r2*(0.499999999996643102+r*0.166666666672652135+
		r2*(0.041666666962242379+r*0.00833333309508617367)+
		r2*r2*(0.00138888111446229329+r*0.00019841539097521326+
			r2*(0.0000248808099024231726+r*2.74930614375765673e-6))))
	return math.Float64frombits(math.Float64bits(y) + math.Float64bits(shifted)<<52)
}

// logOf64 is log((1+t)/(1-t)) for 0 <= t <= 1/3.
func logOf64(t float64) float64 {
	u := t * t
	u2 := u * u
	return t * (1.99999999999986944 + u*0.666666666815822776 +
		u2*(0.399999972088469277+u*0.285716270295567341) +
		u2*u2*(0.222153227629196723+u*0.183110679502971041+
			u2*(0.140640415692026473+u*0.200854586800119468)))
}

// LogsOnePlus computes log(1+x) for 0 <= x <= 1000, to 2e-13 of its size; of other
// numbers the results mean nothing. Both have the same length, a multiple of 16, or
// LogsOnePlus panics.
func LogsOnePlus(log, x []float64) {
	doubles("LogsOnePlus", len(log), log, x)
	if len(x) > 0 && !logsOnePlusVector(log, x) {
		logsOnePlus(log, x)
	}
}

// logsOnePlus is LogsOnePlus in Go.
func logsOnePlus(log, x []float64) {
	const mantissa = 1<<52 - 1
	for i, x := range x {
		bits := math.Float64bits(1+x) &^ mantissa
		power := math.Float64frombits(bits) // of 2, the last up to 1+x
		t := (x - (power - 1)) / (x + (power + 1))
		log[i] = float64(int(bits>>52)-1023)*math.Ln2 + logOf64(t)
	}
}
