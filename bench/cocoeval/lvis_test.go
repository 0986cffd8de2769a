package cocoeval

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lvisGolden is a case of testdata/lvis.json.gz, written by
// bench/peers/cocoeval/lvis_golden.py.
type lvisGolden struct {
	golden
	Frequency     []string
	Negative      [][2]int64
	NotExhaustive [][2]int64 `json:"not_exhaustive"`
	MaxDets       int        `json:"max_dets"`
}

func pairs(list [][2]int64) map[ImageClass]bool {
	m := map[ImageClass]bool{}
	for _, p := range list {
		m[ImageClass{p[0], int32(p[1])}] = true
	}
	return m
}

func (c *lvisGolden) federation() Federation {
	f := Federation{Images: c.Images, Classes: c.Classes, Frequency: map[int32]byte{},
		Negative: pairs(c.Negative), NotExhaustive: pairs(c.NotExhaustive)}
	for i, class := range c.Classes {
		f.Frequency[class] = c.Frequency[i][0]
	}
	return f
}

func TestFederatedFiguresAreThoseOfLVIS(t *testing.T) {
	var cases []lvisGolden
	readCases(t, "testdata/lvis.json.gz", &cases)
	require.NotEmpty(t, cases)
	for i := range cases {
		c := &cases[i]
		gts, dts := c.annotations(t)
		p := LVISParams()
		p.MaxDets = []int{c.MaxDets}
		r, err := EvaluateLVIS(p, c.federation(), gts, dts)
		require.NoError(t, err)
		s := r.Summary()
		got := []float64{s.AP, s.AP50, s.AP75, s.APS, s.APM, s.APL, s.APR, s.APC, s.APF, s.AR, s.ARS, s.ARM, s.ARL}
		assert.InDeltaSlice(t, c.Stats, got, 1e-12, "case %d (%s)", i, c.Kind)
	}
}

func TestFederationForgivesWhatNobodyKnows(t *testing.T) {
	gts := []GroundTruth{{Image: 1, Class: 1, Box: [4]float64{0, 0, 10, 10}, Area: 100}}
	elsewhere := [4]float64{50, 50, 10, 10}
	dts := []Detection{
		scored(1, 1, elsewhere, 0.9),
		scored(1, 1, [4]float64{0, 0, 10, 10}, 0.8),
		scored(1, 2, elsewhere, 0.7),
	}
	ap := func(f Federation) float64 {
		f.Images, f.Classes = []int64{1}, []int32{1, 2}
		f.Frequency = map[int32]byte{1: 'r', 2: 'f'}
		r, err := EvaluateLVIS(LVISParams(), f, gts, dts)
		require.NoError(t, err)
		assert.Equal(t, -1.0, r.GroupAP('c'))
		assert.Equal(t, 1, r.GroupClasses('r'))
		assert.Equal(t, 0, r.GroupClasses('f'))
		return r.GroupAP('r')
	}
	assert.InDelta(t, 0.5, ap(Federation{}), 1e-12)
	assert.InDelta(t, 1, ap(Federation{NotExhaustive: map[ImageClass]bool{{1, 1}: true}}), 1e-12)
}

func TestLVISTakesOneLimitOnDetections(t *testing.T) {
	_, err := EvaluateLVIS(DefaultParams(), Federation{}, nil, nil)
	assert.ErrorContains(t, err, "MaxDets has 3 limits")
}
