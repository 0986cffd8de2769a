package page

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/stats"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
)

// course of differences at some budgets, for evidence.
func judgedAs(c claims.Contrast, means ...float64) (list []*claims.Judged) {
	for i, mean := range means {
		list = append(list, &claims.Judged{Contrast: &c, Images: 100 << i, Estimate: stats.Estimate{Mean: mean, Low: mean - 1, High: mean + 1, Seeds: 4}, All: stats.Range{Low: mean - 1.5, High: mean + 1.5}})
	}
	return list
}

func TestEvidenceSaysWhichIsAheadByHowMuchAndWhere(t *testing.T) {
	ap := claims.Contrast{Experiment: "roi", A: "focal", B: "ce"}
	for want, list := range map[string][]*claims.Judged{
		"focal is ahead of ce by 1.7 AP after 100 images (`roi`)":                                                                judgedAs(ap, 1.7),
		"focal is behind ce by 6.7 AP after 100, 10.1 after 200 and 2.6 after 400 images (`roi`)":                                judgedAs(ap, -6.7, -10.1, -2.6),
		"focal is ahead of ce by 6.7 AP after 100, 1.0 after 200 and behind by 2.6 AP after 400 images (`roi`)":                  judgedAs(ap, 6.7, 1, -2.6),
		"focal is behind ce by less than 0.1 AP after 100, 0.1 after 200 and ahead by less than 0.1 AP after 400 images (`roi`)": judgedAs(ap, -0.049, -0.051, 0.01),
		"negatives' share of ce's loss is 22.5% over the whole training (`dense`)": judgedAs(
			claims.Contrast{Experiment: "dense", A: "ce", Constant: 50, Measure: evidence.NegativeLoss}, -27.5),
		"easy negatives have more of ce's loss than positives, by 79.8 points before training (`boosting`)": judgedAs(
			claims.Contrast{Experiment: "boosting", A: "ce", Measure: evidence.EasyLessPositive, Trained: "ce", Untrained: true}, 79.8),
		"the rank correlation of focal with AdaBoost where ce trains is 1.00 after 100 and 0.88 after 200 images (`boosting`)": judgedAs(
			claims.Contrast{Experiment: "boosting", A: "focal", Constant: 0.9, Measure: evidence.RankWithAdaBoost, Trained: "ce"}, 0.1, -0.02),
		"the rank correlation of focal with AdaBoost where ce trains is 0.00 after 100 images (`boosting`)": judgedAs(
			claims.Contrast{Experiment: "boosting", A: "focal", Constant: 0.9, Measure: evidence.RankWithAdaBoost, Trained: "ce"}, -0.9),
		"focal is farther than ce from AdaBoost's weights where ce trains, by 0.50 nats after 100 and nearer by 0.25 nats after 200 images (`boosting`)": judgedAs(
			claims.Contrast{Experiment: "boosting", A: "focal", B: "ce", Measure: evidence.DivergenceFromAdaBoost, Trained: "ce"}, 0.5, -0.25),
		"AdaBoost gives outliers less of its weight than focal where ce trains, by 1.13 points after 100 images (`boosting`)": judgedAs(
			claims.Contrast{Experiment: "boosting", A: "AdaBoost", B: "focal", Measure: evidence.Outliers, Trained: "ce"}, -1.13),
	} {
		assert.Equal(t, want, cameTo(list))
	}
}
