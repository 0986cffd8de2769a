package sampling

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

// Of 2000 negatives, one that keeps all keeps their whole gradient, in
// expectation; the others do not, and one that mines keeps the hard ones.
func TestEverySamplerThinsTheNegativesAsItSays(t *testing.T) {
	c := scene(rand.New(rand.NewPCG(1, 0)), 2000, 0.01, 0)
	for i := range c.GT { // hardness, gradient and score agree, as a head's do
		c.Gradient[i] = c.Hardness[i]
		for k := range c.Classes {
			c.Score[i*c.Classes+k] = c.Hardness[i]
		}
	}
	for _, e := range registered.All() {
		s, said := e.New(), ThinningOf(e.New())
		if reflect.TypeOf(s).PkgPath() != reflect.TypeFor[All]().PkgPath() {
			assert.Equal(t, Unsaid, said, e.Name) // of an example
			continue
		}
		var kept, all, count, total, hard, hardness float64
		for draw := range 200 {
			var sample Sample
			s.Sample(&sample, c, rand.New(rand.NewPCG(uint64(draw), 1)))
			for i, at := range sample.Index {
				if c.GT[at] == anchors.Negative {
					kept += float64(sample.Weight[i] * c.Gradient[at])
					hard += float64(c.Hardness[at])
					count++
				}
			}
			for i, gt := range c.GT {
				if gt == anchors.Negative {
					all += float64(c.Gradient[i])
					hardness += float64(c.Hardness[i])
					total++
				}
			}
		}
		require.NotEqual(t, Unsaid, said, e.Name)
		if said == KeepsAll {
			assert.InDelta(t, 1, kept/all, 0.02, e.Name)
			continue
		}
		assert.Less(t, kept/all, 0.7, e.Name)
		mined := (hard / count) / (hardness / total)
		if said == Mines {
			assert.Greater(t, mined, 1.2, e.Name)
		} else {
			assert.InDelta(t, 1, mined, 0.1, e.Name)
		}
	}
}

func TestNestedSamplersThinAsWhatTheyHold(t *testing.T) {
	assert.Equal(t, Mines, ThinningOf(Combined{Positive: All{}, Negative: OHEM{Num: 64}}))
	assert.Equal(t, KeepsAll, ThinningOf(Combined{Positive: OHEM{Num: 64}, Negative: All{}}))
	assert.Equal(t, Balances, ThinningOf(NewISRP(NewRandom(512, 0.25))))
	assert.Equal(t, Unsaid, ThinningOf(NewISRP(struct{ Sampler }{All{}})))
}

func TestSamplersWithAQuotaAskForPositives(t *testing.T) {
	for name, want := range map[string]int{
		"random": 128, "instance_balanced": 128, "iou_balanced": 128, "combined": 128, "ohem_balanced": 128, "score_hlr": 128,
	} {
		e, _ := registered.Lookup(name)
		assert.Equal(t, want, AskedPositives(e.New()), name)
	}
	for _, s := range []Sampler{All{}, OHEM{Num: 64}, HardNegative{Ratio: 3}, NewImportance(512), NewISRP(All{})} {
		assert.Zero(t, AskedPositives(s), "%T", s)
	}
	assert.Equal(t, 50, AskedPositives(NewISRP(NewRandom(100, 0.5))))
	assert.Equal(t, 3, AskedPositives(Combined{Positive: NewRandom(10, 0.3), Negative: NewRandom(10, 0.5)}))
}
