package study

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/losses"
)

// normalised tells experiments with a normalised trunk from others.
func (q quoted) normalised(experiment string) bool {
	q.t.Helper()
	c, err := q.find(experiment).Config()
	require.NoError(q.t, err)
	return c.Detector.Norm
}

// apart is how far the lead of focal loss in one experiment is from that in another,
// with half of its interval: of runs that have nothing in common, and of seeds in pairs.
func (q quoted) apart(one, other string, images int) (by, half, paired float64) {
	q.t.Helper()
	x, y := q.ahead(one, "512 + focal", "512 + ce", images), q.ahead(other, "512 + focal", "512 + ce", images)
	lead := func(experiment string) map[uint64]float64 {
		bySeed := map[uint64]float64{}
		for _, r := range q.find(experiment).values("ap", "", images) {
			switch r.Strategy {
			case "512 + focal":
				bySeed[r.Seed] += r.Value
			case "512 + ce":
				bySeed[r.Seed] -= r.Value
			}
		}
		return bySeed
	}
	with, without := lead(one), lead(other)
	require.Len(q.t, without, len(with))
	var runs []stats.Run
	for seed := range with {
		runs = append(runs, stats.Run{Strategy: one, Seed: seed, Value: with[seed]}, stats.Run{Strategy: other, Seed: seed, Value: without[seed]})
	}
	c, err := stats.Compare([]string{one, other}, runs)
	require.NoError(q.t, err)
	require.Equal(q.t, len(with), c.Differences[0].Seeds)
	return x.Mean - y.Mean, math.Hypot(x.Half(), y.Half()), c.Between(0, 1).Half()
}

// What README says of the second stage is what the runs say.
func TestTheREADMEQuotesTheSecondStage(t *testing.T) {
	q := readme(t)
	final := func(experiment string) int { return q.find(experiment).final() }
	lead := func(experiment string, images int) stats.Estimate {
		t.Helper()
		return q.ahead(experiment, "512 + focal", "512 + ce", images)
	}
	q.run("which trunk is normalised", func(q quoted) {
		var with, without []string
		for i := range q.list {
			s := &q.list[i]
			if !s.Kept() || !slices.Contains(s.strategies(""), "512 + focal") || !slices.ContainsFunc(s.Claims, func(n int) bool { return n == 5 || n == 6 }) {
				continue
			}
			if q.normalised(s.Name) {
				with = append(with, s.Name)
				assert.Positive(q.t, lead(s.Name, s.final()).Low, "%s: focal loss is ahead on 512 regions", s.Name)
			} else {
				without = append(without, s.Name)
				assert.LessOrEqual(q.t, lead(s.Name, s.final()).Low, 0.0, "%s: it is not", s.Name)
			}
		}
		assert.Equal(q.t, []string{"roi-norm", "roi-tiny"}, with, "both settings with a normalised trunk")
		assert.Equal(q.t, []string{"roi", "roi-long", "roi-rate", "roi-small"}, without)
		for _, question := range questions()[:onFront] {
			for _, name := range question.experiments {
				assert.False(q.t, q.normalised(name), "%s: none of the front's table has a normalised trunk", name)
			}
			for _, e := range question.besides {
				says := normalised(e.where)
				assert.Equal(q.t, q.normalised(e.experiment), says, "%s: %s", e.experiment, e.where)
			}
		}
		for _, a := range asked {
			for _, name := range a.experiments {
				assert.Equal(q.t, q.normalised(name), normalised(a.where), "%s: %s", name, a.where)
			}
		}
		for _, a := range axes() {
			for _, p := range a.points {
				assert.Equal(q.t, q.normalised(p.experiment), normalised(p.label), "%s: %s", p.experiment, p.label)
			}
		}
		q.says("On 512 regions it is ahead of cross entropy on them in both settings with a normalised trunk")
		q.says("None of them has a normalised trunk")
	})
	q.run("OHEM, until a training is long", func(q quoted) {
		confidence := inShortConfidence(q.list)
		who := func(experiment string) (may [][]string) {
			contests, err := q.find(experiment).contests(q.find(experiment).comparable("second stage"), confidence)
			require.NoError(q.t, err)
			for _, c := range contests {
				may = append(may, c.may)
			}
			return may
		}
		for _, may := range append(who("roi"), who("roi-long")[:2]...) {
			assert.Equal(q.t, []string{"ohem 64"}, may)
		}
		assert.Greater(q.t, len(who("roi-long")[2]), 1, "the longest")
		norm := who("roi-norm")
		assert.Equal(q.t, []string{"512 + focal", "ohem 64"}, norm[2], "with a normalised trunk it or focal loss on 512 may be the best at the end")
		long := final("roi-long")
		q.says("OHEM 64, until a training is long**, with objects of every size and no normalisation; by itself it is %s AP ahead of cross entropy on 512 regions at the end of the longest. With a normalised trunk it or focal loss on 512 may be the best at the end",
			q.by("roi-long", "ohem 64", "512 + ce", long))
		tiny := final("roi-tiny")
		q.says("there focal loss is %s ahead of cross entropy on 512, by itself. With one faint object in noise, and a normalised trunk, it is %s ahead, and %s of OHEM 64",
			q.by("roi-norm", "512 + focal", "512 + ce", final("roi-norm")), q.by("roi-tiny", "512 + focal", "512 + ce", tiny), q.by("roi-tiny", "512 + focal", "ohem 64", tiny))
	})
	q.run("with a normalised trunk", func(q quoted) {
		norm := q.find("roi-norm")
		q.says("(%d seeds), `roi-long`'s scenes and network with group normalisation: it is ahead by %s after 9600 images, %s after 19200 and %s after 38400, of which the second alone is told beside the claim's others",
			lead("roi-norm", norm.final()).Seeds, interval(lead("roi-norm", 9600), 1), interval(lead("roi-norm", 19200), 1), interval(lead("roi-norm", norm.final()), 1))
		v, err := Claims()[4].Judge(q.list)
		require.NoError(q.t, err)
		var apart []int
		for _, j := range v.Judged {
			if j.Contrast.Experiment == "roi-norm" && j.Contrast.A == "512 + focal" && j.All.Low > 0 {
				apart = append(apart, j.Images)
			}
		}
		assert.Equal(q.t, []int{19200}, apart, "the second alone")
		for _, images := range norm.moments() {
			assert.Positive(q.t, lead("roi-norm", images).Low, "ahead after %d", images)
			assert.Positive(q.t, q.ahead("roi-norm", "128 + ce", "512 + ce", images).Low, "cross entropy is better on 128 after %d", images)
		}
		q.says("Cross entropy on 128 regions is better there than on 512, and focal loss on 512 is %s, %s and %s ahead of it",
			q.by("roi-norm", "512 + focal", "128 + ce", 9600), q.by("roi-norm", "512 + focal", "128 + ce", 19200), q.by("roi-norm", "512 + focal", "128 + ce", norm.final()))
		q.says("In `roi-norm` it is %s ahead after 19200 images, by itself, and not told from it at the end", q.by("roi-norm", "128 + focal", "128 + ce", 19200))
		assert.Positive(q.t, q.ahead("roi-norm", "128 + focal", "128 + ce", 19200).Low)
		assert.False(q.t, told(q.ahead("roi-norm", "128 + focal", "128 + ce", norm.final())))
		contests, err := norm.contests(norm.strategies(""), stats.Confidence)
		require.NoError(q.t, err)
		for _, c := range contests {
			if c.images == 19200 {
				assert.Greater(q.t, len(c.may), 1, "not after %d", c.images)
			} else {
				assert.Equal(q.t, []string{"ohem 64"}, c.may, "leads all of them after %d", c.images)
			}
		}
		q.says("There OHEM 64 leads the other four after 9600 and %d images, of that experiment alone, by %s at the end", norm.final(), interval(contests[len(contests)-1].ahead, 1))
	})
	q.run("without", func(q quoted) {
		q.says("Without normalisation, on 512, it is %s behind after 12000 and %s after %d (`roi`)", q.by("roi", "512 + ce", "512 + focal", 12000), q.by("roi", "512 + ce", "512 + focal", final("roi")), final("roi"))
		long := q.find("roi-long")
		q.says("in `roi-long` it is %s behind after 4800, and not told from it from 9600 on", q.by("roi-long", "512 + ce", "512 + focal", 4800))
		for _, images := range []int{9600, 19200, 38400, long.final()} {
			assert.False(q.t, told(lead("roi-long", images)), "not told after %d", images)
		}
		rate := q.find("roi-rate")
		q.says("At the rate of `roi-norm`, with weights matched anew, its lead is %s after 9600 images and %s after %d (`roi-rate`, %d seeds)",
			difference(lead("roi-rate", 9600), 1), difference(lead("roi-rate", rate.final()), 1), rate.final(), lead("roi-rate", rate.final()).Seeds)
		assert.Equal(q.t, q.find("roi-norm").rate("512 + ce"), rate.rate("512 + ce"), "at the rate of roi-norm")
		early, earlyHalf, earlyPaired := q.apart("roi-norm", "roi-rate", 9600)
		q.says("are %s ± %s apart after 9600 images, ± %s with seeds in pairs, and not told apart after 4800 and %d: whether normalisation is the cause is open",
			number(early, 1), number(earlyHalf, 1), number(earlyPaired, 1), rate.final())
		assert.Greater(q.t, early, earlyHalf)
		assert.Less(q.t, early, earlyPaired)
		for _, images := range []int{4800, rate.final()} {
			by, half, paired := q.apart("roi-norm", "roi-rate", images)
			assert.Less(q.t, math.Abs(by), min(half, paired), "not told apart after %d", images)
		}
	})
	q.run("a faint object", func(q quoted) {
		tiny := q.find("roi-tiny")
		q.says("focal loss is ahead at every budget, by %s on 128 regions and %s on 512 at the end (%d seeds, one rate, the best of four for cross entropy on 512)",
			q.by("roi-tiny", "128 + focal", "128 + ce", tiny.final()), q.by("roi-tiny", "512 + focal", "512 + ce", tiny.final()), lead("roi-tiny", tiny.final()).Seeds)
		q.narrow("roi-tiny")
		assert.False(q.t, tiny.unequal(tiny.strategies("")), "one rate")
		for _, images := range tiny.moments() {
			for _, regions := range []string{"128", "512"} {
				assert.Positive(q.t, q.ahead("roi-tiny", regions+" + focal", regions+" + ce", images).Low, "%s after %d images", regions, images)
			}
		}
		q.says("OHEM 64 is %s behind it there, and not told from cross entropy on 512", q.by("roi-tiny", "512 + focal", "ohem 64", tiny.final()))
		assert.False(q.t, told(q.ahead("roi-tiny", "ohem 64", "512 + ce", tiny.final())))
	})
	q.run("what the lead is made of", func(q quoted) {
		gamma, focus := final("roi-gamma"), final("roi-focus")
		q.says("where nothing but gamma differs, 2 is %s ahead of 0 with the same alpha, which is not told from cross entropy ([`roi-gamma`](docs/study/README.md#roi-gamma), %d seeds)",
			q.by("roi-gamma", "gamma 2, weight .177", "gamma 0, weight .177", gamma), q.ahead("roi-gamma", "gamma 2, weight .177", "gamma 0, weight .177", gamma).Seeds)
		q.says("with weights matched for each it is %s ahead ([`roi-focus`](docs/study/README.md#roi-focus), %d seeds)",
			q.by("roi-focus", "gamma 2, alpha .25", "gamma 0, alpha .25", focus), q.ahead("roi-focus", "gamma 2, alpha .25", "gamma 0, alpha .25", focus).Seeds)
		assert.False(q.t, told(q.ahead("roi-gamma", "gamma 0, weight .177", "ce", gamma)))
		c, err := q.find("roi-gamma").Config()
		require.NoError(q.t, err)
		zero, two := c.Strategies[1].Clone(), c.Strategies[2].Clone()
		require.Equal(q.t, []string{"gamma 0, weight .177", "gamma 2, weight .177"}, []string{zero.Name, two.Name})
		assert.Equal(q.t, losses.Focal{Alpha: 0.25, Gamma: 2}, two.ROI.Cls)
		zero.Name, zero.ROI.Cls = two.Name, two.ROI.Cls
		assert.Equal(q.t, two, zero, "nothing but gamma differs")
	})
	q.run("on 128 regions, and on small objects", func(q quoted) {
		roi, small := final("roi"), final("roi-small")
		q.says("focal loss is %s behind cross entropy after 12000 images and %s after %d (`roi`), and not told from it at the end of `roi-long`",
			q.by("roi", "128 + ce", "128 + focal", 12000), q.by("roi", "128 + ce", "128 + focal", roi), roi)
		assert.False(q.t, told(q.ahead("roi-long", "128 + ce", "128 + focal", final("roi-long"))))
		q.says("with small objects it is %s behind after %d (`roi-small`), where cross entropy on 128 or OHEM 64 may be the best", q.by("roi-small", "128 + ce", "128 + focal", small), small)
		assert.Equal(q.t, []string{"128 + ce", "ohem 64"}, q.end("roi-small", q.find("roi-small").strategies("")).may)
	})
}

// normalised reports whether a text speaks of a normalised trunk.
func normalised(text string) bool { return strings.Contains(text, "normalised") }
