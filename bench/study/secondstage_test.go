package study

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/internal/prose"
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

// leads are those of focal loss before cross entropy on 512 regions, by seed, those of
// runs with other seeds among them.
func (q quoted) leads(experiment string, images int) (runs []stats.Run) {
	q.t.Helper()
	for _, list := range [][]Stored{q.list, stored(q.t, filepath.Join(keptIn, repeatsDir))} {
		ce := map[uint64]float64{}
		values := find(list, experiment).values("ap", "", images)
		for _, r := range values {
			if r.Strategy == "512 + ce" {
				ce[r.Seed] = r.Value
			}
		}
		for _, r := range values {
			if r.Strategy == "512 + focal" {
				require.Contains(q.t, ce, r.Seed)
				runs = append(runs, stats.Run{Strategy: experiment, Seed: r.Seed, Value: r.Value - ce[r.Seed]})
			}
		}
	}
	return runs
}

// apart is how far the lead of focal loss in one experiment is from that in another,
// of seeds in pairs.
func (q quoted) apart(one, other string, images int) stats.Estimate {
	q.t.Helper()
	runs := slices.Concat(q.leads(one, images), q.leads(other, images))
	c, err := stats.Compare([]string{one, other}, runs)
	require.NoError(q.t, err)
	e := c.Between(0, 1).Estimate
	require.Equal(q.t, len(runs), 2*e.Seeds, "all are in pairs")
	return e
}

// What README says of the second stage is what the runs say.
func TestTheREADMEQuotesTheSecondStage(t *testing.T) {
	q := quoting(t, "README.md")
	q.run("which trunk is normalised", func(q quoted) {
		var with, without []string
		for i := range q.list {
			s := &q.list[i]
			if !s.Kept() || !slices.Contains(s.strategies(""), "512 + focal") || !slices.ContainsFunc(s.Claims, func(n int) bool { return n == 5 || n == 6 }) {
				continue
			}
			if q.normalised(s.Name) {
				with = append(with, s.Name)
				assert.Positive(q.t, q.lead(s.Name, s.final()).Low, "%s: focal loss is ahead on 512 regions", s.Name)
			} else {
				without = append(without, s.Name)
				assert.LessOrEqual(q.t, q.lead(s.Name, s.final()).Low, 0.0, "%s: it is not", s.Name)
			}
		}
		assert.Equal(q.t, []string{"roi-norm", "roi-tiny"}, with, "both settings with a normalised trunk")
		assert.Equal(q.t, []string{"roi", "roi-long", "roi-rate", "roi-small"}, without)
		for i, question := range questions() {
			for _, name := range question.experiments {
				assert.Equal(q.t, q.normalised(name), normalised(question.part), "%s: %s", name, question.part)
				assert.False(q.t, i < onFront && q.normalised(name), "%s: none of the front's table has a normalised trunk", name)
			}
			for _, e := range question.besides {
				assert.Equal(q.t, q.normalised(e.experiment), normalised(e.where), "%s: %s", e.experiment, e.where)
			}
		}
		for _, claim := range Claims() {
			for _, c := range claim.Contrasts {
				assert.Equal(q.t, q.normalised(c.Experiment), normalised(c.Says), "%s: %s", c.Experiment, c.Says)
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
		q.says("On 512 regions it is ahead of cross entropy on them, each interval by itself, in both settings with a normalised trunk, `roi-norm` and `roi-tiny`; in none of the four without is it at the end")
		q.says("among some experiments, without a normalised trunk: %s on the dense head, %s in the region proposal network, %s in the second stage", quotedNames(questions()[0]), quotedNames(questions()[1]), quotedNames(questions()[2]))
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
		tiny := q.final("roi-tiny")
		q.says("OHEM 64, until a training is long**, with objects of every size and no normalisation; by itself it is %s AP ahead of cross entropy on 512 regions at the end of the longest. "+
			"With a normalised trunk OHEM 64 or focal loss on 512 may be the best at the end: by themselves they are %s and %s ahead of cross entropy on 512. "+
			"With one faint object in noise, and a normalised trunk, focal loss on 512 is %s ahead of cross entropy there, and %s of OHEM 64",
			q.by("roi-long", "ohem 64", "512 + ce", q.final("roi-long")), q.by("roi-norm", "ohem 64", "512 + ce", q.final("roi-norm")), q.by("roi-norm", "512 + focal", "512 + ce", q.final("roi-norm")),
			q.by("roi-tiny", "512 + focal", "512 + ce", tiny), q.by("roi-tiny", "512 + focal", "ohem 64", tiny))
		cells := quoted{q.t, q.text, stored(q.t, filepath.Join(keptIn, "cells"))}
		q.says("On the cells, where OHEM 64 is left about one negative for each positive, it does not lead")
		assert.InDelta(q.t, 1, cells.find("roi").masses("ohem 64", 1).used, 0.2)
		assert.NotEqual(q.t, []string{"ohem 64"}, cells.end("roi", cells.find("roi").strategies("")).may)
		q.says("and is not told from it with the small detectors at the end")
		assert.False(q.t, told(cells.ahead("roi", "ohem 64", "512 + ce", cells.find("roi").final())))
	})
	q.run("with a normalised trunk", func(q quoted) {
		norm := q.find("roi-norm")
		q.says("(%d seeds) has `roi-long`'s scenes and network with group normalisation. Focal loss on 512 is ahead of cross entropy on 512 by %s after 9600 images, %s after 19200 and %s after 38400, of which the second alone is told beside the claim's others, and barely to be more than 1",
			q.lead("roi-norm", norm.final()).Seeds, interval(q.lead("roi-norm", 9600), 1), interval(q.lead("roi-norm", 19200), 1), interval(q.lead("roi-norm", norm.final()), 1))
		v, err := Claims()[4].Judge(q.list)
		require.NoError(q.t, err)
		var apart []int
		low := 0.0
		for _, j := range v.Judged {
			if j.Contrast.Experiment == "roi-norm" && j.Contrast.A == "512 + focal" && j.All.Low > 0 {
				apart, low = append(apart, j.Images), j.All.Low
			}
		}
		assert.Equal(q.t, []int{19200}, apart, "the second alone")
		assert.InDelta(q.t, 1, low, 0.1, "barely to be more than 1")
		for _, images := range norm.moments() {
			assert.Positive(q.t, q.lead("roi-norm", images).Low, "ahead after %d", images)
			assert.Positive(q.t, q.ahead("roi-norm", "128 + ce", "512 + ce", images).Low, "cross entropy is better on 128 after %d", images)
		}
		q.says("By themselves, cross entropy is better on 128 regions than on 512 there, and focal loss on 512 is %s, %s and %s ahead of cross entropy on 128",
			q.by("roi-norm", "512 + focal", "128 + ce", 9600), q.by("roi-norm", "512 + focal", "128 + ce", 19200), q.by("roi-norm", "512 + focal", "128 + ce", norm.final()))
		q.says("Focal loss on 128 is %s ahead of cross entropy on 128 after 19200 images, and not told from it at the end", q.by("roi-norm", "128 + focal", "128 + ce", 19200))
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
		q.says("Of that experiment alone OHEM 64 leads the other four after 9600 and %d images, by %s at the end", norm.final(), interval(contests[len(contests)-1].ahead, 1))
	})
	q.run("without", func(q quoted) {
		q.says("Focal loss on 512 is %s behind cross entropy on 512 after 12000 images and %s after %d (`roi`, larger scenes)", q.by("roi", "512 + ce", "512 + focal", 12000), q.by("roi", "512 + ce", "512 + focal", q.final("roi")), q.final("roi"))
		long := q.find("roi-long")
		q.says("in `roi-long` it is %s behind after 4800 images, and not told from it from 9600 on", q.by("roi-long", "512 + ce", "512 + focal", 4800))
		for _, images := range []int{9600, 19200, 38400, long.final()} {
			assert.False(q.t, told(q.lead("roi-long", images)), "not told after %d", images)
		}
		rate := q.find("roi-rate")
		q.says("At the rate of `roi-norm`, with weights matched anew, its lead is %s after 9600 images and %s after %d (`roi-rate`, %d seeds), where all three of its strategies have more AP than at `roi-long`'s rate",
			difference(q.lead("roi-rate", 9600), 1), difference(q.lead("roi-rate", rate.final()), 1), rate.final(), q.lead("roi-rate", rate.final()).Seeds)
		assert.Equal(q.t, q.find("roi-norm").rate("512 + ce"), rate.rate("512 + ce"), "at the rate of roi-norm")
		faster, err := rate.compare("ap", "", rate.final())
		require.NoError(q.t, err)
		slower, err := long.among(faster.Strategies(), rate.final())
		require.NoError(q.t, err)
		for i, e := range faster.Means {
			assert.Greater(q.t, e.Mean, slower.Means[i].Mean, "%s has more", faster.Strategies()[i])
		}
		higher := make([]any, 0, 4)
		for _, images := range rate.moments() {
			e := q.apart("roi-norm", "roi-rate", images)
			assert.Positive(q.t, e.Low, "after %d", images)
			higher = append(higher, interval(e, 1))
			if images == rate.final() {
				higher = append(higher, e.Seeds)
			}
		}
		q.says("the lead is %s higher with normalisation after 4800 images, %s after 9600 and %s after 19200 (%d seeds in pairs, each budget by itself)", higher...)
	})
	q.run("a faint object", func(q quoted) {
		tiny := q.find("roi-tiny")
		q.says("#roi-tiny), %d seeds; not run without normalisation). Focal loss is ahead at every budget, by %s on 128 regions and %s on 512 at the end", q.lead("roi-tiny", tiny.final()).Seeds,
			q.by("roi-tiny", "128 + focal", "128 + ce", tiny.final()), q.by("roi-tiny", "512 + focal", "512 + ce", tiny.final()))
		q.narrow("roi-tiny")
		assert.False(q.t, tiny.unequal(tiny.strategies("")), "one rate")
		for _, images := range tiny.moments() {
			for _, regions := range []string{"128", "512"} {
				assert.Positive(q.t, q.ahead("roi-tiny", regions+" + focal", regions+" + ce", images).Low, "%s after %d images", regions, images)
			}
		}
		q.says("OHEM 64 is %s behind focal loss on 512, and not told from cross entropy on 512. All have one rate, the best of four for cross entropy on 512", q.by("roi-tiny", "512 + focal", "ohem 64", tiny.final()))
		assert.False(q.t, told(q.ahead("roi-tiny", "ohem 64", "512 + ce", tiny.final())))
	})
	q.run("what the lead is made of", func(q quoted) {
		gamma := q.final("roi-gamma")
		q.says("where nothing but gamma differs, gamma 2 is %s ahead of gamma 0, and gamma 0 is not told from cross entropy ([`roi-gamma`](docs/study/README.md#roi-gamma), %d seeds)",
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
	q.run("on 128 regions, and on small objects", func(q quoted) {
		roi, small := q.final("roi"), q.final("roi-small")
		q.says("Without normalisation focal loss is %s behind cross entropy after 12000 images and %s after %d (`roi`), and not told from it at the end of `roi-long`",
			q.by("roi", "128 + ce", "128 + focal", 12000), q.by("roi", "128 + ce", "128 + focal", roi), roi)
		assert.False(q.t, told(q.ahead("roi-long", "128 + ce", "128 + focal", q.final("roi-long"))))
		q.says("with small objects it is %s behind after %d (`roi-small`), where, of that experiment alone, cross entropy on 128 or OHEM 64 may be the best", q.by("roi-small", "128 + ce", "128 + focal", small), small)
		assert.Equal(q.t, []string{"128 + ce", "ohem 64"}, q.end("roi-small", q.find("roi-small").strategies("")).may)
	})
}

// normalised reports whether a text speaks of a normalised trunk.
func normalised(text string) bool { return strings.Contains(text, "normalised") }

// quotedNames lists the experiments that answer a question, as README writes them.
func quotedNames(q question) string {
	names := make([]string, len(q.experiments))
	for i, name := range q.experiments {
		names[i] = "`" + name + "`"
	}
	return prose.List(names, "and")
}
