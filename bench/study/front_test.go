package study

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
)

// The figures of README's text below the answer are those of the runs.
func TestTheREADMEQuotesTheRuns(t *testing.T) {
	q := quoting(t, "README.md")
	q.run("in three lines", func(q quoted) {
		q.says("3:1 and OHEM 64 (an image's 64 hardest anchors) are up to %.0f AP ahead of focal loss", q.ahead("imbalance-1000", "ssd 3:1", "focal", 9600).Mean)
		for _, mined := range []string{"ssd 3:1", "ohem 64"} {
			assert.InDelta(q.t, 1, q.ahead("dense-long", mined, "focal", q.find("dense-long").final()).Mean, 0.5, "about one at the end of long trainings")
		}
		rpn, err := q.find("rpn-long").compare("ap", "", q.find("rpn-long").final())
		require.NoError(q.t, err)
		for _, d := range rpn.Differences {
			assert.LessOrEqual(q.t, math.Abs(d.Mean), 1.2, "about a point: %s, %s", d.A, d.B)
		}
		tiny, long := q.find("rpn-tiny").final(), q.find("rpn-long").final()
		q.says("is worth about a point: %s AP with one faint object in noise, and by itself, not beside all else, %s at the end of the longest training",
			q.by("rpn-tiny", "512 + focal", "512 + ce", tiny), q.by("rpn-long", "512 + focal", "512 + ce", long))
		assert.LessOrEqual(q.t, q.ahead("rpn-long", "all + focal", "512 + focal", long).Low, 0.0)
		assert.LessOrEqual(q.t, q.ahead("rpn-tiny", "all + focal", "512 + focal", tiny).Low, 0.0)
		q.narrow("rpn-tiny")
		papers := q.find("rpn-papers").final()
		q.says("all anchors are %.0f to %.0f AP behind", q.ahead("rpn-papers", "512 + ce", "all + focal", papers).Mean, q.ahead("rpn-papers", "512 + ce", "all + ce", papers).Mean)
	})
	q.run("how long", func(q quoted) {
		q.says("3:1 and OHEM 64 are %.0f to %.0f AP ahead of focal loss after 9600 images", q.ahead("dense", "ohem 64", "focal", 9600).Mean, q.ahead("imbalance-1000", "ssd 3:1", "focal", 9600).Mean)
		dense := q.find("dense").final()
		q.says("after 9600 images, and %s and %s after %d (`dense`)", q.by("dense", "ssd 3:1", "focal", dense), q.by("dense", "ohem 64", "focal", dense), dense)
		q.says("by %s after 1200 images (`default`, %d seeds, at twice the rate)", q.by("default", "focal", "ssd 3:1", 1200), q.ahead("default", "focal", "ssd 3:1", 1200).Seeds)
		assert.Equal(q.t, "at rates of 0.004 and 0.002", q.find("default").unlike("focal", "ssd 3:1"))
	})
	q.run("whether anything is left to gain", func(q quoted) {
		tiny := q.find("dense-tiny")
		q.narrow("dense-tiny")
		end, gained := tiny.final(), q.gained("dense-tiny")
		q.says("(`dense-tiny`: a faint object in noise, a normalised trunk, 1:%.0f, %.1f to %.1f AP gained in the last half of %d images)", tiny.seen(rivals), slices.Min(gained), slices.Max(gained), end)
		q.says("3:1 is %s behind cross entropy, and the other four are within 1 AP of each other", q.by("dense-tiny", "ce", "ssd 3:1", end))
		four, err := tiny.among([]string{"ce", "alpha-ce .75", "focal", "ohem 64"}, end)
		require.NoError(q.t, err)
		assert.True(q.t, closer(four, 1, stats.Confidence))
	})
	q.run("where AP still rises", func(q quoted) {
		about, err := os.ReadFile(filepath.Join(keptIn, aboutFile))
		require.NoError(q.t, err)
		q.says("in the last half by half a point in `dense-tiny`, by one or two in `rpn-tiny` and `roi-tiny`, mostly by more elsewhere")
		assert.Contains(q.t, words(string(about)), "by half a point since half in `dense-tiny`, by one or two in `rpn-tiny` and `roi-tiny`, mostly by more elsewhere")
		more, all := 0, 0
		for i := range q.list {
			s := &q.list[i]
			if len(s.moments()) < 2 || s.Name == "boosting" || strings.HasPrefix(s.Name, "images-") {
				continue
			}
			for _, points := range q.gained(s.Name) {
				switch s.Name {
				case "dense-tiny":
					assert.InDelta(q.t, 0.5, points, 0.25)
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
	q.run("which images", func(q quoted) {
		cells := quoted{q.t, q.text, stored(q.t, filepath.Join(keptIn, "cells"))}
		images := cells.find("dense").final()
		q.says("focal loss is %s ahead of 3:1 and %s of OHEM 64 after %d images",
			cells.by("dense", "focal", "ssd 3:1", images), cells.by("dense", "focal", "ohem 64", images), images)
		q.says("with %.0f negatives for each positive, focal loss", cells.find("dense").seen(rivals))
		assert.Equal(q.t, "at rates of 0.004 and 0.002", cells.find("dense").unlike("focal", "ssd 3:1"), "focal loss at twice the rate")
		q.says("%s behind cross entropy; after 4800 3:1 is last of three", cells.by("dense", "ce", "focal", images))
		q.says("focal loss at twice the rate), and")
		repeated := q.end("images-300", rivals)
		assert.Equal(q.t, "ssd 3:1", repeated.next)
		q.says("focal loss is %s ahead of 3:1 (three seeds)", interval(repeated.ahead, 1))
	})
	q.run("how much focus", func(q quoted) {
		q.says("gamma 1 is %s better after 9600 images", q.by("gamma", "gamma 1, alpha .25", "gamma 2, alpha .25", 9600))
		q.says("3:1 is %s ahead of gamma 1, too, after 9600 images, and %s after 19200",
			q.by("focus", "ssd 3:1", "focal, gamma 1", 9600), q.by("focus", "ssd 3:1", "focal, gamma 1", 19200))
	})
	q.run("how many negatives", func(q quoted) {
		assert.Equal(q.t, []string{"ce", "focal"}, q.end("imbalance-10", rivals).may)
		assert.Equal(q.t, []string{"ssd 3:1"}, q.end("imbalance-100", rivals).may)
		assert.Equal(q.t, []string{"ssd 3:1"}, q.end("imbalance-200-scenes", rivals).may)
		q.says("may be the best at 1:%.0f, and 3:1 leads at 1:%.0f and 1:%.0f;", q.find("imbalance-10").seen(rivals), q.find("imbalance-100").seen(rivals), q.find("imbalance-200-scenes").seen(rivals))
		rare := q.end("imbalance-10000", rivals)
		q.says("3:1 has %.1f AP after %d images, where focal loss has %.1f and OHEM 64 %.1f", rare.means[2].Mean, rare.images, rare.means[1].Mean, rare.means[3].Mean)
	})
	q.run("who drowns", func(q quoted) {
		ce, few := q.find("dense-long").masses("ce", 0), q.find("imbalance-10000").masses("ce", 0)
		q.says("have %.0f%% of its loss and %.0f%% of its gradient at %.0f to one, and at 8500 to one %.0f%% of its gradient", 100*ce.loss, 100*ce.gradient, ce.seen, 100*few.gradient)
	})
	q.run("which rates differ", func(q quoted) {
		differ := map[string]bool{}
		for _, p := range axes()[0].points {
			if q.find(p.experiment).unequal(rivals) {
				differ[p.experiment] = true
			}
		}
		assert.Len(q.t, differ, 4)
		_, said, _ := strings.Cut(q.text, "in scenes of its own; in ")
		said, _, _ = strings.Cut(said, " not all four have the same learning rate")
		for name := range differ {
			assert.Contains(q.t, said, "`"+name+"`")
		}
	})
	q.run("how weights move", func(q quoted) {
		var leads []float64
		for _, name := range []string{"descent", "decay"} {
			for _, mined := range []string{"ssd 3:1", "ohem 64"} {
				leads = append(leads, q.ahead(name, mined, "focal", 9600).Mean)
			}
		}
		q.says("mining is %.0f to %.0f AP ahead of focal loss after 9600 images", slices.Min(leads), slices.Max(leads))
		q.says("By gradient descent focal loss, at twice the rate, is %s ahead of 3:1 after 2400", q.by("descent", "focal", "ssd 3:1", 2400))
	})
	q.run("normalisation on a dense head", func(q quoted) {
		norm := q.find("dense-norm")
		q.says("3:1 is %s ahead of focal loss after %d images, and OHEM 64 %s", q.by("dense-norm", "ssd 3:1", "focal", norm.final()), norm.final(), q.by("dense-norm", "ohem 64", "focal", norm.final()))
		q.says("#dense-norm), %d seeds, one rate). 3:1 is then %s ahead of OHEM 64, and without %s after as many images of `dense` (%d seeds)", q.ahead("dense-norm", "ssd 3:1", "ohem 64", norm.final()).Seeds,
			q.by("dense-norm", "ssd 3:1", "ohem 64", norm.final()), q.by("dense", "ssd 3:1", "ohem 64", norm.final()), q.ahead("dense", "ssd 3:1", "ohem 64", norm.final()).Seeds)
		assert.False(q.t, norm.unequal(rivals), "one rate")
	})
	q.run("how large a loss is", func(q quoted) {
		papers := q.find("rpn-papers").final()
		q.says("focal loss on all anchors is %.0f AP behind cross entropy on 512 after %d images, and cross entropy on all anchors %.0f AP",
			q.ahead("rpn-papers", "512 + ce", "all + focal", papers).Mean, papers, q.ahead("rpn-papers", "512 + ce", "all + ce", papers).Mean)
		sizes := q.find("rpn-sizes")
		assert.Len(q.t, q.end("rpn-sizes", sizes.strategies("")).may, 6, "at matched scale none of six is told from another there")
	})
}
