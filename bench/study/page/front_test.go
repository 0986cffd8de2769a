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
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
)

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
		q.says("%.0f to %.0f AP ahead of focal loss after 9600 images at about 1:1000, by Adam and of images that never repeat, and about a point at the end of long ones", slices.Min(leads), slices.Max(leads))
		q.says("Not by its larger loss: at a quarter and at four times the weight it leads by as much")
		for _, mined := range []string{"ssd 3:1", "ohem 64"} {
			matched := q.ahead("dense", mined, "focal", 9600).Mean
			for _, at := range []string{quarter, fourth} {
				assert.InEpsilon(q.t, matched, q.ahead("dense-weight", mined+at, "focal"+at, 9600).Mean, 0.15, "as much: %s%s", mined, at)
			}
		}
		faint := q.final("dense-faint")
		q.says("Focal loss on photographs of blood cells, and on faint objects of any size, where it is %s ahead of 3:1 and %s of OHEM 64",
			q.by("dense-faint", "focal", "ssd 3:1", faint), q.by("dense-faint", "focal", "ohem 64", faint))
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
		rpn, err := q.find("rpn-long").Compare(evidence.AP, "", q.find("rpn-long").Final())
		require.NoError(q.t, err)
		for _, d := range rpn.Differences {
			assert.LessOrEqual(q.t, math.Abs(d.Mean), 1.2, "about a point: %s, %s", d.A, d.B)
		}
		q.says("Focal loss on all anchors is nowhere significantly ahead of focal loss on 512, and that in place of cross entropy on 512 is worth about a point or less")
		for _, experiment := range []string{"rpn-long", "rpn-tiny", "rpn-tiny-long", "rpn-faint"} {
			assert.Less(q.t, q.ahead(experiment, "512 + focal", "512 + ce", q.final(experiment)).Mean, 1.2, experiment)
		}
		assert.LessOrEqual(q.t, slices.Max(q.gained("rpn-faint")), 1.05, "little is left to gain")
		assert.False(q.t, told(cells.ahead("rpn", "512 + focal", "512 + ce", cells.final("rpn"))))
		for _, experiment := range []string{"rpn-long", "rpn-tiny", "rpn-tiny-long", "rpn-faint"} {
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
		q.says("with losses as the papers write them, focal loss on all anchors is %.0f AP behind cross entropy on 512 after %d images", q.ahead("rpn-papers", "512 + ce", "all + focal", papers).Mean, papers)
		for _, longer := range []string{"rpn", "rpn-long", "rpn-tiny", "rpn-tiny-long", "rpn-tiny-small", "rpn-faint"} {
			assert.Less(q.t, q.ahead(longer, "all + focal", "512 + ce", q.final(longer)).Low, 1.0, "%s: not told to be ahead by a point", longer)
		}
	})
	q.run("where AP still rises", func(q quoted) {
		about, err := os.ReadFile(filepath.Join(keptIn, aboutFile))
		require.NoError(q.t, err)
		tiny, seen := q.gained("dense-tiny"), q.found("dense-tiny")
		q.says("by %s AP in the last half of `dense-tiny`, where AP50 gains %s", fromTo(tiny), fromTo(seen))
		assert.Contains(q.t, words(string(about)), "by "+fromTo(tiny)+" AP since half in `dense-tiny`, where AP50 gains "+fromTo(seen))
		exact := "(AP50 gains " + fromTo(q.found("rpn-tiny-long")) + " in `rpn-tiny-long` and " + fromTo(q.found("roi-tiny-long")) + " in `roi-tiny-long`)"
		q.says("by about one or less in `dense-faint`, `rpn-faint`, `roi-faint`, `roi-tiny-long` and `rpn-tiny-long`, and there mostly as boxes become more exact %s, by one or two in `rpn-tiny` and `roi-tiny`, and mostly by more elsewhere", exact)
		assert.Contains(q.t, words(string(about)), "by about one or less in `dense-faint`, `rpn-faint`, `roi-faint`, `roi-tiny-long` and `rpn-tiny-long`, and there mostly as boxes become more exact "+exact+", by one or two in `rpn-tiny` and `roi-tiny`, and mostly by more elsewhere")
		more, all := 0, 0
		for i := range q.list {
			s := &q.list[i]
			if len(s.Moments()) < 2 || s.Name == "boosting" || strings.HasPrefix(s.Name, "images-") {
				continue
			}
			for _, points := range q.gained(s.Name) {
				switch s.Name {
				case "dense-tiny":
					assert.Less(q.t, math.Abs(points), 0.35)
				case "dense-faint", "rpn-faint", "roi-faint", "roi-tiny-long", "rpn-tiny-long":
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
		q.says("OHEM 64 while a training is short, %s AP ahead of cross entropy on 512 after a quarter of `roi-long`",
			q.by("roi-long", "ohem 64", "512 + ce", q.find("roi-long").Moments()[0]))
		q.says("though a third of such a lead, and more than half at the end, is the weight of cross entropy's loss (`roi-weight`)")
		part := func(images int) float64 { // of the lead over cross entropy that goes at four times its weight
			over := func(ce string) float64 { return q.ahead("roi-weight", "softmax ohem 64", ce, images).Mean }
			return 1 - over("softmax ce, weight 4")/over("softmax ce")
		}
		assert.InDelta(q.t, 1./3, part(q.find("roi-weight").Moments()[0]), 0.05)
		assert.InDelta(q.t, 0.55, part(q.final("roi-weight")), 0.05)
		q.says("on faint objects focal loss. Often it is not the focus that leads: cross entropy over sigmoids does as well as focal loss over them at the end of `roi-link-norm`, and %s better than over the usual softmax, of which a larger weight brings two thirds",
			q.by("roi-link-norm", "sigmoid ce", "softmax ce", q.final("roi-link-norm")))
		assert.InDelta(q.t, 0, q.ahead("roi-link-norm", "sigmoid focal", "sigmoid ce", q.final("roi-link-norm")).Mean, 0.25)
		weight, whole := q.ahead("roi-weight", "softmax ce, weight 4", "softmax ce", q.final("roi-weight")), q.ahead("roi-weight", "sigmoid ce", "softmax ce", q.final("roi-weight"))
		assert.InDelta(q.t, 2./3, weight.Mean/whole.Mean, 0.1)
		for _, experiment := range []string{"roi-tiny-long", "roi-faint"} {
			assert.Less(q.t, slices.Max(q.gained(experiment)), 1.0, "little left to gain in %s", experiment)
			for _, other := range []string{"512 + ce", "ohem 64"} {
				assert.Positive(q.t, q.ahead(experiment, "512 + focal", other, q.final(experiment)).Low, "%s before %s", experiment, other)
			}
		}
		cells := quoted{q.t, q.text, keptOf(q.t, filepath.Join(keptIn, "cells"))}
		q.says("On the cells it is one for each positive")
		assert.InDelta(q.t, 1, cells.find("roi").Learned("ohem 64", 1).Used, 0.05)
		assert.InDelta(q.t, 1, cells.find("dense").Learned("ohem 64", 0).Used, 0.25)
	})
}
