package page

import (
	"math"
	"os"
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
)

// inNetwork are the experiments at matched scale on the region proposal network.
var inNetwork = []string{"rpn", "rpn-long", "rpn-tiny", "rpn-tiny-long", "rpn-tiny-small", "rpn-faint", "rpn-settled"}

// weight is that which a strategy's classification loss was trained with in a stage.
func (q quoted) weight(experiment, name, stage string) float64 {
	q.t.Helper()
	kept := q.find(experiment).Kept
	at := slices.IndexFunc(kept.Strategies, func(s strategy.Strategy) bool { return s.Name == name })
	require.NotEqual(q.t, -1, at, experiment)
	cls, _ := kept.Strategies[at].Weights(stage)
	return *cls
}

// miningWeights are those of OHEM 64 in the second stage, which is written with 1.
func (q quoted) miningWeights() (list []float64) {
	for _, experiment := range []string{"roi-long", "roi-norm", "roi-faint", "roi-tiny"} {
		list = append(list, q.weight(experiment, "ohem 64", "roi"))
	}
	return list
}

// behindAtFirst asserts that 3:1 is behind focal loss in the first 2400 images.
func (q quoted) behindAtFirst() {
	q.t.Helper()
	for _, experiment := range []string{"default", "dense"} {
		assert.Positive(q.t, q.ahead(experiment, "focal", "ssd 3:1", 2400).Low, "in the first 2400 images 3:1 is behind in %s", experiment)
	}
}

// atRest asserts that the last half of an experiment's images brings no strategy
// anything, and returns what it brings each.
func (q quoted) atRest(experiment string) []float64 {
	q.t.Helper()
	gained := q.gained(experiment)
	assert.Less(q.t, slices.Max(gained), 0.35, "nothing is gained in %s", experiment)
	return gained
}

// What README's front says is what the runs say.
func TestTheREADMEQuotesTheRuns(t *testing.T) {
	q := quoting(t, "README.md")
	q.run("in three lines", func(q quoted) {
		var leads []float64
		for _, mined := range []string{"ssd 3:1", "ohem 64"} {
			for i := range q.list {
				s := &q.list[i]
				c, err := s.Config()
				if err != nil || c.Scenes.Train > 0 || !slices.Contains(s.Budgets(), 9600) || !slices.Contains(s.Configured(), mined) || !slices.Contains(s.Configured(), "focal") {
					continue
				}
				if seen := s.Imbalance(rivals); seen > 500 && seen < 2000 && c.Scenes.Size == 96 && unlike(s, mined, "focal") == "" {
					leads = append(leads, q.ahead(s.Name, mined, "focal", 9600).Mean)
				}
			}
			for _, long := range []string{"dense", "dense-long"} {
				assert.InDelta(q.t, 1, q.ahead(long, mined, "focal", q.final(long)).Mean, 0.5, "about one at the end of long trainings")
				assert.Less(q.t, math.Abs(q.ahead(long, mined, "ce", q.final(long)).Mean), 1.0, "within a point")
			}
		}
		q.says("%.0f to %.0f AP ahead of focal loss after 9600 images (2400 steps) at about 1:1000, with Adam, at equal rates and on images that never repeat", slices.Min(leads), slices.Max(leads))
		q.says("In the first 2400 images 3:1 is behind focal loss, and at the end of long trainings both that mine are about a point ahead of it, where cross entropy on every anchor is within a point of them")
		q.behindAtFirst()
		q.says("That is not by a larger loss: at a quarter and at four times the weight they lead by as much")
		q.says("Focal loss of gamma 1 makes up about half of the lead (`focus`)")
		for _, images := range q.find("focus").Moments()[1:] {
			assert.InDelta(q.t, 0.5, 1-q.ahead("focus", "ssd 3:1", "focal, gamma 1", images).Mean/q.ahead("focus", "ssd 3:1", "focal", images).Mean, 0.06, "after %d", images)
		}
		for _, mined := range []string{"ssd 3:1", "ohem 64"} {
			matched := q.ahead("dense", mined, "focal", 9600).Mean
			for _, at := range []string{quarter, fourth} {
				assert.InEpsilon(q.t, matched, q.ahead("dense-weight", mined+at, "focal"+at, 9600).Mean, 0.15, "as much: %s%s", mined, at)
			}
		}
		faint := q.final("dense-faint")
		q.says("On one faint object of 7 to 20 px focal loss leads: it is %s ahead of 3:1, %s ahead of OHEM 64 and %s ahead of alpha-balanced cross entropy",
			q.by("dense-faint", "focal", "ssd 3:1", faint), q.by("dense-faint", "focal", "ohem 64", faint), q.by("dense-faint", "focal", "alpha-ce .75", faint))
		decay := q.final("dense-faint-decay")
		q.says("where weights decay (`dense-faint-decay`) it is %s, %s and %s ahead of them; on one of 12 px it leads 3:1 alone (`dense-tiny`)", q.by("dense-faint-decay", "focal", "ssd 3:1", decay), q.by("dense-faint-decay", "focal", "ohem 64", decay), q.by("dense-faint-decay", "focal", "alpha-ce .75", decay))
		assert.Equal(q.t, []string{"focal"}, q.end("dense-faint", q.find("dense-faint").Strategies("")).May)
		assert.LessOrEqual(q.t, slices.Max(q.gained("dense-faint")), 1.05, "little is left to gain")
		for _, mined := range []string{"ssd 3:1", "ohem 64"} {
			assert.True(q.t, told(q.ahead("dense-faint", "focal", mined, faint)), mined)
		}
		cells := quoted{q.t, q.text, keptOf(q.t, filepath.Join(keptIn, "cells"))}
		for _, images := range cells.find("dense").Budgets()[1:] {
			for _, mined := range []string{"ssd 3:1", "ohem 64"} {
				assert.Positive(q.t, cells.ahead("dense", "focal", mined, images).Low, "%s by itself after %d", mined, images)
			}
		}
		q.says("On photographs of blood cells it is focal loss or cross entropy")
		shown, err := cells.find("dense").Contests(cells.find("dense").Strategies(""), inShortConfidence(cells.list))
		require.NoError(q.t, err)
		assert.Equal(q.t, []string{"ce", "focal"}, shown[len(shown)-1].May)
		rpn, err := q.find("rpn-long").Compare(evidence.AP, "", q.find("rpn-long").Final())
		require.NoError(q.t, err)
		for _, d := range rpn.Differences {
			assert.LessOrEqual(q.t, math.Abs(d.Mean), 1.2, "about a point: %s, %s", d.A, d.B)
		}
		q.says("Focal loss on all anchors is nowhere significantly ahead of focal loss on 512. Using focal loss in place of cross entropy on 512 is worth about a point or less where that is known to within one")
		for _, experiment := range inNetwork {
			if lead := q.ahead(experiment, "512 + focal", "512 + ce", q.final(experiment)); lead.Half() < 1 {
				assert.Less(q.t, lead.Mean, 1.2, experiment)
			}
		}
		assert.LessOrEqual(q.t, slices.Max(q.gained("rpn-faint")), 1.05, "little is left to gain")
		assert.False(q.t, told(cells.ahead("rpn", "512 + focal", "512 + ce", cells.final("rpn"))))
		for _, experiment := range inNetwork {
			assert.LessOrEqual(q.t, q.ahead(experiment, "all + focal", "512 + focal", q.final(experiment)).Low, 0.0)
		}
	})
	q.run("thirty seeds", func(q quoted) {
		s := q.find("default")
		c, err := s.Compare(evidence.AP, "", s.Final())
		require.NoError(q.t, err)
		decided := stats.Decide(stats.Evidence{Final: c})
		assert.Equal(q.t, []string{"rpn all + focal"}, decided.MayBe, "told by what compare goes by")
		short := q.ahead("default", "rpn all + focal", "rpn 512 + ce", s.Final())
		assert.Equal(q.t, 30, short.Seeds)
		q.says("30 do, by a verdict as the one above: `rpn all + focal` is %.1f AP ahead after %d images (%.1f to %.1f by itself; focal loss on 512 was not run there)", short.Mean, s.Final(), short.Low, short.High)
		v, err := claims.All()[3].Judge(q.list)
		require.NoError(q.t, err)
		for _, j := range v.Judged {
			if j.Experiment == "default" && j.Images == s.Final() {
				assert.Equal(q.t, claims.Unclear, j.Outcome, "the study leaves it open")
			}
		}
		papers := q.final("rpn-papers")
		q.says("In longer trainings, of other scenes, it is nowhere known to be ahead by as much as a point: most in `rpn-tiny`, by %s", q.by("rpn-tiny", "all + focal", "512 + ce", q.final("rpn-tiny")))
		q.says("with losses as the papers write them, focal loss on all anchors is %.0f AP behind cross entropy on 512 after %d images", q.ahead("rpn-papers", "512 + ce", "all + focal", papers).Mean, papers)
		for _, longer := range inNetwork {
			assert.Less(q.t, q.ahead(longer, "all + focal", "512 + ce", q.final(longer)).Low, 1.0, "%s: not told to be ahead by a point", longer)
		}
	})
	q.run("where AP still rises", func(q quoted) {
		about, err := os.ReadFile(filepath.Join(keptIn, aboutFile))
		require.NoError(q.t, err)
		for text, half := range map[string]string{q.text: "in the last half", words(string(about)): "since half"} {
			quoted{q.t, text, q.list}.says("AP is at rest in `roi-settled` and `roi-faint-settled` (%s and %s AP %s), nearly in `dense-tiny` (%s, AP50 %s), and rises no more in `rpn-settled` (%s), where it falls under focal loss; weights decay in all of these but `dense-tiny`. Elsewhere, where images never repeat, it still rises at the end: by about one or less in `dense-faint`, `dense-faint-decay`, `rpn-faint`, `roi-faint`, `roi-tiny-long` and `rpn-tiny-long`, in the last two mostly as boxes become more exact (AP50 gains %s and %s), by one or two in `rpn-tiny` and `roi-tiny`, and mostly by more elsewhere",
				fromTo(q.atRest("roi-settled")), fromTo(q.atRest("roi-faint-settled")), half, fromTo(q.gained("dense-tiny")), fromTo(q.found("dense-tiny")), fromTo(q.atRest("rpn-settled")), fromTo(q.found("roi-tiny-long")), fromTo(q.found("rpn-tiny-long")))
		}
		more, all := 0, 0
		for i := range q.list {
			s := &q.list[i]
			if len(s.Moments()) < 2 || s.Name == "boosting" || strings.HasPrefix(s.Name, "images-") {
				continue
			}
			for _, points := range q.gained(s.Name) {
				switch s.Name {
				case "rpn-settled", "roi-faint-settled", "roi-settled": // at rest
				case "dense-tiny":
					assert.Less(q.t, math.Abs(points), 0.35)
				case "dense-faint", "dense-faint-decay", "rpn-faint", "roi-faint", "roi-tiny-long", "rpn-tiny-long":
					assert.Less(q.t, points, 1.25)
				case "rpn-tiny", "roi-tiny":
					assert.InDelta(q.t, 1.5, points, 1)
				default:
					all++
					if points > 2 {
						more++
					}
				}
			}
		}
		assert.Greater(q.t, more, all*3/4, "of %d", all)
	})
	q.run("which rates differ", func(q quoted) {
		differ := map[string]bool{}
		for _, p := range axes()[0].points {
			if unequal(q.find(p.experiment), rivals) {
				differ[p.experiment] = true
			}
		}
		assert.Len(q.t, differ, 3)
		_, said, _ := strings.Cut(q.text, "the end of its training; in ")
		said, _, _ = strings.Cut(said, " not all four have the same learning rate")
		for name := range differ {
			assert.Contains(q.t, said, "`"+name+"`")
		}
	})
	q.run("OHEM, until a training is long", func(q quoted) {
		confidence := inShortConfidence(q.list)
		who := func(experiment string) (may [][]string) {
			contests, err := q.find(experiment).Contests(ofPart(q.find(experiment), "second stage"), confidence)
			require.NoError(q.t, err)
			for _, c := range contests {
				may = append(may, c.May)
			}
			return may
		}
		for _, may := range append(who("roi")[:2], who("roi-long")[:2]...) {
			assert.Equal(q.t, []string{"ohem 64"}, may)
		}
		assert.Equal(q.t, []string{"ohem 64"}, q.end("roi", q.find("roi").Strategies("")).May, "of that experiment alone")
		assert.Greater(q.t, len(who("roi-long")[2]), 1, "the longest")
		assert.Contains(q.t, who("roi-long")[2], "512 + focal", "it may be the best as well")
		q.says("OHEM 64 while a training is far from done, %s AP ahead of cross entropy on 512 after a quarter of `roi-long`",
			q.by("roi-long", "ohem 64", "512 + ce", q.find("roi-long").Moments()[0]))
		weighed := q.find("roi-weight")
		quarter, end := weighed.Moments()[0], weighed.Final()
		over := func(ce string, images int) float64 { return q.ahead("roi-weight", "softmax ohem 64", ce, images).Mean }
		q.says("at four times it, the only other one tried, OHEM 64 is %s ahead and not %.1f after a quarter of `roi-weight`, and %s and not %.1f at its end", q.by("roi-weight", "softmax ohem 64", "softmax ce, weight 4", quarter), over("softmax ce", quarter),
			q.by("roi-weight", "softmax ohem 64", "softmax ce, weight 4", end), over("softmax ce", end))
		q.says("With a normalised trunk, sigmoids in place of the usual softmax help whatever the loss: cross entropy over them is %s better at the end of `roi-link-norm` and as good as focal loss there, and %s better on one faint object of 8 to 16 px (`roi-link`). With one faint object of 12 px the focus itself helps, by %s (`roi-gamma`), and focal loss leads by %s where nothing is left to gain (`roi-settled`). With one of 8 to 16 px and twice the decay it does not lead at any budget (`roi-faint-settled`: %s at the end)",
			q.by("roi-link-norm", "sigmoid ce", "softmax ce", q.final("roi-link-norm")), q.by("roi-link", "sigmoid ce", "softmax ce", q.final("roi-link")), q.by("roi-gamma", "gamma 2, weight .177", "gamma 0, weight .177", q.final("roi-gamma")), q.by("roi-settled", "512 + focal", "512 + ce", q.final("roi-settled")), q.by("roi-faint-settled", "512 + focal", "512 + ce", q.final("roi-faint-settled")))
		assert.InDelta(q.t, 0, q.ahead("roi-link-norm", "sigmoid focal", "sigmoid ce", q.final("roi-link-norm")).Mean, 0.25)
		for _, experiment := range []string{"roi-link", "roi-link-norm"} {
			assert.Positive(q.t, q.ahead(experiment, "sigmoid focal", "softmax focal", q.final(experiment)).Mean, "whatever the loss")
		}
		q.says("matched, OHEM 64 has a sixth to a third of its written one in the second stage, and at four times that it loses its lead")
		for _, weight := range q.miningWeights() {
			assert.True(q.t, weight > 0.15 && weight < 0.35, "%g", weight)
		}
		assert.Negative(q.t, q.ahead("roi-weight", "softmax ohem 64, weight x4", "softmax ce, weight 4", end).High)
		for _, experiment := range []string{"roi-tiny-long", "roi-faint"} {
			assert.Less(q.t, slices.Max(q.gained(experiment)), 1.0, "little left to gain in %s", experiment)
			for _, other := range []string{"512 + ce", "ohem 64"} {
				assert.Positive(q.t, q.ahead(experiment, "512 + focal", other, q.final(experiment)).Low, "%s before %s", experiment, other)
			}
		}
		cells := quoted{q.t, q.text, keptOf(q.t, filepath.Join(keptIn, "cells"))}
		q.says("on the cells it is one for each positive")
		assert.InDelta(q.t, 1, cells.find("roi").Learned("ohem 64", 1).Used, 0.05)
		assert.InDelta(q.t, 1, cells.find("dense").Learned("ohem 64", 0).Used, 0.25)
	})
}
