package conform

import (
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/sampling"
)

// own is a sampler that does as it is told.
type own func(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand)

func (own) Needs() sampling.Need { return sampling.NeedIoU }

func (s own) Sample(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand) { s(dst, c, rng) }

// sharing is one that is wrong of a batch alone.
type sharing struct{ own }

func (s sharing) SampleBatch(dst []sampling.Sample, c []sampling.Candidates, _ []sampling.Key, _ *sampling.Source) {
	for i := range c {
		s.Sample(&dst[i], &c[i], rand.New(rand.NewPCG(rand.Uint64(), 0)))
	}
}

// memory is a sampler's own.
type memory struct{ near []int32 }

func drawn(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand) {
	pos, neg := dst.Split(c)
	m := sampling.Scratch[memory](dst)
	m.near = m.near[:0]
	for _, i := range neg {
		if c.IoU[i] > 0.1 {
			m.near = append(m.near, i)
		}
	}
	dst.Keep(pos, sampling.Draw(m.near, len(pos)+1, rng))
}

func TestASamplerOfOnesOwnIsHeldToItsPromises(t *testing.T) {
	var calls atomic.Uint64
	assert.NoError(t, Sampler(own(drawn)), "with memory of its own")
	for want, s := range map[string]sampling.Sampler{
		"sampler conform.own: of an image with a few positives, candidate 3 is kept after 3: Index must ascend": own(func(dst *sampling.Sample, c *sampling.Candidates, _ *rand.Rand) {
			pos, neg := dst.Split(c)
			if len(neg) > 300 {
				neg = []int32{3, 3}
			}
			dst.Keep(pos[:0], neg)
		}),
		"of an image without candidates, candidate 0 of 0 is kept": own(func(dst *sampling.Sample, c *sampling.Candidates, _ *rand.Rand) {
			if pos, neg := dst.Split(c); len(c.GT) > 0 {
				dst.Keep(pos, neg)
			} else {
				dst.Keep(nil, []int32{0})
			}
		}),
		"it wrote to IoU of the candidates of image 0": own(func(dst *sampling.Sample, c *sampling.Candidates, _ *rand.Rand) {
			dst.Keep(dst.Split(c))
			slices.Sort(c.IoU)
		}),
		"is asked again with the same key: it keeps no state": own(func(dst *sampling.Sample, c *sampling.Candidates, _ *rand.Rand) {
			pos, neg := dst.Split(c)
			dst.Keep(pos, neg[:min(len(neg), int(calls.Add(1)))])
		}),
		"of an image with a single candidate, it keeps others": own(func(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand) {
			pos, neg := dst.Split(c)
			if len(neg) == 1 { // by what is left of the image before
				neg = neg[:min(1, len(*sampling.Scratch[[]int](dst)))]
			}
			*sampling.Scratch[[]int](dst) = append((*sampling.Scratch[[]int](dst))[:0], 1)
			dst.Keep(pos, neg)
		}),
		"of several images at once, an image with a few positives: it keeps others": sharing{drawn},
		"it allocates memory in every call, once warm as well, 1 times: sampling.Scratch keeps memory in the Sample": own(func(dst *sampling.Sample, c *sampling.Candidates, _ *rand.Rand) {
			pos, neg := dst.Split(c)
			dst.Keep(pos, slices.Clone(neg))
		}),
	} {
		assert.ErrorContains(t, Sampler(s), want)
	}
	assert.PanicsWithError(t, "sampler conform.own: runtime error: index out of range [0] with length 0; its Needs declares IoU, and the fields of Candidates that it does not declare are nil", func() {
		_ = Sampler(own(func(_ *sampling.Sample, c *sampling.Candidates, _ *rand.Rand) { _ = c.Hardness[0] }))
	})
}

// labels is an assigner that does as it is told.
type labels func(dst *anchors.Assignment, c *anchors.Candidates, t *anchors.Truth)

func (labels) Needs() anchors.Need { return 0 }

func (a labels) Assign(dst *anchors.Assignment, c *anchors.Candidates, t *anchors.Truth) {
	dst.Reset(len(c.Box))
	a(dst, c, t)
}

func TestAnAssignerOfOnesOwnIsHeldToItsPromises(t *testing.T) {
	assert.NoError(t, Assigner(labels(func(dst *anchors.Assignment, _ *anchors.Candidates, t *anchors.Truth) {
		m := anchors.Scratch[memory](dst)
		m.near = append(m.near[:0], 4)
		if len(t.Box) > 0 {
			dst.GT[m.near[0]] = 0
		}
	})))
	calls := 0
	for want, a := range map[string]labels{
		"assigner conform.labels: of an image with an object, it labels candidate 2 as 1, with 1 ground truths": func(dst *anchors.Assignment, _ *anchors.Candidates, t *anchors.Truth) {
			dst.GT[2] = min(1, int32(len(t.Box)))
		},
		"of an image without objects, it labels candidate 0 as 0": func(dst *anchors.Assignment, _ *anchors.Candidates, _ *anchors.Truth) {
			dst.GT[0] = 0
		},
		"it writes to the candidates or the ground truth": func(_ *anchors.Assignment, _ *anchors.Candidates, t *anchors.Truth) {
			slices.Reverse(t.Box)
		},
		"it labels otherwise when it is asked again": func(dst *anchors.Assignment, _ *anchors.Candidates, _ *anchors.Truth) {
			calls++
			dst.IoU[0] = float32(calls)
		},
		"1 times: anchors.Scratch keeps memory in the Assignment": func(dst *anchors.Assignment, _ *anchors.Candidates, _ *anchors.Truth) {
			copy(dst.GT, slices.Clone(dst.GT))
		},
	} {
		assert.ErrorContains(t, Assigner(a), want)
	}
}
