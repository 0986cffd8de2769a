package study

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
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
	study := filepath.Join("..", "..", "docs", "study")
	list, err := Open(study)
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	require.NoError(t, err)
	front := words(string(text))
	says := func(format string, figures ...any) {
		t.Helper()
		assert.Contains(t, front, fmt.Sprintf(format, figures...))
	}
	ahead := func(list []Stored, experiment, a, b string, images int) stats.Estimate {
		t.Helper()
		c, err := find(list, experiment).compare("ap", "", images)
		require.NoError(t, err)
		return c.Between(slices.Index(c.Strategies(), a), slices.Index(c.Strategies(), b)).Estimate
	}
	contests := func(experiment string, names []string) []contest {
		t.Helper()
		list, err := find(list, experiment).contests(names, stats.Confidence)
		require.NoError(t, err)
		return list
	}
	end := func(experiment string, names []string) contest {
		t.Helper()
		list := contests(experiment, names)
		return list[len(list)-1]
	}

	t.Run("how long", func(t *testing.T) {
		for name, want := range map[string]float64{"imbalance-1000": 15, "dense": 13} { // of the one that is farthest ahead, or the least
			ssd, ohem := ahead(list, name, "ssd 3:1", "focal", 9600).Mean, ahead(list, name, "ohem 64", "focal", 9600).Mean
			assert.GreaterOrEqual(t, ssd, ohem, name)
			assert.Equal(t, want, math.Round(map[bool]float64{true: ssd, false: ohem}[want == 15]), name)
		}
	})
	t.Run("which images", func(t *testing.T) {
		cells, err := Open(filepath.Join(study, "cells"))
		require.NoError(t, err)
		images := find(cells, "dense").final()
		says("focal loss is %s ahead of 3:1 and %s of OHEM 64 after %d images",
			interval(ahead(cells, "dense", "focal", "ssd 3:1", images), 1), interval(ahead(cells, "dense", "focal", "ohem 64", images), 1), images)
		says("with %.0f negatives for each positive, focal loss", find(cells, "dense").seen())
		repeated := end("images-300", rivals)
		assert.Equal(t, "ssd 3:1", repeated.next)
		says("focal loss is %s ahead of 3:1, three seeds", interval(repeated.ahead, 1))
	})
	t.Run("how much focus", func(t *testing.T) {
		says("gamma 1 is %s better after 9600 images", interval(ahead(list, "gamma", "gamma 1, alpha .25", "gamma 2, alpha .25", 9600), 1))
		behind := func(images int) string { return interval(ahead(list, "focus", "ssd 3:1", "focal, gamma 1", images), 1) }
		says("3:1 is %s ahead of it after 9600 images, and %s after 19200", behind(9600), behind(19200))
		for _, images := range []int{9600, 19200} {
			gap := ahead(list, "focus", "ssd 3:1", "focal", images).Mean
			assert.InDelta(t, 0.5, ahead(list, "focus", "focal, gamma 1", "focal", images).Mean/gap, 0.1, "makes good about half after %d", images)
		}
	})
	t.Run("how many negatives", func(t *testing.T) {
		assert.Equal(t, []string{"ssd 3:1"}, end("imbalance-100", rivals).may, "at 1:156 3:1 alone leads")
		rare := end("imbalance-10000", rivals)
		says("3:1 has %.1f AP after %d images, where focal loss has %.1f and OHEM 64 %.1f", rare.means[2].Mean, rare.images, rare.means[1].Mean, rare.means[3].Mean)
		ce, few := find(list, "dense-long").masses("ce", 0), find(list, "imbalance-10000").masses("ce", 0)
		says("they have %.0f%% of its loss, at %.0f to one, and %.0f%% of its gradient", 100*ce.loss, ce.seen, 100*ce.gradient)
		says("at 8500 to one %.0f%% of its gradient", 100*few.gradient)
	})
	t.Run("how weights move", func(t *testing.T) {
		for _, name := range []string{"descent", "decay"} {
			for _, mined := range []string{"ssd 3:1", "ohem 64"} {
				by := math.Round(ahead(list, name, mined, "focal", 9600).Mean)
				assert.True(t, by >= 6 && by <= 8, "by 6 to 8 AP: %s, %g", name, by)
			}
		}
	})
	t.Run("how large a loss is", func(t *testing.T) {
		papers := find(list, "rpn-papers").final()
		says("focal loss on all anchors is %.0f AP behind cross entropy on 512 after %d images, and cross entropy on all anchors %.0f AP",
			ahead(list, "rpn-papers", "512 + ce", "all + focal", papers).Mean, papers, ahead(list, "rpn-papers", "512 + ce", "all + ce", papers).Mean)
		sizes := find(list, "rpn-sizes")
		assert.Len(t, end("rpn-sizes", sizes.strategies("")).may, 6, "at matched scale none of the six is told from another")
	})
}
