package page

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/strategy"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
	"detsample/losses"
)

// normalised tells experiments with a normalised trunk from others.
func (q quoted) normalised(experiment string) bool {
	q.t.Helper()
	c, err := q.find(experiment).Config()
	require.NoError(q.t, err)
	return c.Detector.Norm
}

// lead is how far focal loss is ahead of cross entropy on 512 regions.
func (q quoted) lead(experiment string, images int) stats.Estimate {
	q.t.Helper()
	return q.ahead(experiment, "512 + focal", "512 + ce", images)
}

// apart is how far the lead of focal loss in one experiment is from that in another,
// of seeds in pairs.
func (q quoted) apart(one, other string, images int) stats.Estimate {
	q.t.Helper()
	lead := func(experiment string) []stats.Run {
		return q.leads(experiment, experiment, "512 + focal", "512 + ce", images)
	}
	return q.paired(lead(one), lead(other))
}

// What docs/answers.md says of the second stage is what the runs say.
func TestTheAnswersQuoteTheSecondStage(t *testing.T) {
	q := quoting(t, "docs", "answers.md")
	q.run("on photographs", func(q quoted) {
		cells := quoted{q.t, q.text, keptOf(q.t, filepath.Join(keptIn, "cells"))}
		s := cells.find("roi")
		moments, gained := s.Moments(), cells.gained("roi")
		early, end := moments[0], s.Final()
		for images, passes := range map[int]int{early: 20, moments[1]: 41, end: 82} {
			assert.Equal(q.t, passes, images/292)
		}
		assert.InDelta(q.t, 3, s.Imbalance([]string{"512 + ce"}), 0.5, "negatives for each positive")
		q.says("nothing more is gained from 41 to 82 passes (%.1f to %.1f AP, five seeds)", slices.Min(gained), slices.Max(gained))
		assert.Equal(q.t, 5, s.SeedsRun())
		assert.Equal(q.t, "at rates of 0.002 and 0.008", unlike(s, "ohem 64", "512 + ce"))
		q.says("OHEM 64 is %s behind cross entropy on 512 regions after 20 passes, at a quarter of its rate, and not distinguishable from it after 82", cells.by("roi", "512 + ce", "ohem 64", early))
		assert.True(q.t, told(cells.ahead("roi", "512 + ce", "ohem 64", early)))
		assert.False(q.t, told(cells.ahead("roi", "512 + ce", "ohem 64", end)))
		for _, images := range []int{early, end} {
			for _, regions := range []string{"512", "128"} {
				assert.False(q.t, told(cells.ahead("roi", regions+" + focal", regions+" + ce", images)), "%s after %d", regions, images)
			}
		}
		q.says("128 regions are ahead of 512 after 82 passes, by itself: %s under cross entropy, at half the rate, and %s under focal loss, at twice the rate",
			cells.by("roi", "128 + ce", "512 + ce", end), cells.by("roi", "128 + focal", "512 + focal", end))
		for _, loss := range []string{" + ce", " + focal"} {
			assert.Positive(q.t, cells.ahead("roi", "128"+loss, "512"+loss, end).Low, loss)
		}
		assert.Equal(q.t, "at rates of 0.004 and 0.008", unlike(s, "128 + ce", "512 + ce"))
		assert.Equal(q.t, "at rates of 0.004 and 0.002", unlike(s, "128 + focal", "512 + focal"))
	})
	q.run("which trunk is normalised", func(q quoted) {
		var with, without []string
		for i := range q.list {
			s := &q.list[i]
			if !s.HasRuns() || !slices.Contains(s.Strategies(""), "512 + focal") || !slices.ContainsFunc(s.Claims, func(n int) bool { return n == 5 || n == 6 }) {
				continue
			}
			if s.Name == "roi-faint-settled" {
				assert.LessOrEqual(q.t, q.lead(s.Name, s.Final()).Low, 0.0, "it is not where weights decay the most")
				continue
			}
			if q.normalised(s.Name) {
				with = append(with, s.Name)
				assert.Positive(q.t, q.lead(s.Name, s.Final()).Low, "%s: focal loss is ahead on 512 regions", s.Name)
			} else {
				without = append(without, s.Name)
				assert.LessOrEqual(q.t, q.lead(s.Name, s.Final()).Low, 0.0, "%s: it is not", s.Name)
			}
		}
		assert.Equal(q.t, []string{"roi-norm", "roi-tiny", "roi-tiny-long", "roi-faint", "roi-settled"}, with, "all experiments with a normalised trunk")
		assert.Equal(q.t, []string{"roi", "roi-long", "roi-rate", "roi-small"}, without)
		for _, question := range questions() {
			for _, name := range question.experiments {
				assert.Equal(q.t, q.normalised(name), normalised(question.where()), "%s: %s", name, question.where())
			}
			for _, name := range question.besides {
				where := conditions[name].before()
				assert.Equal(q.t, q.normalised(name), normalised(where), "%s: %s", name, where)
			}
		}
		for _, claim := range claims.All() {
			for _, c := range claim.Contrasts {
				assert.Equal(q.t, q.normalised(c.Experiment), normalised(predicts(&c)), "%s: %s", c.Experiment, predicts(&c))
			}
		}
		for _, a := range asked {
			for _, name := range a.experiments {
				assert.Equal(q.t, q.normalised(name), normalised(a.where()), "%s: %s", name, a.where())
			}
		}
		for _, a := range axes() {
			for _, p := range a.points {
				assert.Equal(q.t, q.normalised(p.experiment), normalised(p.label), "%s: %s", p.experiment, p.label)
			}
		}
		for _, link := range []string{"roi-link", "roi-link-norm"} {
			assert.Positive(q.t, q.ahead(link, "sigmoid focal", "softmax ce", q.final(link)).Low, link)
		}
		q.says("Over sigmoids, on 512 regions, it is ahead of cross entropy over a softmax on them, each interval by itself, in all experiments with a normalised trunk that compare the two but `roi-faint-settled`, where weights decay the most: `roi-norm`, `roi-tiny`, `roi-tiny-long`, `roi-faint` and `roi-settled`, and `roi-focus` and `roi-gamma`, which are of `roi-tiny`'s scenes and have some of its runs; and in `roi-link` and `roi-link-norm`, of which more below. Without normalisation it is not ahead at the end, on generated scenes, and in `roi` it is behind")
		for experiment, focal := range map[string]string{"roi-focus": "gamma 2, alpha .25", "roi-gamma": "gamma 2, weight .122"} {
			assert.True(q.t, q.normalised(experiment), experiment)
			assert.Positive(q.t, q.ahead(experiment, focal, "ce", q.final(experiment)).Low, experiment)
			shared := 0
			tiny := q.find("roi-tiny").Runs
			for i := range tiny {
				for k := range q.find(experiment).Runs {
					if r := &q.find(experiment).Runs[k]; r.Seed == tiny[i].Seed && slices.Equal(r.Curve, tiny[i].Curve) {
						shared++
					}
				}
			}
			assert.Positive(q.t, shared, "%s has some of its runs", experiment)
		}
		assert.Negative(q.t, q.lead("roi", q.final("roi")).High)
	})
	q.run("with a normalised trunk", func(q quoted) {
		norm := q.find("roi-norm")
		v, err := claims.All()[4].Judge(q.list)
		require.NoError(q.t, err)
		var apart, more []int
		for _, j := range v.Judged {
			if j.Contrast.Experiment == "roi-norm" && j.Contrast.A == "512 + focal" && j.All.Low > 0 {
				apart = append(apart, j.Images)
				if j.All.Low > 1 {
					more = append(more, j.Images)
				}
			}
		}
		assert.Equal(q.t, []int{19200}, apart, "told after 19200 images alone")
		assert.Equal(q.t, []int{19200}, more, "to be more than 1 after 19200 alone")
		for _, images := range norm.Moments() {
			assert.Positive(q.t, q.lead("roi-norm", images).Low, "ahead after %d", images)
			assert.Positive(q.t, q.ahead("roi-norm", "128 + ce", "512 + ce", images).Low, "cross entropy is better on 128 after %d", images)
		}
		q.says("Focal loss on 512 is ahead of the better cross entropy there, that on 128, by %s, %s and %s after 9600, 19200 and %d images; beside all of the claim's differences its lead on 512 is significant after 19200 images alone, and there it is significantly more than 1",
			q.by("roi-norm", "512 + focal", "128 + ce", 9600), q.by("roi-norm", "512 + focal", "128 + ce", 19200), q.by("roi-norm", "512 + focal", "128 + ce", norm.Final()), norm.Final())
		contests, err := norm.Contests(norm.Strategies(""), stats.Confidence)
		require.NoError(q.t, err)
		for _, c := range contests {
			if c.Images == 19200 {
				assert.Greater(q.t, len(c.May), 1, "not after %d", c.Images)
			} else {
				assert.Equal(q.t, []string{"ohem 64"}, c.May, "leads all of them after %d", c.Images)
			}
		}
		q.says("Of the five strategies of `roi-norm` alone OHEM 64 leads the other four after 9600 and %d images, by %s at the end", norm.Final(), interval(contests[len(contests)-1].Ahead, 1))
	})
	q.run("without", func(q quoted) {
		long := q.find("roi-long")
		q.says("In `roi-long` focal loss is behind early, by %s on 512 regions after 4800 images, and not distinguishable from cross entropy on them from 9600 on", q.by("roi-long", "512 + ce", "512 + focal", 4800))
		for _, images := range []int{9600, 19200, 38400, long.Final()} {
			assert.False(q.t, told(q.lead("roi-long", images)), "not told after %d", images)
		}
		rate := q.find("roi-rate")
		q.says("there focal loss on 512 leads cross entropy on 512 by %s AP after 9600 images and %s after %d, where all three of its strategies have more AP than at `roi-long`'s rate",
			difference(q.lead("roi-rate", 9600), 1), difference(q.lead("roi-rate", rate.Final()), 1), rate.Final())
		assert.Equal(q.t, rateOf(q.find("roi-norm"), "512 + ce"), rateOf(rate, "512 + ce"), "at the rate of roi-norm")
		faster, err := rate.Compare(evidence.AP, "", rate.Final())
		require.NoError(q.t, err)
		slower, err := long.Among(faster.Strategies(), rate.Final())
		require.NoError(q.t, err)
		for i, e := range faster.Means {
			assert.Greater(q.t, e.Mean, slower.Means[i].Mean, "%s has more", faster.Strategies()[i])
		}
		higher := make([]any, 0, 4)
		for _, images := range rate.Moments() {
			e := q.apart("roi-norm", "roi-rate", images)
			assert.Positive(q.t, e.Low, "after %d", images)
			higher = append(higher, interval(e, 1))
			if images == rate.Final() {
				higher = append(higher, e.Seeds)
			}
		}
		q.says("the lead is %s higher with normalisation after 4800 images, %s after 9600 and %s after 19200 (%d seeds in pairs, each budget by itself)", higher...)
	})
	q.run("OHEM 64", func(q quoted) {
		assert.Equal(q.t, []string{"ohem 64"}, q.end("roi", q.find("roi").Strategies("")).May)
		assert.Equal(q.t, []string{"512 + focal", "ohem 64"}, q.end("roi-long", q.find("roi-long").Strategies("")).May)
		q.says("At the end of `roi` it is %s ahead, and leads all five, of that experiment alone; at the end of `roi-long` %s, and focal loss on 512 may be the best as well",
			q.by("roi", "ohem 64", "512 + ce", q.final("roi")), q.by("roi-long", "ohem 64", "512 + ce", q.final("roi-long")))
	})
	q.run("128 or 512", func(q quoted) {
		ahead := func(loss, experiment string, images int) stats.Estimate {
			return q.ahead(experiment, "128 + "+loss, "512 + "+loss, images)
		}
		for experiment, budgets := range map[string][]int{"roi": {6000, 12000}, "roi-long": {19200}, "roi-norm": q.find("roi-norm").Moments(), "roi-small": {q.final("roi-small")}} {
			for _, images := range budgets {
				assert.Positive(q.t, ahead("ce", experiment, images).Low, "%s after %d", experiment, images)
			}
		}
		q.says("They are %s behind after half of `roi-long`, and %s and %s at the end of `roi` and `roi-long`", q.by("roi-long", "512 + ce", "128 + ce", 38400), q.by("roi", "512 + ce", "128 + ce", q.final("roi")), q.by("roi-long", "512 + ce", "128 + ce", q.final("roi-long")))
		var behind []float64
		for _, experiment := range []string{"roi", "roi-long", "roi-norm", "roi-small"} {
			e := ahead("focal", experiment, q.final(experiment))
			assert.Negative(q.t, e.High, experiment)
			behind = append(behind, -e.Mean)
		}
		q.says("Under focal loss they are behind at the end of all of these, by %.1f to %.1f", slices.Min(behind), slices.Max(behind))
		q.says("With one faint object they are not told apart under cross entropy; under focal loss they are %s behind at the end of `roi-tiny`, and %s at that of `roi-tiny-long`",
			q.by("roi-tiny", "512 + focal", "128 + focal", q.final("roi-tiny")), q.by("roi-tiny-long", "512 + focal", "128 + focal", q.final("roi-tiny-long")))
		for _, experiment := range []string{"roi-tiny", "roi-tiny-long", "roi-faint", "roi-settled", "roi-faint-settled"} {
			assert.False(q.t, told(ahead("ce", experiment, q.final(experiment))), experiment)
		}
		q.says("and %s at that of `roi-faint`, which are not significant, and %s at that of `roi-settled`, by itself", q.by("roi-faint", "512 + focal", "128 + focal", q.final("roi-faint")), q.by("roi-settled", "512 + focal", "128 + focal", q.final("roi-settled")))
		assert.Negative(q.t, ahead("focal", "roi-settled", q.final("roi-settled")).High, "by itself")
		assert.False(q.t, told(ahead("focal", "roi-faint", q.final("roi-faint"))))
		assert.False(q.t, told(ahead("focal", "roi-tiny-long", q.final("roi-tiny-long"))))
	})
	q.run("a faint object", func(q quoted) {
		tiny := q.find("roi-tiny")
		q.narrow("roi-tiny")
		assert.False(q.t, unequal(tiny, tiny.Strategies("")), "one rate")
		for _, images := range tiny.Moments() {
			for _, regions := range []string{"128", "512"} {
				assert.Positive(q.t, q.ahead("roi-tiny", regions+" + focal", regions+" + ce", images).Low, "%s after %d images", regions, images)
			}
		}
		longer := q.final("roi-tiny-long")
		q.says("With one faint object it is not distinguishable from cross entropy in `roi-tiny`, and %s behind focal loss on 512; in `roi-tiny-long` it is %s and %s behind the two, each by itself",
			q.by("roi-tiny", "512 + focal", "ohem 64", tiny.Final()), q.by("roi-tiny-long", "512 + ce", "ohem 64", longer), q.by("roi-tiny-long", "512 + focal", "ohem 64", longer))
		for _, ahead := range []string{"512 + ce", "512 + focal"} {
			assert.Positive(q.t, q.ahead("roi-tiny-long", ahead, "ohem 64", longer).Low, "by itself")
		}
		assert.False(q.t, told(q.ahead("roi-tiny", "ohem 64", "512 + ce", tiny.Final())))
		faint := q.final("roi-faint")
		q.says("Where the object is of any size (`roi-faint`) it is %s behind focal loss on 512, and %s behind cross entropy", q.by("roi-faint", "512 + focal", "ohem 64", faint), q.by("roi-faint", "512 + ce", "ohem 64", faint))
		decayed := q.final("roi-faint-settled")
		q.says("where weights decay (`roi-faint-settled`) it is not distinguishable from either")
		for _, other := range []string{"512 + focal", "512 + ce"} {
			assert.False(q.t, told(q.ahead("roi-faint-settled", other, "ohem 64", decayed)), other)
		}
	})
	q.run("where nothing is gained any more", func(q quoted) {
		s, gained := q.find("roi-settled"), q.atRest("roi-settled")
		q.narrow("roi-settled")
		leads := func(s *evidence.Experiment) (on []any) {
			for _, regions := range []string{"512", "128"} {
				for _, images := range s.Moments() {
					on = append(on, q.by(s.Name, regions+" + focal", regions+" + ce", images))
				}
			}
			return on
		}
		q.says("Where nothing is gained any more (`roi-settled`, whose weights decay: %s AP in the last half of %d images, %d seeds) it is", fromTo(gained), s.Final(), s.SeedsRun())
		q.says("it is %s, %s and %s ahead on 512 after a quarter, half and the end, and %s, %s and %s on 128", leads(s)...)
		q.says("there OHEM 64 is %s behind cross entropy on 512", q.by("roi-settled", "512 + ce", "ohem 64", s.Final()))
		s, gained = q.find("roi-faint-settled"), q.atRest("roi-faint-settled")
		for _, images := range s.Budgets()[1:] {
			for _, pair := range [][2]string{{"512 + focal", "512 + ce"}, {"128 + focal", "128 + ce"}, {"512 + ce", "128 + ce"}, {"512 + ce", "ohem 64"}} {
				assert.LessOrEqual(q.t, q.ahead("roi-faint-settled", pair[0], pair[1], images).Half(), evidence.HalfAsked, "%s after %d", pair, images)
			}
		}
		q.says("Not where weights decay as in `roi-faint-settled`: there focal loss on 512 is not distinguishable from cross entropy or OHEM 64, and on 128 it is behind cross entropy, by itself")
		assert.Negative(q.t, q.ahead("roi-faint-settled", "128 + focal", "128 + ce", s.Final()).High)
		for _, other := range []string{"512 + ce", "ohem 64"} {
			assert.False(q.t, told(q.ahead("roi-faint-settled", "512 + focal", other, s.Final())), other)
		}
		q.says("With one of any size AP is at rest at twice that decay (`roi-faint-settled`: %s AP in the last half of %d images, %d seeds), and focal loss does not lead: it is", fromTo(gained), s.Final(), s.SeedsRun())
		q.says("it is %s, %s and %s ahead on 512 after a quarter, half and the end, and %s, %s and %s on 128", leads(s)...)
		for _, images := range s.Budgets()[1:] {
			assert.LessOrEqual(q.t, q.ahead("roi-faint-settled", "512 + focal", "512 + ce", images).Low, 0.0, "it does not lead after %d", images)
		}
		first := s.Budgets()[1]
		q.says("Nor does it after %d images, by %s on 512, where AP still rises: so not because nothing is left to gain", first, q.by("roi-faint-settled", "512 + focal", "512 + ce", first))
		decayed, err := s.Recall([]string{"512 + focal", "512 + ce"}, 300)
		require.NoError(q.t, err)
		faint := q.find("roi-faint")
		all, err := faint.Recall(faint.Strategies(""), 300)
		require.NoError(q.t, err)
		var plain []float64
		for _, e := range all {
			plain = append(plain, e.Mean)
		}
		q.says("Under focal loss on 512 its proposals reach %.0f AR@300 at the end and under cross entropy %.0f, where they reach %.0f to %.0f in `roi-faint`", decayed[0].Mean, decayed[1].Mean, slices.Min(plain), slices.Max(plain))
	})
	q.run("whether anything is left to gain", func(q quoted) {
		long, gained := q.find("roi-tiny-long"), q.gained("roi-tiny-long")
		q.says("(`roi-tiny-long`: %.1f to %.1f AP gained in the last half of %d images, %d seeds): focal loss is %s ahead of cross entropy on 512 regions and %s on 128, and %s ahead of OHEM 64 on 512",
			slices.Min(gained), slices.Max(gained), long.Final(), long.SeedsRun(), q.by("roi-tiny-long", "512 + focal", "512 + ce", long.Final()),
			q.by("roi-tiny-long", "128 + focal", "128 + ce", long.Final()), q.by("roi-tiny-long", "512 + focal", "ohem 64", long.Final()))
		q.narrow("roi-tiny-long")
		faint, left := q.find("roi-faint"), q.gained("roi-faint")
		q.says("With one of any size (`roi-faint`: %.1f to %.1f AP gained in the last half of %d images, %d seeds) it is ahead as well, by %s on 512 and %s on 128",
			slices.Min(left), slices.Max(left), faint.Final(), faint.SeedsRun(), q.by("roi-faint", "512 + focal", "512 + ce", faint.Final()), q.by("roi-faint", "128 + focal", "128 + ce", faint.Final()))
		q.narrow("roi-faint")
		for _, images := range faint.Moments() {
			for _, regions := range []string{"512", "128"} {
				assert.Positive(q.t, q.ahead("roi-faint", regions+" + focal", regions+" + ce", images).Low, "on %s after %d", regions, images)
			}
		}
		change := q.fall("roi-faint", "512 + focal", "512 + ce", faint.Moments()[0], faint.Final())
		assert.False(q.t, told(change))
		q.says("the lead on 512 is %s after a quarter and falls by %s from there, which is not significant", q.by("roi-faint", "512 + focal", "512 + ce", faint.Moments()[0]), interval(change, 1))
		v, err := claims.All()[5].Judge(q.list)
		require.NoError(q.t, err)
		told := 0
		for _, j := range v.Judged {
			if j.Experiment == "roi-tiny-long" && strings.HasSuffix(j.A, " + focal") {
				assert.Equal(q.t, claims.Holds, j.Outcome, "%s less %s after %d", j.A, j.B, j.Images)
				told++
			}
		}
		assert.Equal(q.t, 6, told, "on both numbers of regions, after a quarter, half and the whole")
		quarter := long.Moments()[0]
		fall := q.fall("roi-tiny-long", "512 + focal", "512 + ce", quarter, long.Final())
		assert.Positive(q.t, fall.Low, "by itself")
		q.says("On 512 the lead falls by %s from a quarter to the end, by itself", interval(fall, 1))
	})
	q.run("what the lead is made of", func(q quoted) {
		gamma := q.final("roi-gamma")
		q.says("where nothing but gamma differs, gamma 2 is %s ahead of gamma 0, and gamma 0 is not distinguishable from cross entropy ([`roi-gamma`](study/experiments.md#roi-gamma), %d seeds)",
			q.by("roi-gamma", "gamma 2, weight .177", "gamma 0, weight .177", gamma), q.ahead("roi-gamma", "gamma 2, weight .177", "gamma 0, weight .177", gamma).Seeds)
		assert.False(q.t, told(q.ahead("roi-gamma", "gamma 0, weight .177", "ce", gamma)))
		c, err := q.find("roi-gamma").Config()
		require.NoError(q.t, err)
		zero, two := c.Strategies[1].Clone(), c.Strategies[2].Clone()
		require.Equal(q.t, []string{"gamma 0, weight .177", "gamma 2, weight .177"}, []string{zero.Name, two.Name})
		assert.Equal(q.t, losses.Focal{Alpha: 0.25, Gamma: 2}, two.ROI.Cls)
		zero.Name, zero.ROI.Cls = two.Name, two.ROI.Cls
		assert.Equal(q.t, two, zero, "nothing but gamma differs")
	})
	q.run("the link", func(q quoted) {
		link := q.find("roi-link")
		c, err := link.Config()
		require.NoError(q.t, err)
		faint, err := q.find("roi-faint").Config()
		require.NoError(q.t, err)
		assert.Equal(q.t, faint.Scenes, c.Scenes)
		assert.Equal(q.t, faint.Detector, c.Detector)
		for of, s := range map[int]string{0: "512 + ce", 3: "512 + focal"} {
			at := slices.IndexFunc(faint.Strategies, func(x strategy.Strategy) bool { return x.Name == s })
			theirs, ours := faint.Strategies[at].ROI, c.Strategies[of].ROI
			assert.Equal(q.t, []any{theirs.Cls, theirs.Norm, theirs.Sampler}, []any{ours.Cls, ours.Norm, ours.Sampler}, s)
		}
		for _, pair := range [][2]int{{0, 1}, {2, 3}, {0, 4}, {2, 5}} {
			a, b := *c.Strategies[pair[0]].ROI, *c.Strategies[pair[1]].ROI
			a.ClsWeight, a.BoxWeight = b.ClsWeight, b.BoxWeight
			if pair[1] < 4 {
				a.Cls = b.Cls
			} else {
				a.Norm = b.Norm
			}
			assert.Equal(q.t, b, a, "%s: nothing but the loss, or its normaliser, and matched weights", c.Strategies[pair[1]].Name)
		}
		var ofLink, ofFocus, overSoftmax []any
		for _, images := range link.Moments() {
			lead := q.ahead("roi-link", "sigmoid ce", "softmax ce", images)
			assert.Positive(q.t, lead.Low, "by itself after %d", images)
			assert.False(q.t, told(q.ahead("roi-link", "softmax focal", "softmax ce", images)), "%d", images)
			assert.Greater(q.t, 2*lead.Mean, q.ahead("roi-link", "sigmoid focal", "softmax ce", images).Mean, "most of it, after %d", images)
			ofLink, ofFocus = append(ofLink, interval(lead, 1)), append(ofFocus, interval(q.ahead("roi-link", "sigmoid focal", "sigmoid ce", images), 1))
			overSoftmax = append(overSoftmax, difference(q.ahead("roi-link", "softmax focal", "softmax ce", images), 1))
		}
		q.says("has both losses over both, and cross entropy with either normaliser, on the scenes of `roi-faint` (%d seeds, each at its matched weight)", link.SeedsRun())
		q.says("Cross entropy over sigmoids is %s, %s and %s ahead of that over a softmax after 12800, 25600 and 51200 images, each by itself", ofLink...)
		q.says("Focal loss is %s, %s and %s ahead of cross entropy over sigmoids", ofFocus...)
		q.says("of the lead in `roi-faint` more is the sigmoids' than the focus's, which is significant at the end of `roi-link` and not before")
		for _, images := range link.Moments() {
			more := q.paired(q.leads("link", "roi-link", "sigmoid ce", "softmax ce", images), q.leads("focus", "roi-link", "sigmoid focal", "sigmoid ce", images))
			assert.Equal(q.t, images == 51200, more.Low > 0, "after %d: %+v", images, more)
		}
		q.says("and over a softmax it is not distinguishable from it: %s, %s and %s ahead", overSoftmax...)
		assert.Equal(q.t, []int{12800, 25600, 51200}, link.Moments())
		softmax, sigmoids := q.ahead("roi-link", "softmax ce, positives", "softmax ce", 51200), q.ahead("roi-link", "sigmoid ce", "sigmoid ce, sampled", 51200)
		q.says("The normaliser makes no significant difference: divided by positives, cross entropy is %s ahead over a softmax at the end, and %s over sigmoids", difference(softmax, 1), difference(sigmoids, 1))
		assert.False(q.t, told(softmax) || told(sigmoids))
	})
	q.run("the link, of three classes", func(q quoted) {
		const experiment = "roi-link-norm"
		assert.Equal(q.t, []int{9600, 19200, 38400}, q.find(experiment).Moments())
		by := func(a, b string) (list []any) {
			for _, images := range q.find(experiment).Moments() {
				list = append(list, q.by(experiment, a, b, images))
				assert.True(q.t, told(q.ahead(experiment, a, b, images)), "%s before %s after %d", a, b, images)
			}
			return list
		}
		q.says("`roi-norm`'s scenes and network, %d seeds", q.find(experiment).SeedsRun())
		q.says("Cross entropy over sigmoids is %s, %s and %s ahead of that over a softmax after 9600, 19200 and 38400 images", by("sigmoid ce", "softmax ce")...)
		q.says("Over a softmax focal loss is %s, %s and %s ahead of cross entropy", by("softmax focal", "softmax ce")...)
		q.says("over sigmoids it is %s and %s behind it after the first two, and level with it at the end, %s", q.by(experiment, "sigmoid ce", "sigmoid focal", 9600), q.by(experiment, "sigmoid ce", "sigmoid focal", 19200),
			difference(q.ahead(experiment, "sigmoid focal", "sigmoid ce", 38400), 1))
		assert.False(q.t, told(q.ahead(experiment, "sigmoid focal", "sigmoid ce", 38400)))
		q.says("OHEM 64 over sigmoids is %s, %s and %s ahead of cross entropy over them", by("sigmoid ohem 64", "sigmoid ce")...)
		norm, err := q.find("roi-norm").Config()
		require.NoError(q.t, err)
		c, err := q.find(experiment).Config()
		require.NoError(q.t, err)
		assert.Equal(q.t, norm.Scenes, c.Scenes)
		assert.Equal(q.t, norm.Detector, c.Detector)
	})
	q.run("or a larger weight", func(q quoted) {
		const experiment = "roi-weight"
		var larger, left []any
		var share []float64 // in sixths
		for _, images := range q.find(experiment).Moments() {
			weight, link := q.ahead(experiment, "softmax ce, weight 4", "softmax ce", images), q.ahead(experiment, "sigmoid ce", "softmax ce, weight 4", images)
			larger, left = append(larger, interval(weight, 1)), append(left, difference(link, 1))
			assert.Positive(q.t, weight.Low, "after %d", images)
			share = append(share, math.Round(6*weight.Mean/(weight.Mean+link.Mean)))
		}
		q.says("At four times its weight cross entropy over a softmax is %s, %s and %s ahead of itself at the papers' ([`roi-weight`](study/experiments.md#roi-weight), %d seeds)", append(larger, q.find(experiment).SeedsRun())...)
		q.says("and cross entropy over sigmoids is %s, %s and %s ahead of it", left...)
		q.says("So of the link's lead about a third is the weight's after a quarter of the training, half after half of it, and two thirds at the end")
		assert.Equal(q.t, []float64{2, 3, 4}, share)
		var mined, heavier64 []any
		for _, images := range q.find(experiment).Moments() {
			mined = append(mined, difference(q.ahead(experiment, "softmax ohem 64", "softmax ce, weight 4", images), 1))
			heavier64 = append(heavier64, difference(q.ahead(experiment, "softmax ohem 64, weight x4", "softmax ohem 64", images), 1))
		}
		q.says("OHEM 64 over a softmax, at its matched weight, is %s, %s and %s ahead of cross entropy at four times the weight", mined...)
		q.says("At four times its own weight it is %s, %s and %s ahead of itself", heavier64...)
		shared := 0
		for _, r := range q.find(experiment).Runs {
			for _, other := range q.find("roi-link-norm").Runs {
				if r.Strategy == other.Strategy && r.Seed == other.Seed {
					assert.Equal(q.t, other.Curve, r.Curve, "%s %d: the same run", r.Strategy, r.Seed)
					shared++
				}
			}
		}
		assert.Equal(q.t, 24, shared)
		c, err := q.find(experiment).Config()
		require.NoError(q.t, err)
		heavier := c.Strategies[1]
		roi := *heavier.ROI
		assert.Equal(q.t, 4*c.Strategies[0].ROI.ClsWeight, roi.ClsWeight)
		roi.ClsWeight = c.Strategies[0].ROI.ClsWeight
		assert.Equal(q.t, *c.Strategies[0].ROI, roi, "nothing but the weight")
	})
	q.run("small objects", func(q quoted) {
		q.says("of the five strategies of `roi-small` alone, cross entropy on 128 or OHEM 64 may be the best, after a training that is far from done")
		assert.Greater(q.t, slices.Min(q.gained("roi-small")), 10.0)
		one, err := q.find("roi-small").Config()
		require.NoError(q.t, err)
		other, err := q.find("roi-tiny").Config()
		require.NoError(q.t, err)
		assert.LessOrEqual(q.t, one.Scenes.MinSize, other.Scenes.MinSize, "as small")
		assert.GreaterOrEqual(q.t, one.Scenes.MaxSize, other.Scenes.MaxSize, "as small")
		assert.Equal(q.t, []string{"512 + focal"}, q.end("roi-tiny", q.find("roi-tiny").Strategies("")).May, "leads the other four")
		assert.Equal(q.t, []string{"128 + ce", "ohem 64"}, q.end("roi-small", q.find("roi-small").Strategies("")).May)
	})
}

// normalised reports whether a text speaks of a normalised trunk.
func normalised(text string) bool { return strings.Contains(text, "normalised") }
