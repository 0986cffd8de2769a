package main

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
)

// A quick form of the study, with draws that are always the same: intervals of
// 95% hold within the Monte Carlo error of 300 comparisons.
func TestIntervalsHold(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	for s := range shapes[:2] {
		for _, seeds := range []int{3, 8} {
			c, err := equals(shapes[s], 4, seeds, 300, 40, key(s, 4, seeds))
			require.NoError(t, err)
			assert.InDelta(t, 0.95, mean(c.differences), 0.025, "%s, %d seeds", shapes[s].name, seeds)
			assert.InDelta(t, 0.95, mean(c.means), 0.03)
			assert.GreaterOrEqual(t, mean(c.inCertain), 0.95)
			assert.LessOrEqual(t, c.use, 0.05)
		}
	}
}

func TestStoredRuns(t *testing.T) {
	lines := ""
	for _, name := range []string{"a", "b"} {
		for seed, ap := range []string{"0.10", "0.12", "0.11", "0.13", "0.12", "0.14"} {
			if name == "b" {
				ap += "7"
			}
			lines += `{"strategy":"` + name + `","seed":` + string(rune('1'+seed)) + `,"ap":` + ap + `,"resamples":[0.12,0.13]}` + "\n"
		}
	}
	d, err := read(strings.NewReader(lines))
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b"}, d.strategies)
	assert.InDelta(t, 12, d.mean("a", d.seeds), 1e-9)
	c, err := d.finite(3, 50, 10)
	require.NoError(t, err)
	assert.InDelta(t, 0.95, c.differences[0], 0.1)
	said, n, err := d.apart(2)
	require.NoError(t, err)
	assert.Equal(t, 3, n)
	assert.Equal(t, []string{"no conclusion: 3"}, said, "two seeds are too few")
	said, n, err = d.apart(4)
	require.NoError(t, err)
	assert.Equal(t, 1, n, "two seeds are left over")
	assert.Equal(t, []string{"use b: 1"}, said)
	_, err = read(strings.NewReader(`{"strategy":"a","seed":1}`))
	assert.Error(t, err)
	_, err = read(strings.NewReader("{"))
	assert.Error(t, err)
}

// A finite population: of all seeds but none left, the mean is known.
func TestAllSeedsLeaveNoSpread(t *testing.T) {
	d, err := read(strings.NewReader(`{"strategy":"a","seed":1,"ap":0.1}
{"strategy":"a","seed":2,"ap":0.2}
{"strategy":"a","seed":3,"ap":0.4}
{"strategy":"a","seed":4,"ap":0.3}
{"strategy":"b","seed":1,"ap":0.1}
{"strategy":"b","seed":2,"ap":0.3}
{"strategy":"b","seed":3,"ap":0.4}
{"strategy":"b","seed":4,"ap":0.1}`))
	require.NoError(t, err)
	c, err := d.finite(4, 2, 1)
	require.NoError(t, err)
	assert.True(t, c.half == 0 || math.IsNaN(c.half))
	assert.Equal(t, 1.0, c.inCertain[0])
}

func TestRacesKeepTheBest(t *testing.T) {
	e, err := rounds(shapes[0], []float64{0, -8}, stats.Rounds{Seeds: seedsTo(6), Race: true}, 10, 1)
	require.NoError(t, err)
	assert.Zero(t, e.lost)
	assert.InDelta(t, 1, e.alone, 1e-9)
	assert.Less(t, e.trained, 1.0)
}

func TestTablesStandBetweenTheirMarkers(t *testing.T) {
	const begin, end = "<!-- coverage: begin -->\n", "<!-- coverage: end -->\n"
	document := filepath.Join(t.TempDir(), "statistics.md")
	require.NoError(t, os.WriteFile(document, []byte("a\n"+begin+"old\n"+end+"b\n"), 0o644))
	require.NoError(t, renew(document, "new\n"))
	text, err := os.ReadFile(document)
	require.NoError(t, err)
	assert.Equal(t, "a\n"+begin+"\nnew\n\n"+end+"b\n", string(text))
	require.NoError(t, os.WriteFile(document, []byte("nothing"), 0o644))
	assert.Error(t, renew(document, "new"))
}
