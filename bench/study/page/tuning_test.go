package page

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/study/evidence"
)

// The page of rates has beside its six seeds what more seeds and longer trainings
// found.
func TestTheTextOnRatesQuotesTheStudy(t *testing.T) {
	q := quoting(t, "docs", "tuning.md")
	after := q.final("rpn-papers")
	q.says("as the papers write them `512 + ce` is %s AP ahead of `all + focal` after %d images", q.by("rpn-papers", "512 + ce", "all + focal", after), after)
	after = q.final("default")
	short := q.ahead("default", "rpn all + focal", "rpn 512 + ce", after)
	q.says("%.1f (%.1f to %.1f) after %d and the %d seeds of [`default`]", short.Mean, short.Low, short.High, after, short.Seeds)
	q.says("cross entropy over a softmax gains 3 to 5 AP by four times its weight, and OHEM 64 loses 3")
	var gains []float64
	for _, images := range q.find("roi-weight").Moments() {
		gains = append(gains, math.Round(q.ahead("roi-weight", "softmax ce, weight 4", "softmax ce", images).Mean))
	}
	q.says("in [`roi-settled`](study/experiments.md#roi-settled) nothing is gained or lost in the last half of %d images, and in [`rpn-settled`](study/experiments.md#rpn-settled) nothing is gained in that of %d, where focal loss falls by %.1f to %.1f",
		q.final("roi-settled"), q.final("rpn-settled"), -q.gained("rpn-settled")[2], -q.gained("rpn-settled")[1])
	assert.Equal(t, []string{"512 + ce", "512 + focal", "all + focal"}, q.find("rpn-settled").Strategies(""))
	assert.Greater(t, slices.Min(q.atRest("roi-settled")), -0.15, "nor lost")
	q.says("With one object of any size a decay of %g was used. In the second stage AP comes to rest too ([`roi-faint-settled`](study/experiments.md#roi-faint-settled), %d images), and on a dense head, at half the rate, it still gains %s in the last half of %d ([`dense-faint-decay`](study/experiments.md#dense-faint-decay))",
		q.find("roi-faint-settled").Kept.Training.WeightDecay, q.final("roi-faint-settled"), fromTo(q.gained("dense-faint-decay")), q.final("dense-faint-decay"))
	assert.Equal(t, q.find("roi-faint-settled").Kept.Training.WeightDecay, q.find("dense-faint-decay").Kept.Training.WeightDecay)
	q.atRest("roi-faint-settled")
	q.says("In the three that gain nothing AP is two to six points lower than without decay")
	q.says("with one object of any size focal loss is %s ahead of cross entropy on 512 regions at the end of `roi-faint`, and %s at that of `roi-faint-settled`",
		q.by("roi-faint", "512 + focal", "512 + ce", q.final("roi-faint")), q.by("roi-faint-settled", "512 + focal", "512 + ce", q.final("roi-faint-settled")))
	for settled, long := range map[string]string{"rpn-settled": "rpn-tiny-long", "roi-settled": "roi-tiny-long", "roi-faint-settled": "roi-faint"} {
		ends := func(name string) []stats.Estimate {
			c, err := q.find(name).Compare(evidence.AP, "", q.final(name))
			require.NoError(t, err)
			return c.Means
		}
		at := ends(settled)
		for i, e := range ends(long) {
			assert.InDelta(t, 4, e.Mean-at[i].Mean, 2, "%s, of strategy %d", settled, i)
		}
		assert.InDelta(t, 0.65, slices.Min(q.gained(long)), 0.3)
		assert.InDelta(t, 0.8, slices.Max(q.gained(long)), 0.3)
	}
	assert.Equal(t, []float64{3, 5}, []float64{slices.Min(gains), slices.Max(gains)})
	assert.InDelta(t, -3, q.ahead("roi-weight", "softmax ohem 64, weight x4", "softmax ohem 64", q.final("roi-weight")).Mean, 0.5)
	after = q.final("rpn-long")
	long := q.ahead("rpn-long", "512 + ce", "all + focal", after)
	q.says("%.1f ± %.1f ahead after %d and the %d of [`rpn-long`]", long.Mean, long.High-long.Mean, after, long.Seeds)
}
