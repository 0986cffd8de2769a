package stats

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOneIsToBeUsed(t *testing.T) {
	d := Decide(Evidence{Final: orthogonal(t, 0, 5, 2, 1)})
	assert.Equal(t, Use, d.Outcome)
	assert.Equal(t, "b", d.Leader)
	assert.Equal(t, []string{"b"}, d.MayBe)
	assert.Equal(t, Certainty, d.Confidence)
	require.NotNil(t, d.Lead)
	assert.Equal(t, []any{"b", "c", 3.0}, []any{d.Lead.A, d.Lead.B, d.Lead.Mean})
}

func TestALeadIsOverSeedsThatBothHave(t *testing.T) {
	d := Decide(Evidence{Final: compared(t, []string{"a", "b"}, [][]float64{{1, 2, 3, nan, nan, nan}, {nan, nan, nan, 7, 8, 10}})})
	assert.Equal(t, "b", d.Leader)
	assert.Nil(t, d.Lead)
}

func TestSeveralAreNotToldApart(t *testing.T) {
	d := Decide(Evidence{Final: orthogonal(t, 0, 4.5, 5, 1)})
	assert.Equal(t, NotToldApart, d.Outcome)
	assert.Equal(t, []string{"c", "b"}, d.MayBe, "the highest mean first")
}

func TestWhyThereIsNoConclusion(t *testing.T) {
	clear := orthogonal(t, 0, 5, 2, 1)
	failed := orthogonal(t, 0, 5, 2, 1)
	failed.Excluded = []Exclusion{{"b", 9, "diverged"}}
	fewer := compared(t, []string{"a", "b", "c", "d", "e"}, [][]float64{{1, 1.1}, {9, 9.1}, {1.2, 1.1}, {1, 1.2}, {1.1, 1}})
	for _, c := range []struct {
		e      Evidence
		reason Reason
		others []string
	}{
		{Evidence{Final: compared(t, []string{"a", "b"}, nil)}, NoFigures, nil},
		{Evidence{Final: compared(t, []string{"a"}, [][]float64{{9, 9.2, 9.1}})}, OneStrategy, nil},
		{Evidence{Final: clear, Floor: 4.9}, NothingLearned, nil},
		{Evidence{Final: fewer}, FewSeeds, nil},
		{Evidence{Final: failed}, LeaderFailed, nil},
		{Evidence{Final: clear, Earlier: orthogonal(t, 0, 2, 5, 1)}, Turned, []string{"c"}},
		{Evidence{Final: clear, Earlier: orthogonal(t, 0, 3, 3, 1), Projected: orthogonal(t, 9, 6, 1, 9)}, Turning, []string{"a", "d"}},
	} {
		d := Decide(c.e)
		assert.Equal(t, NoConclusion, d.Outcome, c.reason)
		assert.Equal(t, c.reason, d.Reason)
		assert.Equal(t, c.others, d.Others)
	}
	assert.Equal(t, Use, Decide(Evidence{Final: clear, Floor: 1, Earlier: orthogonal(t, 0, 3, 3, 1), Projected: orthogonal(t, 7, 7, 1, 1)}).Outcome)
}

// Less than MinImages test images decide nothing, whoever leads by however much, nor is
// it said that more seeds would tell; as many do, and a number that is not known.
func TestFewTestImagesDecideNothing(t *testing.T) {
	runs := func(images int, lead float64) (list []Run) {
		for _, name := range []string{"a", "b"} {
			for seed := range uint64(4) {
				r := Run{Strategy: name, Seed: seed, Value: lead * float64(seed%2), Images: images}
				if name == "a" {
					r.Value = 50 + 0.1*float64(seed)
				}
				for k := range 100 {
					r.Resamples = append(r.Resamples, r.Value+0.01*float64(k%7))
				}
				list = append(list, r)
			}
		}
		return list
	}
	for images, outcome := range map[int]Outcome{0: Use, 1: NoConclusion, 2: NoConclusion, MinImages - 1: NoConclusion, MinImages: Use} {
		for _, lead := range []float64{1, 100} {
			c, err := Compare([]string{"a", "b"}, runs(images, lead))
			require.NoError(t, err)
			d := Decide(Evidence{Final: c})
			if lead == 100 && outcome == Use {
				outcome = NotToldApart
			}
			assert.Equal(t, outcome, d.Outcome, "%d images", images)
			assert.Equal(t, outcome == NoConclusion, d.Reason == FewImages, "%d images", images)
			assert.Equal(t, images, d.TestImages)
		}
		s, err := Rounds{Seeds: []uint64{0, 1, 2, 3}, Race: true}.Stand([]string{"a", "b"}, runs(images, 1))
		require.NoError(t, err)
		assert.Equal(t, images > 0 && images < MinImages, s.OutOfReach, "no number of seeds will do")
		assert.Equal(t, s.OutOfReach, len(s.Out) == 0, "nobody is taken out by few images")
	}
	mixed := runs(40, 1)
	mixed[3].Images = 5
	c, err := Compare([]string{"a", "b"}, mixed)
	require.NoError(t, err)
	assert.Equal(t, 5, Decide(Evidence{Final: c}).TestImages, "the fewest")
}

// From few test images an interval may reach down to any floor: that is no sign that
// nothing was learned.
func TestFewTestImagesAreNamedBeforeNothingLearned(t *testing.T) {
	reason := func(images int, floor float64) Reason {
		var list []Run
		for _, name := range []string{"a", "b"} {
			for seed := range uint64(3) {
				list = append(list, Run{Strategy: name, Seed: seed, Value: 15, Images: images, Resamples: []float64{5, 25, 5, 25}})
			}
		}
		c, err := Compare([]string{"a", "b"}, list)
		require.NoError(t, err)
		return Decide(Evidence{Final: c, Floor: floor}).Reason
	}
	assert.Equal(t, FewImages, reason(3, 2))
	assert.Equal(t, NothingLearned, reason(3, 16), "the mean itself is below")
	assert.Equal(t, NothingLearned, reason(40, 2))
	assert.Equal(t, NothingLearned, reason(0, 2), "where the number is not known")
}

func TestWhoWasOutOfTheRaceIsOut(t *testing.T) {
	d := Decide(Evidence{Final: orthogonal(t, 0, 5, 4.5, 1), Out: []string{"c"}, Confidence: 0.999})
	assert.Equal(t, Use, d.Outcome)
	assert.Equal(t, 0.999, d.Confidence)
}

func TestProjectedGrowthGoesOn(t *testing.T) {
	final := []Run{{Strategy: "a", Seed: 1, Value: 5, Resamples: []float64{6}}, {Strategy: "a", Seed: 2, Value: 4}}
	list := Project(final, []Run{{Strategy: "a", Seed: 1, Value: 3}, {Strategy: "b", Seed: 2, Value: 3}})
	require.Len(t, list, 2)
	assert.Equal(t, Run{Strategy: "a", Seed: 1, Value: 7, Resamples: []float64{8}}, list[0])
	assert.NotEqual(t, list[1].Value, list[1].Value, "no figure at half the budget")
	assert.Equal(t, Run{Strategy: "a", Seed: 1, Value: 5, Resamples: []float64{6}}, final[0])
}
