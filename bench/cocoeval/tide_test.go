package cocoeval

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tideGolden is a case of testdata/tide.json.gz, written by
// bench/peers/cocoeval/tide_golden.py.
type tideGolden struct {
	golden
	Federated     bool
	Negative      [][2]int64
	NotExhaustive [][2]int64 `json:"not_exhaustive"`

	Thresholds [2]float64
	MaxDets    int `json:"max_dets"`
	TIDE       struct {
		AP      float64
		Count   [errorKinds]int
		Delta   [errorKinds]float64
		Special [2]float64
	}
}

func TestErrorSplitsAreThoseOfTIDE(t *testing.T) {
	var cases []tideGolden
	readCases(t, "testdata/tide.json.gz", &cases)
	require.NotEmpty(t, cases)
	var seen [errorKinds]int
	for i := range cases {
		c := &cases[i]
		gts, dts := c.annotations(t)
		p := ErrorParams{Foreground: c.Thresholds[0], Background: c.Thresholds[1], MaxDets: c.MaxDets, Images: c.Images}
		if c.Federated {
			p.Federation = &Federation{Negative: pairs(c.Negative), NotExhaustive: pairs(c.NotExhaustive)}
		}
		s, err := SplitErrors(p, gts, dts)
		require.NoError(t, err)
		assert.Equal(t, c.TIDE.Count, s.Count, "case %d (%s)", i, c.Kind)
		assert.InDelta(t, c.TIDE.AP, 100*s.AP, 1e-9, "case %d (%s)", i, c.Kind)
		for k := range errorKinds {
			seen[k] += s.Count[k]
			assert.InDelta(t, c.TIDE.Delta[k], 100*s.DeltaAP[k], 1e-9, "case %d (%s): %v", i, c.Kind, k)
		}
		assert.InDelta(t, c.TIDE.Special[0], 100*s.FalsePositive, 1e-9, "case %d (%s)", i, c.Kind)
		assert.InDelta(t, c.TIDE.Special[1], 100*s.FalseNegative, 1e-9, "case %d (%s)", i, c.Kind)
	}
	for k, n := range seen {
		assert.Greater(t, n, 20, "the cases hold too few errors of kind %v", ErrorKind(k))
	}
}

func TestEachErrorIsOfItsKind(t *testing.T) {
	gts := []GroundTruth{
		{Image: 1, Class: 1, Box: [4]float64{0, 0, 10, 10}},
		{Image: 1, Class: 1, Box: [4]float64{40, 0, 10, 10}},
		{Image: 1, Class: 2, Box: [4]float64{80, 0, 10, 10}},
		{Image: 1, Class: 2, Box: [4]float64{120, 0, 10, 10}},
	}
	dts := []Detection{
		scored(1, 1, [4]float64{0, 0, 10, 10}, 0.9),    // right
		scored(1, 1, [4]float64{0, 1, 10, 10}, 0.8),    // duplicate
		scored(1, 1, [4]float64{46, 0, 10, 10}, 0.7),   // localisation, overlap 0.25
		scored(1, 1, [4]float64{80, 0, 10, 10}, 0.6),   // classification
		scored(1, 1, [4]float64{126, 0, 10, 10}, 0.5),  // both
		scored(1, 2, [4]float64{0, 200, 10, 10}, 0.95), // background
	}
	s, err := SplitErrors(DefaultErrorParams(), gts, dts)
	require.NoError(t, err)
	assert.Equal(t, [errorKinds]int{1, 1, 1, 1, 1, 1}, s.Count)
}

func TestTheLimitOnDetectionsIsNamedWhereItMissesObjects(t *testing.T) {
	var gts []GroundTruth
	var dts []Detection
	for i := range 7 {
		box := [4]float64{float64(20 * i), 0, 10, 10}
		gts = append(gts, GroundTruth{Image: 1, Class: 1, Box: box})
		dts = append(dts, scored(1, 1, box, 1-float64(i)/10), scored(1, 2, box, 1-float64(i)/10))
	}
	dts = append(dts[:12], scored(1, 1, [4]float64{300, 0, 10, 10}, .01)) // the last object is not found
	for limit, beyond := range map[int]int{1: 5, 5: 3, 12: 0, 100: 0} {
		p := DefaultErrorParams()
		p.MaxDets = limit
		s, err := SplitErrors(p, gts, dts)
		require.NoError(t, err)
		assert.Equal(t, beyond, s.BeyondLimit, limit)
	}
}

func TestErrorSplitRefusesWrongParamsAndNaN(t *testing.T) {
	for _, p := range []ErrorParams{{}, {0.5, 0.5, 100, nil, nil}, {0.5, 0.1, 0, nil, nil}, {1.5, 0.1, 1, nil, nil}, {0.5, 0, 1, nil, nil}} {
		_, err := SplitErrors(p, nil, nil)
		assert.ErrorContains(t, err, "ErrorParams")
	}
	_, err := SplitErrors(DefaultErrorParams(), nil, []Detection{{Score: math.NaN()}})
	assert.ErrorContains(t, err, "has training diverged?")
	s, err := SplitErrors(DefaultErrorParams(), nil, nil)
	require.NoError(t, err)
	assert.Zero(t, *s)
}
