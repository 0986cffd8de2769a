package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// prior is what the variances of all strategies say about each: that of a
// strategy is Scale times Freedom over a chi-squared variable of Freedom
// degrees. Freedom 0 says nothing; infinite, that all variances are equal.
type prior struct{ freedom, scale float64 }

// moderate returns a variance that was measured with some degrees of freedom,
// drawn towards the prior, and its degrees (Smyth 2004, section 3).
func (p prior) moderate(variance, freedom float64) (moderated, degrees float64) {
	switch {
	case p.freedom == 0:
		return variance, freedom
	case math.IsInf(p.freedom, 1):
		return p.scale, p.freedom
	}
	degrees = p.freedom + freedom
	return (p.freedom*p.scale + freedom*variance) / degrees, degrees
}

// caution is the number of standard errors by which the spread of the
// variances is taken to be larger than it was measured. With few strategies
// and seeds, variances that differ look alike half of the time; equal ones
// that are taken to differ cost some width, different ones that are taken to
// be equal cost coverage.
const caution = 0.5

// fitFreedom estimates the prior's degrees of freedom from variances that were
// measured with the given degrees, by the moments of their logarithms (Smyth
// 2004, section 6.2): the sample variance of log s² exceeds what the degrees
// explain, trigamma(d/2), by trigamma(d0/2). To that excess, errors of its own
// standard errors are added; 0 gives limma's fitFDist. It is 0 for less than
// two variances.
func fitFreedom(variances, freedom []float64, errors float64) float64 {
	n := float64(len(variances))
	if n < 2 {
		return 0
	}
	centred := make([]float64, len(variances))
	mean, explained, fourth := 0.0, 0.0, 0.0
	for i, v := range variances {
		half := freedom[i] / 2
		centred[i] = math.Log(v) - mathext.Digamma(half) + math.Log(half)
		mean += centred[i] / n
		explained += trigamma(half) / n
		fourth += 6 * mathext.Zeta(4, half) / n // the fourth cumulant of log χ², polygamma(3, d/2)
	}
	spread := 0.0
	for _, e := range centred {
		spread += (e - mean) * (e - mean) / (n - 1)
	}
	excess := spread - explained + errors*math.Sqrt(fourth/n+2*explained*explained/(n-1))
	if !(excess > 0) {
		return math.Inf(1)
	}
	return 2 * inverseTrigamma(excess)
}

func trigamma(x float64) float64 { return mathext.Zeta(2, x) }

// inverseTrigamma solves trigamma(y) = x for x > 0, by Newton's method on
// 1/trigamma, which is nearly linear (Smyth 2004, appendix).
func inverseTrigamma(x float64) float64 {
	switch {
	case x > 1e7:
		return 1 / math.Sqrt(x)
	case x < 1e-6:
		return 1 / x
	}
	y := 0.5 + 1/x
	for range 50 {
		tri := trigamma(y)
		step := tri * (1 - tri/x) / (-2 * mathext.Zeta(3, y))
		y += step
		if -step < 1e-12*y {
			break
		}
	}
	return y
}
