package detector_test

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/dump"
	"detsample/bench/small/detector"
	"detsample/internal/registry"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

func TestADetectorsDumpHasTheLossOfItsStep(t *testing.T) {
	strategy := rpn.OneStage()
	strategy.Cls, strategy.Norm = losses.CE{}, losses.ByOne{}
	for _, sizes := range [][]float32{{18, 27}, {18}} { // as many as other levels have, and not
		network := detector.Default()
		network.Pyramid.Levels[1].Sizes = sizes
		testDump(t, detector.NewOneStage(network, strategy, 2, rand.New(rand.NewPCG(1, 2))))
	}
}

func testDump(t *testing.T, d *detector.OneStage) {
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
	arrays := d.Dump(b)
	for _, form := range []string{"d.npz", "d.safetensors", "d"} {
		path := filepath.Join(t.TempDir(), form)
		require.NoError(t, dump.Write(path, arrays...))
		state, err := dump.Load(path, dump.Options{})
		require.NoError(t, err)
		r, err := dump.Replay(state, dump.AllOf(state))
		require.NoError(t, err)
		assert.Empty(t, r.Notes)
		assert.InEpsilon(t, value.Cls, r.Losses[0].Loss.Sum, 1e-6)
		negatives := 0.0
		for _, share := range r.Losses[0].Loss.Decile {
			negatives += share.Negatives
		}
		assert.InEpsilon(t, value.Balance.LossNegatives, value.Cls*negatives, 1e-5)
		assert.Equal(t, value.Balance.Positives, r.Positives)
		assert.Equal(t, value.Balance.Negatives, r.Negatives)
		assert.Equal(t, 4, r.Samplers[0].Scarcity.Truths)
		assert.Equal(t, value.Balance.Scarcity.Unmatched, r.Samplers[0].Scarcity.Unmatched)
		assert.Len(t, r.Samplers, len(registry.Of[sampling.Sampler]().All()), "deltas, boxes and truth are there: every sampler can be replayed")
		require.NoError(t, state.Close())
	}
}

func TestEveryAssignerCanLabelADetectorsDump(t *testing.T) {
	d := detector.NewOneStage(detector.Default(), rpn.OneStage(), 2, rand.New(rand.NewPCG(1, 2)))
	b := detector.Batch{Width: 32, Height: 32, Images: []detector.Image{{Pix: make([]uint8, 3*32*32)}, {Pix: make([]uint8, 3*32*32)}}}
	b.Images[1].Truth = anchors.Truth{Box: []anchors.Box{{4, 4, 20, 20}}, Class: []int32{1}}
	d.Step(b, sampling.Key{})
	arrays := d.Dump(b)
	path := filepath.Join(t.TempDir(), "d.npz")
	require.NoError(t, dump.Write(path, arrays...))
	for _, e := range registry.Of[anchors.Assigner]().All() {
		state, err := dump.Load(path, dump.Options{
			Assigner: func(int, losses.Link) (anchors.Assigner, anchors.Coder) { return e.New(), anchors.NewCoder(1, 1, 1, 1) }})
		require.NoError(t, err)
		r, err := dump.Replay(state, dump.Plan{Batch: 2, Losses: []dump.Loss{{Name: "quality_focal", Cls: losses.QualityFocal{Beta: 2}}}})
		require.NoError(t, err)
		require.NoError(t, state.Close())
		assert.Positive(t, r.Positives, e.Name)
		assert.Positive(t, r.Negatives, e.Name)
	}
}
