package conform

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/losses"
	"detsample/sampling"
)

// mean is a loss of a whole batch that takes its logits' mean from a list of its own.
type mean struct{}

func (mean) Link() losses.Link { return losses.Sigmoid }

func (mean) Eval(grad []float32, b *losses.Batch) float64 {
	list := losses.Scratch[[]float32](b)
	*list = append((*list)[:0], b.Logits...)
	return losses.CE{}.Eval(grad, b)
}

// squares is a box loss of a whole batch with such a list.
type squares struct{}

func (squares) Space() losses.Space { return losses.Deltas }

func (squares) Row(grad *[4]float32, pred, truth [4]float32) (sum float64) {
	for k := range pred {
		e := float64(pred[k]) - float64(truth[k])
		sum += e * e
		if grad != nil {
			grad[k] = float32(2 * e)
		}
	}
	return sum
}

func (l squares) EvalBatch(grad []float32, b *losses.BoxBatch) (sum float64) {
	weights := losses.Scratch[[]float32](b)
	*weights = append((*weights)[:0], b.Weight...)
	for i, r := range b.Rows {
		var g [4]float32
		at := 4 * int(r)
		sum += float64((*weights)[i]) * l.Row(&g, [4]float32(b.Deltas[at:at+4]), b.Coder.Encode(b.Anchor[i], b.Truth[i]))
		for k := range g {
			if grad != nil {
				grad[at+k] = (*weights)[i] * g[k]
			}
		}
	}
	return sum
}

// around is a sampler around one that has memory in the same sample.
type around struct{ own }

func (s around) Sample(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand) {
	kept := sampling.Scratch[[]int32](dst)
	s.own(dst, c, rng)
	*kept = append((*kept)[:0], dst.Index...)
	dst.Keep((*kept)[:dst.Positives], nil)
}

func TestPartsOfOnesOwnKeepTheirMemoryApart(t *testing.T) {
	assert.NoError(t, Cls(mean{}))
	assert.NoError(t, Box(squares{}))
	assert.NoError(t, Sampler(around{func(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand) {
		pos, _ := dst.Split(c)
		m := sampling.Scratch[memory](dst)
		m.near = append(m.near[:0], pos...)
		dst.Keep(m.near, nil)
	}}))
}
