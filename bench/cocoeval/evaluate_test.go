package cocoeval

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNothingGivesUndefinedFigures(t *testing.T) {
	r := evaluate(t, nil, nil)
	assert.Equal(t, Summary{-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}, r.Summary())
	assert.Empty(t, r.PerClass())
	assert.Contains(t, r.String(), " Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = -1.000\n")
}

func TestPerClassSumsUpToTheSummary(t *testing.T) {
	gts, dts := scene(40, 300, 2000, 6)
	r := evaluate(t, gts, dts)
	ap, ng, nd := 0.0, 0, 0
	for _, c := range r.PerClass() {
		ap += c.AP
		ng += c.GroundTruths
		nd += c.Detections
	}
	assert.InDelta(t, r.Summary().AP, ap/6, 1e-12)
	toFind := 0
	for i := range gts {
		if gts[i].ToFind() {
			toFind++
		}
	}
	assert.Less(t, toFind, 300, "there are crowds, which are no objects")
	assert.Equal(t, toFind, ng)
	assert.Equal(t, 2000, nd)
}

func TestChosenClassesAndImagesLimitTheEvaluation(t *testing.T) {
	gts, dts := scene(20, 200, 1000, 4)
	var fewGT []GroundTruth
	for _, g := range gts {
		if g.Class == 2 && g.Image < 370 {
			fewGT = append(fewGT, g)
		}
	}
	var fewDT []Detection
	for _, d := range dts {
		if d.Class == 2 && d.Image < 370 {
			fewDT = append(fewDT, d)
		}
	}
	p := DefaultParams()
	p.Classes = []int32{99, 2, 2}
	for i := range 10 {
		p.Images = append(p.Images, int64(i)*37)
	}
	r, err := Evaluate(p, gts, dts)
	require.NoError(t, err)
	assert.Equal(t, []int32{2, 99}, r.Classes)
	assert.Equal(t, evaluate(t, fewGT, fewDT).Summary(), r.Summary())
	assert.Equal(t, -1.0, r.PerClass()[1].AP)
	assert.Equal(t, -1.0, r.Precision(0, 0, 1, 0, 0))
	assert.Equal(t, -1.0, r.Score(0, 0, 1, 0, 0))
}

func TestBadParamsAreRefusedWithPlaceAndRemedy(t *testing.T) {
	for _, c := range []struct {
		spoil func(*Params)
		want  string
	}{
		{func(p *Params) { *p = Params{} }, "start from DefaultParams"},
		{func(p *Params) { p.IoU[3] = math.NaN() }, "Params.IoU[3] is NaN"},
		{func(p *Params) { p.IoU[1] = 50 }, "thresholds lie in [0, 1]"},
		{func(p *Params) { p.Recall[5] = 0 }, "Params.Recall[5] is 0; give levels in ascending order"},
		{func(p *Params) { p.MaxDets = []int{10, 10} }, "Params.MaxDets[1] is 10"},
		{func(p *Params) { p.MaxDets = []int{0} }, "Params.MaxDets[0] is 0"},
		{func(p *Params) { p.Areas[1].Max = -1 }, `Params.Areas[1] ("small")`},
	} {
		p := DefaultParams()
		c.spoil(&p)
		_, err := Evaluate(p, nil, nil)
		assert.ErrorContains(t, err, c.want)
	}
}

func TestNumbersThatAreNotFiniteAreRefused(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	box := [4]float64{1, 2, 3, 4}
	for _, g := range []GroundTruth{{Box: [4]float64{0, nan, 1, 1}}, {Box: box, Area: inf}, {Box: [4]float64{0, 0, 1e200, 1e200}}} {
		_, err := Evaluate(DefaultParams(), []GroundTruth{{Box: box, Area: 12}, g}, nil)
		assert.ErrorContains(t, err, "ground truth 1 (image 0, class 0)")
	}
	for _, d := range []Detection{{Box: [4]float64{inf, 0, 1, 1}}, {Box: box, Score: nan}, {Box: [4]float64{1e308, 0, 1e308, 0}}} {
		_, err := Evaluate(DefaultParams(), nil, []Detection{{Box: box}, d})
		assert.ErrorContains(t, err, "detection 1 (image 0, class 0)")
	}
}

func TestIndicesOutOfRangePanic(t *testing.T) {
	r := evaluate(t, []GroundTruth{{Area: 1}}, nil)
	assert.Panics(t, func() { r.Recall(10, 0, 0, 0) })
	assert.Panics(t, func() { r.AP(0, 1, 0, 0) })
	assert.Panics(t, func() { r.Precision(0, 0, 0, -1, 0) })
}
