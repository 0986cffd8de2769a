package study

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
)

// The page of rates has beside its six seeds what more seeds and longer trainings
// found.
func TestTheTextOnRatesQuotesTheStudy(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "tuning.md"))
	require.NoError(t, err)
	list := stored(t, keptIn)
	ahead := func(experiment, who, other string) (e stats.Estimate, images int) {
		s := find(list, experiment)
		moments := s.moments()
		images = moments[len(moments)-1]
		c, err := s.among([]string{who, other}, images)
		require.NoError(t, err)
		return c.Between(0, 1).Estimate, images
	}
	short, after := ahead("default", "rpn all + focal", "rpn 512 + ce")
	assert.Contains(t, words(string(text)), fmt.Sprintf("%.1f (%.1f to %.1f) after %d and the %d seeds of [`default`]", short.Mean, short.Low, short.High, after, short.Seeds))
	long, after := ahead("rpn-long", "512 + ce", "all + focal")
	assert.Contains(t, words(string(text)), fmt.Sprintf("%.1f ± %.1f ahead after %d and the %d of [`rpn-long`]", long.Mean, long.High-long.Mean, after, long.Seeds))
}
