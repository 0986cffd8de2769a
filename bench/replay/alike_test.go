package replay

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/dump"
	"detsample/losses"
)

// What a sampler keeps of the hardest are the heaviest of cross entropy over all
// candidates, too, of whose gradient that is a part.
func TestAPartOfWhatAnotherLearnsFromIsNoLikeness(t *testing.T) {
	few := strings.Replace(mined, "ratio: 3", "ratio: 0.5", 1)
	r := ran(t, state(t, 3, losses.Sigmoid, true), Options{Strategies: strategies(t, plainCE, few)})
	v, ok := r.Likeness.Pair("ce", "ssd 3:1")
	assert.True(t, ok)
	assert.GreaterOrEqual(t, v, alike)
	assert.Regexp(t, `^No two strategies look at the same candidates\. 80% or more of the heaviest 1% are common to ce and ssd 3:1, `+
		`but not what is learnt from: of an image ce uses 1,500 candidates and ssd 3:1 uses \d+(\.\d+)?; the gradients by difficulty have as little as \d+% in common\.$`, r.Conclusion[0])
	assert.Contains(t, r.Tables()[1].Note, "of the fewer")
}

// Losses that fall alike with difficulty have the same heaviest candidates,
// however much they leave to the others.
func TestOneOrderIsNoLikenessOfTheGradient(t *testing.T) {
	f := func(v float64) *float64 { return &v }
	r := &Report{
		Strategies: true, Images: 1, Labels: Labels{Candidates: 10, Negatives: 10},
		Samplers: []Sampler{
			{Name: "ce", Negatives: 10, Gradient: [dump.Deciles]Divided{2: {Negatives: 0.74}, 9: {Negatives: 0.26}}},
			{Name: "focal", Negatives: 10, Gradient: [dump.Deciles]Divided{2: {Negatives: 0.2}, 9: {Negatives: 0.8}}},
		},
		Likeness: Likeness{Top: [][]*float64{{f(1), f(1)}, {f(1), f(1)}}},
	}
	assert.Equal(t, "No two strategies look at the same candidates. 80% or more of the heaviest 1% are common to ce and focal, but not what is learnt from: "+
		"the gradients by difficulty have as little as 46% in common.", conclude(r)[0])
	r.Samplers[1].Gradient[2].Negatives, r.Samplers[1].Gradient[9].Negatives = 0.6, 0.4
	assert.Equal(t, "All 2 strategies look at the same candidates: any two have 80% or more of the heaviest 1% in common, and of the gradient by difficulty, and use about as many.", conclude(r)[0])
}
