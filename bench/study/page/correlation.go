package page

import (
	"fmt"

	"detsample/bench/stats"
	"detsample/bench/study/claims"
)

// correlation writes a rank correlation with its interval in brackets, and behind it
// others that it has.
func correlation(e stats.Estimate, others ...string) string {
	switch {
	case e.Seeds == 0:
		return "–"
	case !known(e):
		return number(e.Mean, correlationDecimals)
	}
	text := number(e.Mean, correlationDecimals) + " (" + correlations(stats.Range{Low: e.Low, High: e.High})
	for _, o := range others {
		text += "; " + o
	}
	return text + ")"
}

// correlations writes a range of rank correlations, as far as there are any.
func correlations(r stats.Range) string {
	r = correlated(r)
	return fmt.Sprintf("%s to %s", number(r.Low, correlationDecimals), number(r.High, correlationDecimals))
}

// correlated cuts the interval of a rank correlation where these end.
func correlated(r stats.Range) stats.Range { return cut(r, 1) }

const correlationDecimals = 2

// correlationCell writes what a contrast of one came to at a budget: the figure itself,
// which ends at ±1, and not what it is less the constant.
func correlationCell(j *claims.Judged) string {
	var others []string
	if j.All != (stats.Range{}) {
		others = []string{"at once " + decidingInterval(j)}
	}
	return correlation(itself(j), others...)
}

// deciding is the interval of the same that holds beside all others of the claim.
func deciding(j *claims.Judged) stats.Range {
	return stats.Range{Low: j.All.Low + j.Constant, High: j.All.High + j.Constant}
}

// itself is the figure that is compared with a constant.
func itself(j *claims.Judged) stats.Estimate {
	e := j.Estimate
	e.Mean, e.Low, e.High = e.Mean+j.Constant, e.Low+j.Constant, e.High+j.Constant
	return e
}
