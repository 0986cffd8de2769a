package stage

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

// lacking returns what an image lacks whose candidates are 10x10, 20x20, 10x40
// and 40x10, labelled gt, of which sampled are kept.
func lacking(gt []int32, truth []anchors.Box, asked int, sampled ...int32) losses.Scarcity {
	var b Batch
	b.Reset()
	sample := sampling.Sample{Index: sampled}
	for range sampled {
		sample.Weight = append(sample.Weight, 1)
	}
	b.Add(Image{
		Candidates: []anchors.Box{{0, 0, 10, 10}, {0, 0, 20, 20}, {0, 0, 10, 40}, {0, 0, 40, 10}},
		GT:         gt, Truth: &anchors.Truth{Box: truth, Class: make([]int32, len(truth))},
		Sample: &sample, Asked: asked,
	}, func(i int) int32 { return int32(i) })
	return b.seen.Scarcity
}

func TestUnmatchedObjectsAreCountedWithWhatTheirExtentSays(t *testing.T) {
	objects := []anchors.Box{
		{0, 0, 10, 10},   // matched
		{0, 0, 9, 10},    // smaller than any
		{0, 0, 21, 21},   // larger than any
		{0, 0, 4, 40},    // narrower than any
		{0, 0, 60, 5},    // lower than any
		{50, 0, 60, 20},  // fits but lies apart
		{0, 0, 2, 49.75}, // too small and too narrow: counted once
	}
	gt := []int32{0, anchors.Negative, anchors.Negative, anchors.Ignored}
	assert.Equal(t, losses.Scarcity{
		Images: 1, Truths: 7, Unmatched: 6, Smaller: 2, Larger: 1, Narrower: 2,
	}, lacking(gt, objects, 0, 0, 1, 2))
}

// Of a pyramid, the anchors of one cell of each level have all the shapes: the
// second level has one cell, the third and fourth none.
func TestTheExtentOfAPyramidIsThatOfACellOfEachLevel(t *testing.T) {
	m := &Image{
		Candidates: []anchors.Box{{0, 0, 10, 20}, {10, 0, 20, 20}, {0, 0, 40, 40}},
		Grid: []anchors.Grid{
			{Width: 2, Height: 1, PerCell: 1}, {Width: 1, Height: 1, PerCell: 1, Start: 2},
			{Width: 0, Height: 3, PerCell: 1, Start: 3}, {Width: 3, Height: 0, PerCell: 1, Start: 3},
		},
	}
	assert.Equal(t, extent{smallest: 200, largest: 1600, widest: 1, highest: 2}, extentOf(m))
}

func TestAnObjectIsMatchedByAnyCandidateSampledOrNot(t *testing.T) {
	objects := []anchors.Box{{0, 0, 10, 10}, {0, 0, 20, 20}}
	s := lacking([]int32{0, 1, 1, anchors.Negative}, objects, 0, 3)
	assert.Zero(t, s.Unmatched)
	assert.Equal(t, losses.Scarcity{Images: 1, Truths: 2, FewPositives: 1, Beside: 1}, s)
}

func TestPositivesAreFewBelowATenthOfThoseAskedFor(t *testing.T) {
	objects := []anchors.Box{{0, 0, 10, 10}}
	gt := []int32{0, anchors.Negative, anchors.Negative, anchors.Negative}
	assert.Equal(t, losses.Scarcity{Images: 1, Truths: 1}, lacking(gt, objects, 10, 0, 1), "1 of 10")
	assert.Equal(t, losses.Scarcity{Images: 1, Truths: 1, FewPositives: 1, Asked: 11, Kept: 1, Beside: 2}, lacking(gt, objects, 11, 0, 1, 3), "1 of 11")
	assert.Equal(t, losses.Scarcity{Images: 1, Truths: 1, FewPositives: 1, Asked: 11, Beside: 1}, lacking(gt, objects, 11, 3))
	empty := []int32{anchors.Negative, anchors.Negative, anchors.Negative, anchors.Negative}
	assert.Equal(t, losses.Scarcity{Images: 1}, lacking(empty, nil, 256, 1, 2), "an image without objects asks for none")
}

func TestImagesWithoutNegativesAreCounted(t *testing.T) {
	gt := []int32{anchors.Negative, anchors.Negative, anchors.Negative, anchors.Negative}
	assert.Equal(t, losses.Scarcity{Images: 1, NoNegatives: 1}, lacking(gt, nil, 0))
	var b Batch
	b.Reset()
	b.Add(Image{
		Candidates: make([]anchors.Box, 4), GT: gt, Truth: &anchors.Truth{},
		Sample: &sampling.Sample{Index: []int32{0, 1}, Weight: []float32{0, 0}},
	}, func(i int) int32 { return int32(i) })
	assert.Equal(t, losses.Scarcity{Images: 1, NoNegatives: 1}, b.seen.Scarcity, "a weight of 0 keeps nothing")
}

func TestAnImageWithoutCandidatesLacksEverything(t *testing.T) {
	var b Batch
	b.Reset()
	b.Add(Image{Truth: &anchors.Truth{Box: []anchors.Box{{0, 0, 1, 1}}}, Sample: &sampling.Sample{}, Asked: 5}, nil)
	assert.Equal(t, losses.Scarcity{Images: 1, Truths: 1, Unmatched: 1, FewPositives: 1, Asked: 5, NoNegatives: 1}, b.seen.Scarcity)
}

func TestCountingWhatIsLackingAllocatesNothing(t *testing.T) {
	var b Batch
	m := Image{
		Candidates: make([]anchors.Box, 4), GT: []int32{anchors.Negative, anchors.Negative, anchors.Negative, anchors.Negative},
		Truth: &anchors.Truth{Box: make([]anchors.Box, 3), Class: make([]int32, 3)}, Sample: &sampling.Sample{}, Asked: 8,
	}
	row := func(i int) int32 { return 0 }
	add := func() {
		b.Reset()
		b.Add(m, row)
	}
	add()
	assert.Equal(t, 3, b.seen.Scarcity.Unmatched)
	assert.Zero(t, testing.AllocsPerRun(10, add))
}
