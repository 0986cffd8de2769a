package study

import (
	"fmt"
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
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	list := stored(t, keptIn)
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	require.NoError(t, err)
	front := words(string(text))
	says := func(format string, figures ...any) {
		t.Helper()
		if said := fmt.Sprintf(format, figures...); !strings.Contains(front, said) {
			t.Errorf("README does not say: %s", said)
		}
	}
	ahead := func(list []Stored, experiment, a, b string, images int) stats.Estimate {
		t.Helper()
		c, err := find(list, experiment).compare("ap", "", images)
		require.NoError(t, err)
		return c.Between(slices.Index(c.Strategies(), a), slices.Index(c.Strategies(), b)).Estimate
	}
	by := func(list []Stored, experiment, a, b string, images int) string {
		t.Helper()
		return interval(ahead(list, experiment, a, b, images), 1)
	}
	end := func(experiment string, names []string) contest {
		t.Helper()
		contests, err := find(list, experiment).contests(names, stats.Confidence)
		require.NoError(t, err)
		return contests[len(contests)-1]
	}

	gained := func(experiment string) (by []float64) {
		t.Helper()
		s := find(list, experiment)
		moments := s.moments()
		half, err := s.compare("ap", "", moments[len(moments)-2])
		require.NoError(t, err)
		end, err := s.compare("ap", "", moments[len(moments)-1])
		require.NoError(t, err)
		for i, e := range end.Means {
			by = append(by, e.Mean-half.Means[i].Mean)
		}
		return by
	}

	// narrow asserts that every difference of an experiment is known as narrowly as
	// the study is after, at every budget.
	narrow := func(experiment string) {
		t.Helper()
		for _, images := range find(list, experiment).moments() {
			c, err := find(list, experiment).compare("ap", "", images)
			require.NoError(t, err)
			for _, d := range c.Differences {
				assert.LessOrEqual(t, (d.High-d.Low)/2, halfAsked, "%s and %s of %s after %d images", d.A, d.B, experiment, images)
			}
		}
	}

	t.Run("in three lines", func(t *testing.T) {
		says("3:1 and OHEM 64 (an image's 64 hardest anchors) are up to %.0f AP ahead of focal loss", ahead(list, "imbalance-1000", "ssd 3:1", "focal", 9600).Mean)
		for _, mined := range []string{"ssd 3:1", "ohem 64"} {
			assert.InDelta(t, 1, ahead(list, "dense-long", mined, "focal", find(list, "dense-long").final()).Mean, 0.5, "about one at the end of long trainings")
		}
		rpn, err := find(list, "rpn-long").compare("ap", "", find(list, "rpn-long").final())
		require.NoError(t, err)
		for _, d := range rpn.Differences {
			assert.LessOrEqual(t, math.Abs(d.Mean), 1.2, "about a point: %s, %s", d.A, d.B)
		}
		tiny, long := find(list, "rpn-tiny").final(), find(list, "rpn-long").final()
		says("is worth about a point: %s AP with one faint object in noise, and by itself, not beside all else, %s at the end of the longest training",
			by(list, "rpn-tiny", "512 + focal", "512 + ce", tiny), by(list, "rpn-long", "512 + focal", "512 + ce", long))
		assert.LessOrEqual(t, ahead(list, "rpn-long", "all + focal", "512 + focal", long).Low, 0.0)
		assert.LessOrEqual(t, ahead(list, "rpn-tiny", "all + focal", "512 + focal", tiny).Low, 0.0)
		narrow("rpn-tiny")
		papers := find(list, "rpn-papers").final()
		says("all anchors are %.0f to %.0f AP behind", ahead(list, "rpn-papers", "512 + ce", "all + focal", papers).Mean, ahead(list, "rpn-papers", "512 + ce", "all + ce", papers).Mean)
		says("%s AP ahead of cross entropy on 512 regions at the end of the longest", by(list, "roi-long", "ohem 64", "512 + ce", find(list, "roi-long").final()))
	})
	t.Run("how long", func(t *testing.T) {
		says("3:1 and OHEM 64 are %.0f to %.0f AP ahead of focal loss after 9600 images", ahead(list, "dense", "ohem 64", "focal", 9600).Mean, ahead(list, "imbalance-1000", "ssd 3:1", "focal", 9600).Mean)
		dense := find(list, "dense").final()
		says("after 9600 images, and %s and %s after %d (`dense`)", by(list, "dense", "ssd 3:1", "focal", dense), by(list, "dense", "ohem 64", "focal", dense), dense)
		says("by %s after 1200 images (`default`, %d seeds, at twice the rate)", by(list, "default", "focal", "ssd 3:1", 1200), ahead(list, "default", "focal", "ssd 3:1", 1200).Seeds)
		assert.Equal(t, "at rates of 0.004 and 0.002", find(list, "default").unlike("focal", "ssd 3:1"))
	})
	t.Run("whether anything is left to gain", func(t *testing.T) {
		tiny := find(list, "dense-tiny")
		narrow("dense-tiny")
		end, gained := tiny.final(), gained("dense-tiny")
		says("(`dense-tiny`: a faint object in noise, a normalised trunk, 1:%.0f, %.1f to %.1f AP gained in the last half of %d images)", tiny.seen(rivals), slices.Min(gained), slices.Max(gained), end)
		says("3:1 is %s behind cross entropy, and the other four are within 1 AP of each other", by(list, "dense-tiny", "ce", "ssd 3:1", end))
		four, err := tiny.among([]string{"ce", "alpha-ce .75", "focal", "ohem 64"}, end)
		require.NoError(t, err)
		assert.True(t, closer(four, 1, stats.Confidence))
	})
	t.Run("where AP still rises", func(t *testing.T) {
		about, err := os.ReadFile(filepath.Join(keptIn, aboutFile))
		require.NoError(t, err)
		says("in the last half by half a point in `dense-tiny`, by one or two in `rpn-tiny` and `roi-tiny`, mostly by more elsewhere")
		assert.Contains(t, words(string(about)), "by half a point since half in `dense-tiny`, by one or two in `rpn-tiny` and `roi-tiny`, mostly by more elsewhere")
		more, all := 0, 0
		for i := range list {
			s := &list[i]
			if len(s.moments()) < 2 || s.Name == "boosting" || strings.HasPrefix(s.Name, "images-") {
				continue
			}
			for _, points := range gained(s.Name) {
				switch s.Name {
				case "dense-tiny":
					assert.InDelta(t, 0.5, points, 0.25)
				case "rpn-tiny", "roi-tiny":
					assert.InDelta(t, 1.5, points, 1)
				default:
					all++
					if points > 2 {
						more++
					}
				}
			}
		}
		assert.Greater(t, more, all*3/4, "of %d", all)
	})
	t.Run("which images", func(t *testing.T) {
		cells := stored(t, filepath.Join(keptIn, "cells"))
		images := find(cells, "dense").final()
		says("focal loss is %s ahead of 3:1 and %s of OHEM 64 after %d images",
			by(cells, "dense", "focal", "ssd 3:1", images), by(cells, "dense", "focal", "ohem 64", images), images)
		says("with %.0f negatives for each positive, focal loss", find(cells, "dense").seen(rivals))
		assert.Equal(t, "at rates of 0.004 and 0.002", find(cells, "dense").unlike("focal", "ssd 3:1"), "focal loss at twice the rate")
		says("%s behind cross entropy; after 4800 3:1 is last of three", by(cells, "dense", "ce", "focal", images))
		says("focal loss at twice the rate), and")
		repeated := end("images-300", rivals)
		assert.Equal(t, "ssd 3:1", repeated.next)
		says("focal loss is %s ahead of 3:1 (three seeds)", interval(repeated.ahead, 1))
	})
	t.Run("how much focus", func(t *testing.T) {
		says("gamma 1 is %s better after 9600 images", by(list, "gamma", "gamma 1, alpha .25", "gamma 2, alpha .25", 9600))
		says("3:1 is %s ahead of gamma 1, too, after 9600 images, and %s after 19200",
			by(list, "focus", "ssd 3:1", "focal, gamma 1", 9600), by(list, "focus", "ssd 3:1", "focal, gamma 1", 19200))
	})
	t.Run("how many negatives", func(t *testing.T) {
		assert.Equal(t, []string{"ce", "focal"}, end("imbalance-10", rivals).may)
		assert.Equal(t, []string{"ssd 3:1"}, end("imbalance-100", rivals).may)
		assert.Equal(t, []string{"ssd 3:1"}, end("imbalance-200-scenes", rivals).may)
		says("may be the best at 1:%.0f, and 3:1 leads at 1:%.0f and 1:%.0f;", find(list, "imbalance-10").seen(rivals), find(list, "imbalance-100").seen(rivals), find(list, "imbalance-200-scenes").seen(rivals))
		rare := end("imbalance-10000", rivals)
		says("3:1 has %.1f AP after %d images, where focal loss has %.1f and OHEM 64 %.1f", rare.means[2].Mean, rare.images, rare.means[1].Mean, rare.means[3].Mean)
	})
	t.Run("who drowns", func(t *testing.T) {
		ce, few := find(list, "dense-long").masses("ce", 0), find(list, "imbalance-10000").masses("ce", 0)
		says("have %.0f%% of its loss and %.0f%% of its gradient at %.0f to one, and at 8500 to one %.0f%% of its gradient", 100*ce.loss, 100*ce.gradient, ce.seen, 100*few.gradient)
	})
	t.Run("which rates differ", func(t *testing.T) {
		differ := map[string]bool{}
		for _, p := range axes()[0].points {
			if find(list, p.experiment).unequal(rivals) {
				differ[p.experiment] = true
			}
		}
		assert.Len(t, differ, 4)
		_, said, _ := strings.Cut(front, "in scenes of its own; in ")
		said, _, _ = strings.Cut(said, " not all four have the same learning rate")
		for name := range differ {
			assert.Contains(t, said, "`"+name+"`")
		}
	})
	t.Run("how weights move", func(t *testing.T) {
		var leads []float64
		for _, name := range []string{"descent", "decay"} {
			for _, mined := range []string{"ssd 3:1", "ohem 64"} {
				leads = append(leads, ahead(list, name, mined, "focal", 9600).Mean)
			}
		}
		says("mining is %.0f to %.0f AP ahead of focal loss after 9600 images", slices.Min(leads), slices.Max(leads))
		says("By gradient descent focal loss, at twice the rate, is %s ahead of 3:1 after 2400", by(list, "descent", "focal", "ssd 3:1", 2400))
	})
	t.Run("normalisation on a dense head", func(t *testing.T) {
		norm := find(list, "dense-norm")
		says("3:1 is %s ahead of focal loss after %d images, and OHEM 64 %s", by(list, "dense-norm", "ssd 3:1", "focal", norm.final()), norm.final(), by(list, "dense-norm", "ohem 64", "focal", norm.final()))
		says("#dense-norm), four seeds, one rate). 3:1 is then %s ahead of OHEM 64, from which it is not told without", by(list, "dense-norm", "ssd 3:1", "ohem 64", norm.final()))
		assert.Equal(t, 4, ahead(list, "dense-norm", "ssd 3:1", "ohem 64", norm.final()).Seeds)
		assert.False(t, norm.unequal(rivals), "one rate")
		assert.False(t, told(ahead(list, "imbalance-1000", "ssd 3:1", "ohem 64", norm.final())))
	})
	t.Run("where the trunk is normalised", func(t *testing.T) {
		normalised := func(experiment string) bool {
			c, err := find(list, experiment).Config()
			require.NoError(t, err)
			return c.Detector.Norm
		}
		for _, name := range []string{"dense-tiny", "dense-norm", "roi-tiny", "roi-norm"} {
			assert.True(t, normalised(name), name)
		}
		for _, name := range []string{"imbalance-1000", "default", "dense", "dense-long", "rpn", "rpn-long", "roi", "roi-long", "roi-rate", "roi-small"} {
			assert.False(t, normalised(name), name)
		}
		norm, rate := find(list, "roi-norm"), find(list, "roi-rate")
		lead := func(experiment string, images int) stats.Estimate {
			return ahead(list, experiment, "512 + focal", "512 + ce", images)
		}
		says("it is ahead by %s after 9600 images, %s after 19200 and %s after 38400", interval(lead("roi-norm", 9600), 1), interval(lead("roi-norm", 19200), 1), interval(lead("roi-norm", norm.final()), 1))
		for _, images := range norm.moments() {
			assert.Equal(t, 6, lead("roi-norm", images).Seeds)
			assert.Positive(t, lead("roi-norm", images).Low, "ahead after %d", images)
			assert.Positive(t, ahead(list, "roi-norm", "128 + ce", "512 + ce", images).Mean, "cross entropy is better on 128 after %d", images)
		}
		says("Cross entropy on 128 regions is better there than on 512, and focal loss on 512 is %s, %s and %s ahead of it",
			by(list, "roi-norm", "512 + focal", "128 + ce", 9600), by(list, "roi-norm", "512 + focal", "128 + ce", 19200), by(list, "roi-norm", "512 + focal", "128 + ce", norm.final()))
		says("it is %s behind after 12000 and %s after 24000 (`roi`), and level in `roi-long`", by(list, "roi", "512 + ce", "512 + focal", 12000), by(list, "roi", "512 + ce", "512 + focal", 24000))
		says("its lead is %s after 9600 images and %s after 19200 (`roi-rate`, four seeds)", difference(lead("roi-rate", 9600), 1), difference(lead("roi-rate", rate.final()), 1))
		assert.Equal(t, rate.rate("512 + ce"), norm.rate("512 + ce"), "at the rate of roi-norm")
		assert.Equal(t, 4, lead("roi-rate", rate.final()).Seeds)
		apart := func(images int) (by, half float64) {
			c, err := norm.compare("ap", "", images)
			require.NoError(t, err)
			with := c.Between(slices.Index(c.Strategies(), "512 + focal"), slices.Index(c.Strategies(), "512 + ce")).Estimate
			without := lead("roi-rate", images)
			return with.Mean - without.Mean, math.Hypot(with.Half(), without.Half())
		}
		early, earlyHalf := apart(9600)
		late, lateHalf := apart(19200)
		says("The two leads are %s ± %s apart after 9600 images and %s ± %s after 19200", number(early, 1), number(earlyHalf, 1), number(late, 1), number(lateHalf, 1))
		first, firstHalf := apart(4800)
		assert.Less(t, first, firstHalf, "not told apart after 4800")
		assert.False(t, told(ahead(list, "roi-norm", "128 + focal", "128 + ce", norm.final())), "not told at the end of roi-norm, either")
		contests, err := norm.contests(norm.strategies(""), stats.Confidence)
		require.NoError(t, err)
		for _, c := range contests {
			if c.images != 19200 {
				assert.Equal(t, []string{"ohem 64"}, c.may, "leads all of them after %d", c.images)
			}
		}
		says("by %s at the end. OHEM 64 was", interval(contests[len(contests)-1].ahead, 1))
	})
	t.Run("in the second stage", func(t *testing.T) {
		says("focal loss is %s behind cross entropy after 12000 images and %s after %d (`roi`), and not told",
			by(list, "roi", "128 + ce", "128 + focal", 12000), by(list, "roi", "128 + ce", "128 + focal", find(list, "roi").final()), find(list, "roi").final())
		assert.False(t, told(ahead(list, "roi-long", "128 + ce", "128 + focal", find(list, "roi-long").final())), "not told from it at the end of roi-long")
		small := find(list, "roi-small").final()
		says("with small objects it is %s behind after %d (`roi-small`), where cross entropy on 128 or OHEM 64 may be the best", by(list, "roi-small", "128 + ce", "128 + focal", small), small)
		assert.Equal(t, []string{"128 + ce", "ohem 64"}, end("roi-small", find(list, "roi-small").strategies("")).may)
		tiny := find(list, "roi-tiny")
		final := tiny.final()
		says("by %s by itself, and %s with one faint object in noise, where OHEM 64 is %s behind it. On the cells", by(list, "roi-norm", "512 + focal", "512 + ce", find(list, "roi-norm").final()),
			by(list, "roi-tiny", "512 + focal", "512 + ce", final), by(list, "roi-tiny", "512 + focal", "ohem 64", final))
		says("focal loss is ahead at every budget, by %s on 128 regions and %s on 512 at the end (%d seeds, one rate, the best of four for cross entropy on 512)",
			by(list, "roi-tiny", "128 + focal", "128 + ce", final), by(list, "roi-tiny", "512 + focal", "512 + ce", final), ahead(list, "roi-tiny", "512 + focal", "512 + ce", final).Seeds)
		says("OHEM 64 is %s behind it there, and level with cross entropy on 512", by(list, "roi-tiny", "512 + focal", "ohem 64", final))
		says("gamma 2 is %s ahead of gamma 0 with the same alpha, which is not told from cross entropy", by(list, "roi-focus", "gamma 2, alpha .25", "gamma 0, alpha .25", final))
		assert.False(t, told(ahead(list, "roi-focus", "gamma 0, alpha .25", "ce", final)))
		assert.Equal(t, 5, ahead(list, "roi-focus", "gamma 0, alpha .25", "ce", final).Seeds)
		narrow("roi-tiny")
		assert.False(t, tiny.unequal(tiny.strategies("")), "one rate")
		for _, images := range tiny.moments() {
			for _, regions := range []string{"128", "512"} {
				assert.Positive(t, ahead(list, "roi-tiny", regions+" + focal", regions+" + ce", images).Low, "%s after %d images", regions, images)
			}
		}
		assert.False(t, told(ahead(list, "roi-tiny", "ohem 64", "512 + ce", final)), "level")
	})
	t.Run("how large a loss is", func(t *testing.T) {
		papers := find(list, "rpn-papers").final()
		says("focal loss on all anchors is %.0f AP behind cross entropy on 512 after %d images, and cross entropy on all anchors %.0f AP",
			ahead(list, "rpn-papers", "512 + ce", "all + focal", papers).Mean, papers, ahead(list, "rpn-papers", "512 + ce", "all + ce", papers).Mean)
		sizes := find(list, "rpn-sizes")
		assert.Len(t, end("rpn-sizes", sizes.strategies("")).may, 6, "at matched scale none of six is told from another there")
	})
}
