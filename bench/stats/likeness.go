package stats

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// likeness returns, for each of some variances, the share of the prior's
// degrees of freedom that is borrowed for it: 1, unless it is larger than the
// others explain.
//
// A variance that exceeds the pooled others with probability p under F, and is
// the r-th largest of n, has the share p·n/(r - 1/2) if that is less than 1,
// since the smallest p of n alike ones is expected to be about 1/n; and no less
// than a larger one has. So a strategy that deviates much more than the rest is
// left with its own few degrees, and is not taken for as steady as they are
// (Phipson and others 2016, section 4; their estimates of the prior from the
// rest alone are left out, since they would narrow the rest's intervals). Of
// less than three, all are 1: either may be the one that stands out.
func likeness(variances, freedom []float64) []float64 {
	n := len(variances)
	shares, order := make([]float64, n), make([]int, n)
	for i := range order {
		shares[i], order[i] = 1, i
	}
	if n < 3 {
		return shares
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(variances[b], variances[a]) })
	sum, degrees := 0.0, 0.0
	for i, v := range variances {
		sum, degrees = sum+freedom[i]*v, degrees+freedom[i]
	}
	larger := 0.0
	for r, i := range order {
		others, f := sum-freedom[i]*variances[i], degrees-freedom[i]
		tail := 0.0
		if others > 0 {
			tail = distuv.F{D1: freedom[i], D2: f}.Survival(variances[i] * f / others)
		}
		larger = math.Max(larger, tail*float64(n)/(float64(r)+0.5))
		shares[i] = math.Min(1, larger)
	}
	return shares
}
