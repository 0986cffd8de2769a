package anchors

import (
	"encoding"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func labels(a Assigner, c Candidates, t Truth) []int32 {
	if t.Class == nil {
		t.Class = make([]int32, len(t.Box))
	}
	var dst Assignment
	a.Assign(&dst, &c, &t)
	return dst.GT
}

func TestChoicesAreReadAsTheyAreWritten(t *testing.T) {
	type text interface {
		encoding.TextMarshaler
		encoding.TextUnmarshaler
	}
	for _, c := range []struct {
		choice text // zero
		names  []string
	}{
		{new(Ties), tiesNames}, {new(Order), orderNames}, {new(Straddle), straddleNames},
		{new(IgnoreOrder), ignoreNames}, {new(Measure), measureNames},
	} {
		for i, name := range c.names {
			if i > 0 { // the zero value has the first name
				require.NoError(t, c.choice.UnmarshalText([]byte(name)))
			}
			written, err := c.choice.MarshalText()
			require.NoError(t, err)
			assert.Equal(t, name, string(written))
		}
		err := c.choice.UnmarshalText([]byte("no such choice"))
		assert.ErrorContains(t, err, `"no such choice": expected `+c.names[0])
	}
}

func TestAnUntouchedGroundTruthIsATrapOnlyOnRequest(t *testing.T) {
	c := Candidates{Box: []Box{{0, 0, 8, 8}, {8, 0, 16, 8}}}
	truth := Truth{Box: []Box{{100, 100, 120, 120}}}
	for ties, trapped := range map[Ties][]int32{TiesAll: {0, 0}, TiesFirst: {0, Negative}} {
		m := NewMaxIoU(0.5, 0.4)
		m.Ties = ties
		assert.Equal(t, []int32{Negative, Negative}, labels(m, c, truth))
		m.ForceZero = true
		assert.Equal(t, trapped, labels(m, c, truth))
	}
}

func TestLowestGivesACandidateThatManyWantToTheFirst(t *testing.T) {
	// The candidate is the best of all three, of the second by most.
	c := Candidates{Box: []Box{{0, 0, 10, 10}}}
	truth := Truth{Box: []Box{{0, 0, 10, 2}, {0, 0, 10, 4}, {0, 0, 10, 3}}}
	for forced, want := range map[Forced]int32{ForcedLowest: 0, ForcedKeep: 1, ForcedTaken: 2} {
		for _, ties := range []Ties{TiesAll, TiesFirst} {
			m := MaxIoU{PosIoU: 0.5, NegIoU: 0.45, Forced: forced, Ties: ties}
			assert.Equal(t, []int32{want}, labels(m, c, truth), "%s %v", forced, ties)
		}
	}
}

func TestOrderSaysWhichRuleHasTheLastWord(t *testing.T) {
	// The first candidate reaches the threshold with ground truth 0 but is the
	// best of 1 too; the second lies below the negative one but is the best of 2.
	c := Candidates{Box: []Box{{0, 0, 10, 10}, {20, 0, 30, 10}}}
	truth := Truth{Box: []Box{{0, 0, 10, 9}, {0, 0, 10, 8}, {20, 0, 30, 2}}}
	for order, want := range map[Order][]int32{ForcedLast: {1, 2}, PositiveLast: {0, 2}, NegativeLast: {0, Negative}} {
		m := MaxIoU{PosIoU: 0.7, NegIoU: 0.3, Forced: ForcedTaken, Order: order}
		assert.Equal(t, want, labels(m, c, truth), order)
		m.Ties = TiesFirst
		assert.Equal(t, want, labels(m, c, truth), order)
	}
}

func TestNegativesHaveAFloor(t *testing.T) {
	c := Candidates{Box: []Box{{0, 0, 10, 10}, {0, 0, 10, 50}, {50, 0, 60, 10}}} // IoU 1, 0.2 and 0
	m := MaxIoU{PosIoU: 0.5, NegIoU: 0.5, NegFloor: 0.1, Forced: ForcedNone}
	assert.Equal(t, []int32{0, Negative, Ignored}, labels(m, c, Truth{Box: []Box{{0, 0, 10, 10}}}))
	assert.Equal(t, []int32{Negative, Negative, Negative}, labels(m, c, Truth{}))
	m.NegFloor = 0.6
	assert.ErrorContains(t, m.Validate(), "neg_floor 0.6 is above neg_iou 0.5")
}

func TestStraddlingCandidatesAreKeptDroppedOrMasked(t *testing.T) {
	// The object's best candidate crosses the border by 5 pixels, the next best
	// does not, and the third touches the border.
	c := Candidates{Box: []Box{{-5, 0, 5, 10}, {0, 0, 10, 10}, {90, 0, 100, 10}}, Width: 100, Height: 100}
	truth := Truth{Box: []Box{{-4, 0, 5, 10}}}
	for straddle, want := range map[Straddle][]int32{
		StraddleKept:    {0, Negative, Negative},
		StraddleDropped: {Ignored, 0, Ignored},
		StraddleMasked:  {Ignored, Negative, Ignored},
	} {
		m := MaxIoU{PosIoU: 0.9, NegIoU: 0.8, Forced: ForcedTaken, Straddle: straddle}
		assert.Equal(t, want, labels(m, c, truth), straddle)
		m.Border = 6
		want = labels(MaxIoU{PosIoU: 0.9, NegIoU: 0.8, Forced: ForcedTaken}, c, truth)
		assert.Equal(t, want, labels(m, c, truth), straddle)
		assert.Equal(t, straddle != StraddleKept, m.Needs() == NeedSize)
	}
}

// As in every peer, a box that reaches the border on the right or at the bottom
// crosses it, on the left or at the top not.
func TestABoxThatReachesTheBorderCrossesItOnTheRightAndAtTheBottom(t *testing.T) {
	for box, want := range map[Box]bool{
		{-4, -4, 99, 49}: false, {-4.5, 0, 9, 9}: true, {0, -4.5, 9, 9}: true,
		{0, 0, 103.5, 9}: false, {0, 0, 104, 9}: true, {0, 0, 9, 53.5}: false, {0, 0, 9, 54}: true,
	} {
		assert.Equal(t, want, straddles(box, 100, 50, 4), "%v", box)
	}
}

// Thresholds belong to what lies above them, by any similarity.
func TestThresholdsOfSimilarityBelongToWhatLiesAbove(t *testing.T) {
	m := MaxIoU{PosIoU: 0.5, NegIoU: 0.375, NegFloor: 0.25, Similarity: Similarity{Measure: MeasureIoF}}
	boxes := []Box{{0, 0, 8, 8}, {0, 0, 8, 8.25}, {0, 0, 8, 10.75}, {0, 0, 8, 16}, {0, 0, 8, 17}}
	truth := Truth{Box: []Box{{0, 0, 8, 4}}} // shares 1/2, less, 3/8 less a trifle, 1/4, less
	assert.Equal(t, []int32{0, Ignored, Negative, Negative, Ignored}, labels(m, Candidates{Box: boxes}, truth))

	m = MaxIoU{PosIoU: 0.5, NegIoU: 0.4, Similarity: Similarity{Measure: MeasureGIoU}}
	assert.Equal(t, []int32{Negative}, labels(m, Candidates{Box: []Box{{50, 50, 60, 60}}}, truth), "no floor, though below 0")
}

func TestIgnoreRegionsComeFirstOnRequest(t *testing.T) {
	c := Candidates{Box: []Box{{0, 0, 10, 10}, {20, 0, 30, 10}, {0, 0, 10, 12}}}
	truth := Truth{Box: []Box{{0, 0, 10, 10}}, Ignore: []Box{{0, 0, 100, 10}}}
	m := MaxIoU{PosIoU: 0.9, NegIoU: 0.8, Forced: ForcedTaken, IgnoreIoF: 0.9}
	assert.Equal(t, []int32{0, Ignored, Ignored}, labels(m, c, truth), "the third overlaps too much for a negative")
	m.IgnoreOrder = IgnoreFirst
	assert.Equal(t, []int32{Ignored, Ignored, 0}, labels(m, c, truth), "the best that is left is forced")
}

func TestMaxIoUBySimilarityStillReportsIoU(t *testing.T) {
	c := Candidates{Box: []Box{{0, 0, 4, 4}, {8, 0, 12, 4}}}
	truth := Truth{Box: []Box{{5, 0, 9, 4}}, Class: []int32{0}} // 5 and 3 pixels away
	m := NewMaxIoU(0.7, 0.7)
	m.Forced, m.Similarity = ForcedNone, Similarity{MeasureNWD, 12.8}
	var dst Assignment
	m.Assign(&dst, &c, &truth)
	assert.Equal(t, []int32{Negative, 0}, dst.GT) // exp(-5/12.8) = 0.68, exp(-3/12.8) = 0.79
	assert.Equal(t, []float32{0, 1. / 7}, dst.IoU)
}

func TestSSDGivesACandidateThatManyWantToTheLast(t *testing.T) {
	c := Candidates{Box: []Box{{0, 0, 10, 10}, {0, 0, 10, 10}, {50, 0, 60, 10}}}
	truth := Truth{Box: []Box{{0, 0, 10, 3}, {0, 0, 10, 2}}}
	assert.Equal(t, []int32{1, Negative, Negative}, labels(NewSSDBipartite(), c, truth))
}

func TestALoneCompetitorOfATSSCanWin(t *testing.T) {
	c := Candidates{Box: []Box{{0, 0, 8, 8}}, Grid: []Grid{{8, 1, 1, 1, 0}}}
	assert.Equal(t, []int32{0}, labels(NewATSS(), c, Truth{Box: []Box{{0, 0, 6, 6}}}))
}

func TestAnATSSPositiveHasItsCentreInsideTheObjectByAHundredthOfAPixel(t *testing.T) {
	c := Candidates{Box: []Box{{0, 0, 8, 8}}, Grid: []Grid{{8, 1, 1, 1, 0}}}
	for margin, want := range map[float32]int32{0.005: Negative, 0.02: 0} {
		assert.Equal(t, []int32{want}, labels(NewATSS(), c, Truth{Box: []Box{{0, 0, 4 + margin, 8}}}))
	}
}

func TestUniformIgnoresUnpickedCandidatesWhosePredictionIsTooGood(t *testing.T) {
	truth := Truth{Box: []Box{{0, 0, 8, 8}}}
	c := Candidates{
		Box:     []Box{{0, 0, 8, 8}, {40, 0, 48, 8}, {80, 0, 88, 8}},
		Decoded: []Box{{0, 0, 8, 8}, {0, 0, 8, 4}, {0, 0, 8, 5}}, // IoU 1, 0.5 and 0.625
	}
	u := Uniform{MatchTimes: 1, PosIgnoreIoU: 0.15, NegIgnoreIoU: 0.5}
	assert.Equal(t, []int32{0, Negative, Ignored}, labels(u, c, truth))
	u.PosIgnoreIoU = 1
	c.Box[0] = Box{0, 0, 8, 7}
	assert.Equal(t, []int32{Ignored, Negative, Ignored}, labels(u, c, truth))
}

func TestEveryFarObjectGetsItsTopKAndNoMore(t *testing.T) {
	c := Candidates{}
	for i := range 20 {
		x := float32(10 * i)
		c.Box = append(c.Box, Box{x, 0, x + 10, 10})
	}
	truth := Truth{Box: []Box{{4000, 0, 4004, 4}}}
	assert.Equal(t, []int32{Negative, 0, 0}, labels(NewNWDRKA(), c, truth)[17:])
	assert.Equal(t, []int32{Negative, 0, 0}, labels(NewRFLA(), c, truth)[17:])
}

func TestEquallySimilarCandidatesAreAllPositiveUnlessTheFirstIsWanted(t *testing.T) {
	c := Candidates{Box: []Box{{0, 0, 10, 10}, {20, 0, 30, 10}, {60, 0, 70, 10}}}
	truth := Truth{Box: []Box{{10, 0, 20, 10}}}
	n := NewNWDRKA()
	n.TopK = 1
	assert.Equal(t, []int32{0, 0, Negative}, labels(n, c, truth))
	n.Ties = TiesFirst
	assert.Equal(t, []int32{0, Negative, Negative}, labels(n, c, truth))
}

func TestReceptiveFieldsCanFollowTheStrides(t *testing.T) {
	// By their boxes the second resembles the object most; by fields of 4
	// strides, 32 and 16 pixels, the first does.
	c := Candidates{Box: []Box{{8, 8, 24, 24}, {12, 12, 44, 44}}, Grid: []Grid{{8, 1, 1, 1, 0}, {4, 1, 1, 1, 1}}}
	truth := Truth{Box: []Box{{4, 4, 36, 36}}}
	r := NewRFLA()
	r.TopK, r.SecondTopK = 1, 0
	assert.Equal(t, []int32{Negative, 0}, labels(r, c, truth))
	r.Field = 4
	assert.Equal(t, []int32{0, Negative}, labels(r, c, truth))
	for field, want := range map[float64]Need{0: 0, 0.5: NeedGrid, 1: NeedGrid, 4: NeedGrid} {
		r.Field = field
		assert.Equal(t, want, r.Needs(), field)
	}
}
