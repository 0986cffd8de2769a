package inspect

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/sampling"
)

// nearMiss is a sampler of a user's own: the negatives that overlap an object,
// or an object of one class, if so many are left.
type nearMiss struct {
	Overlap float32
	Class   int32 // -1 for any
	Ratio   int
}

func (m nearMiss) Needs() sampling.Need {
	if m.Class >= 0 {
		return sampling.NeedIoU | sampling.NeedTruthClass | sampling.NeedBox | sampling.NeedTruth
	}
	return sampling.NeedIoU
}

func (m nearMiss) Sample(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand) {
	pos, neg := dst.Split(c)
	pos = slices.DeleteFunc(pos, func(i int32) bool {
		return m.Class >= 0 && (c.TruthClass[c.GT[i]] != m.Class || anchors.IoU(c.Box[i], c.Truth.Box[c.GT[i]]) < m.Overlap)
	})
	near := slices.DeleteFunc(neg, func(i int32) bool { return c.IoU[i] < m.Overlap })
	dst.Keep(pos, sampling.Draw(near, m.Ratio*max(1, len(pos)), rng))
}

// tenth keeps a tenth of the negatives, with no limit on them.
type tenth struct{ Positives int }

func (tenth) Needs() sampling.Need { return 0 }

func (s tenth) Sample(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand) {
	pos, neg := dst.Split(c)
	if s.Positives > 0 {
		pos = sampling.Draw(pos, s.Positives, rng)
	}
	dst.Keep(pos, sampling.Draw(neg, len(neg)/10, rng))
}

func TestKeptCandidatesAreThoseOfTheSamplerOnEveryImage(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	near := sampling.NewRandom(64, 0.5)
	near.MinNegativeIoU, near.MaxNegativeIoU = 0.1, 0.3
	c, err := Preset("retinanet")
	require.NoError(t, err)
	c.Resize = Resize{Long: 160}
	atss := anchors.NewATSS()
	c.Samplers = []Sampler{
		{Name: "near misses", Sampler: nearMiss{Overlap: 0.1, Class: -1, Ratio: 3}},
		{Name: "near misses of class 1", Sampler: nearMiss{Overlap: 0.2, Class: 1, Ratio: 2}},
		{Name: "near misses under atss", Sampler: nearMiss{Overlap: 0.1, Class: -1, Ratio: 3}, Assigner: atss},
		{Name: "random near", Sampler: near},
		{Name: "iou_balanced", Sampler: sampling.NewIoUBalanced(32, 0.25)},
		{Name: "combined", Sampler: sampling.NewCombined(32, 0.25)},
		{Name: "tenth", Sampler: tenth{}},
		{Name: "tenth, few", Sampler: tenth{2}},
		{Name: "hard 300:1", Sampler: sampling.HardNegative{Ratio: 300}},
		{Name: "hard 3:1, as ssd.pytorch", Sampler: sampling.HardNegative{Ratio: 3, PositivesCompete: true}},
		{Name: "all", Sampler: sampling.All{}},
	}
	set := random(21, 40)
	set.Images[3].Width, set.Images[3].Height = 16, 16 // where anchors are fewer than a sampler may want
	r := analysed(t, set, c)
	a, err := newAnalysis(set, c)
	require.NoError(t, err)
	for i, s := range c.Samplers {
		assigner := c.Assigner
		if s.Assigner != nil {
			assigner = s.Assigner
		}
		positives, negatives, starved, empty := 0.0, 0.0, 0, 0
		w := worker{analysis: a}
		var plain anchors.Assignment
		var sample sampling.Sample
		var source sampling.Source
		for image := range a.images {
			img := a.images[image]
			w.readTruth(image)
			boxes := a.Pyramid.Append(nil, int(img.width), int(img.height))
			assigner.Assign(&plain, &anchors.Candidates{Box: boxes, Grid: a.Pyramid.Grids(int(img.width), int(img.height))}, &w.truth)
			hardness := slices.Repeat([]float32{0.5}, len(boxes))
			s.Sampler.Sample(&sample, &sampling.Candidates{
				GT: plain.GT, IoU: plain.IoU, Box: boxes, Truth: &w.truth, TruthClass: w.truth.Class, Hardness: hardness,
			}, source.At(sampling.Key{Stage: sampling.StageDense, Image: uint64(image)}))
			positives += float64(sample.Positives)
			negatives += float64(len(sample.Index) - sample.Positives)
			if sample.Positives == 0 {
				empty++
			}
			if plain.Positives() < sampling.AskedPositives(s.Sampler) {
				starved++
			}
		}
		n := float64(len(a.images))
		kept := r.Samplers[i]
		assert.Empty(t, kept.Reason, s.Name)
		assert.InEpsilon(t, positives/n+1, kept.Positives.High+1, 1e-12, s.Name)
		assert.InEpsilon(t, negatives/n+1, kept.Negatives.High+1, 1e-12, s.Name)
		assert.Equal(t, empty, kept.Empty, s.Name)
		if s.Name != "tenth, few" {
			assert.Equal(t, starved, kept.Starved, s.Name)
		}
	}
	assert.Greater(t, r.Samplers[0].Negatives.High, 1.0)
	assert.Less(t, r.Samplers[0].Negatives.High, r.Samplers[10].Negatives.High)
	assert.Equal(t, 2, r.Samplers[7].Wanted)
	assert.Positive(t, r.Samplers[7].Starved)
}

func TestWhatAnnotationsDoNotHoldIsNotCounted(t *testing.T) {
	c := grid8()
	c.Samplers = []Sampler{
		{Name: "importance", Sampler: sampling.NewImportance(8)},
		{Name: "both", Sampler: sampling.NewCombined(8, 0.5)},
		{Name: "mined near misses", Sampler: sampling.Combined{Positive: nearMiss{Class: -1}, Negative: sampling.OHEM{Num: 4}}},
	}
	r := analysed(t, random(22, 5), c)
	assert.Equal(t, "it reads gradients, which annotations do not hold", r.Samplers[0].Reason)
	assert.Empty(t, r.Samplers[1].Reason)
	assert.Equal(t, "it reads hardness, which annotations do not hold", r.Samplers[2].Reason)
	c.Samplers = []Sampler{{Name: "unknown", Sampler: unknown{}}}
	assert.ErrorContains(t, c.Validate(), "inspect: sampler inspect.unknown declares need 0x4000, which is none of package sampling's")
}

func TestASamplerOutOfItsRangeIsNotInspected(t *testing.T) {
	c := grid8()
	c.Samplers = []Sampler{{Name: "a", Sampler: sampling.Random{Quota: sampling.Quota{Num: -1}}}}
	assert.EqualError(t, c.Validate(), "inspect: sampler random: num is -1: expected at least 1")
}

type unknown struct{ sampling.All }

func (unknown) Needs() sampling.Need { return 1 << 14 }
