package summary

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/stats"
	"detsample/bench/strategy"
	"detsample/bench/trainer"
)

// trainedTo is a run whose AP at half and at the whole of training is given.
func trainedTo(name string, seed uint64, half, whole float64) trainer.Record {
	r := run(name, seed, whole, whole-0.01, whole, whole+0.01)
	r.Images = 200
	r.Curve = []trainer.Point{{Images: 0}, {Images: 100, AP: half}, {Images: 200, AP: whole}}
	return trainer.Record{Run: *r}
}

// raced summarises strategies of three seeds each, by their AP at half and
// at the whole of training.
func raced(t *testing.T, rounds *stats.Rounds, ap map[string][2]float64) *Summary {
	t.Helper()
	var records []trainer.Record
	c := config.Default()
	for _, name := range []string{"ce", "focal", "ssd"} {
		c.Strategies = append(c.Strategies, strategy.Strategy{Name: name})
		for seed, noise := range [][]float64{{0, 0.004, -0.003}, {0.003, -0.004, 0}, {-0.004, 0, 0.004}}[len(c.Strategies)-1] {
			if at, there := ap[name]; there {
				records = append(records, trainedTo(name, uint64(seed+1), at[0]+noise, at[1]+noise))
			}
		}
	}
	s, err := Summarize(&c, described(), "", records, rounds)
	require.NoError(t, err)
	return &s.Summary
}

func TestRoundsAreInTheSummary(t *testing.T) {
	rounds := &stats.Rounds{Seeds: []uint64{1, 2, 3, 4, 5}, Race: true, Half: 0.5}
	s := raced(t, rounds, map[string][2]float64{"ce": {0.1, 0.2}, "focal": {0.2, 0.4}, "ssd": {0.2, 0.39}})
	require.NotNil(t, s.Rounds)
	assert.Positive(t, s.Rounds.Reached)
	s.Rounds.Reached = 0
	assert.Equal(t, &Rounds{Seeds: 5, Half: 0.5, Race: true, Out: []stats.Out{{Strategy: "ce", Seeds: 3}}, Enough: true}, s.Rounds)
	assert.InDelta(t, 1-0.01*3/5, s.Verdict.Confidence, 1e-12)
	assert.Equal(t, []string{"focal", "ssd"}, s.Verdict.MayBe)
	assert.Nil(t, raced(t, nil, map[string][2]float64{"ce": {0.1, 0.2}}).Rounds)
}

func TestImagesNeededForWholeTens(t *testing.T) {
	s := raced(t, nil, map[string][2]float64{"ce": {0.1, 0.19}, "focal": {0.2, 0.31}, "ssd": {0.05, 0.22}})
	require.Len(t, s.Strategies[0].Reached, 3)
	assert.Equal(t, 0.1, s.Strategies[0].Reached[0].AP)
	assert.InDelta(t, 100, *s.Strategies[0].Reached[0].Images, 1)
	assert.Nil(t, s.Strategies[0].Reached[1].Images, "not reached")
	assert.Nil(t, s.Strategies[0].Reached[1].High)
	assert.InDelta(t, 100, *s.Strategies[1].Reached[1].Images, 1)
	assert.Less(t, *s.Strategies[1].Reached[1].Low, *s.Strategies[1].Reached[1].Images)
}

// The JSON of any summary can be written: no infinities, no null for a list.
func TestASummaryIsAlwaysWritten(t *testing.T) {
	for _, ap := range []map[string][2]float64{{}, {"ce": {0.1, 0.2}}, {"ce": {0.1, 0.2}, "ssd": {0.05, 0.1}}} {
		text, err := json.Marshal(raced(t, nil, ap))
		require.NoError(t, err)
		assert.Contains(t, string(text), `"excluded":[]`)
	}
	var records []trainer.Record
	c := config.Default()
	for _, name := range []string{"a", "b"} {
		c.Strategies = append(c.Strategies, strategy.Strategy{Name: name})
		records = append(records, trainedTo(name, 1, 0.1, 0.2))
	}
	s, err := Summarize(&c, described(), "", records, nil)
	require.NoError(t, err)
	_, err = json.Marshal(s.Summary)
	require.NoError(t, err)
	assert.Equal(t, stats.OneSeed, s.Summary.Verdict.Reason)
}

func TestARunThatDivergedIsNamed(t *testing.T) {
	c := config.Default()
	c.Strategies = []strategy.Strategy{{Name: "a"}}
	one, two := trainedTo("a", 1, 0.1, 0.2), trainedTo("a", 2, 0.1, 0.9)
	two.Run.Diverged, two.Run.Failed = true, "diverged at step 300"
	s, err := Summarize(&c, described(), "", []trainer.Record{one, two}, nil)
	require.NoError(t, err)
	assert.Equal(t, []stats.Exclusion{{Strategy: "a", Seed: 2, Why: "diverged at step 300"}}, s.Summary.Excluded)
	assert.Equal(t, 0.2, s.Summary.Strategies[0].AP.Mean)
}
