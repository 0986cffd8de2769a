package dump

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/small/detector"
	"detsample/internal/registry"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

func TestADetectorsDumpHasTheLossOfItsStep(t *testing.T) {
	strategy := rpn.OneStage()
	strategy.Cls, strategy.Norm = losses.CE{}, losses.ByOne{}
	d := detector.NewOneStage(detector.Default(), strategy, 2, rand.New(rand.NewPCG(1, 2)))
	b := detector.Batch{Width: 64, Height: 32}
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range 3 {
		m := detector.Image{ID: uint64(7 * i), Pix: make([]uint8, 3*64*32)}
		for p := range m.Pix {
			m.Pix[p] = uint8(rng.IntN(256))
		}
		if i > 0 {
			m.Truth = anchors.Truth{Box: []anchors.Box{{4, 4, 20, 20}, {30, 8, 50, 28}}, Class: []int32{int32(i - 1), 1}}
		}
		b.Images = append(b.Images, m)
	}
	value := d.Step(b, sampling.Key{})[0]
	arrays := FromDetector(d, b)
	for _, form := range forms {
		path := t.TempDir() + "/" + form
		require.NoError(t, Write(path, arrays...))
		dump, err := Load(path, Options{})
		require.NoError(t, err)
		r := replayed(t, dump, AllOf(dump))
		assert.Empty(t, r.Notes)
		assert.InEpsilon(t, value.Cls, r.Losses[0].Loss.Sum, 1e-6)
		assert.InEpsilon(t, value.Balance.LossNegatives, value.Cls*m0(r.Losses[0]), 1e-5)
		assert.Equal(t, value.Balance.Positives, r.Positives)
		assert.Equal(t, value.Balance.Negatives, r.Negatives)
		assert.Equal(t, 4, r.Samplers[0].Scarcity.Truths)
		assert.Equal(t, value.Balance.Scarcity.Unmatched, r.Samplers[0].Scarcity.Unmatched)
		assert.Len(t, r.Samplers, len(registry.Of[sampling.Sampler]().All()), "deltas, boxes and truth are there: every sampler can be replayed")
		require.NoError(t, dump.Close())
	}
}

func TestEveryAssignerCanLabelADetectorsDump(t *testing.T) {
	d := detector.NewOneStage(detector.Default(), rpn.OneStage(), 2, rand.New(rand.NewPCG(1, 2)))
	b := detector.Batch{Width: 32, Height: 32, Images: []detector.Image{{Pix: make([]uint8, 3*32*32)}, {Pix: make([]uint8, 3*32*32)}}}
	b.Images[1].Truth = anchors.Truth{Box: []anchors.Box{{4, 4, 20, 20}}, Class: []int32{1}}
	d.Step(b, sampling.Key{})
	arrays := FromDetector(d, b)
	for _, e := range registry.Of[anchors.Assigner]().All() {
		dump := loaded(t, Options{Assigner: e.New()}, arrays...)
		r := replayed(t, dump, Plan{Batch: 2, Losses: []Loss{{"quality_focal", losses.QualityFocal{Beta: 2}}}})
		assert.Positive(t, r.Positives, e.Name)
		assert.Positive(t, r.Negatives, e.Name)
	}
}
