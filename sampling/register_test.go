package sampling_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/sampling"
)

// overlapping is a sampler of a user's own: candidates that overlap a ground
// truth at all, the more they do the more they weigh.
type overlapping struct {
	MinIoU float64 `param:"min_iou" range:"[0,1]" doc:"IoU from which a candidate is kept"`
}

func (overlapping) Needs() sampling.Need { return 0 }

func (o overlapping) Sample(dst *sampling.Sample, c *sampling.Candidates, _ *rand.Rand) {
	dst.Reset()
	for i, g := range c.GT {
		if g == anchors.Ignored || float64(c.IoU[i]) < o.MinIoU {
			continue
		}
		dst.Index = append(dst.Index, int32(i))
		dst.Weight = append(dst.Weight, c.IoU[i])
		if g >= 0 {
			dst.Positives++
		}
	}
}

func TestAUsersSamplerIsFoundByItsName(t *testing.T) {
	entry := sampling.Entry{
		Name:    "overlapping_of_a_user",
		Meaning: "candidates that overlap a ground truth",
		New:     func() sampling.Sampler { return overlapping{MinIoU: 0.1} },
	}
	if _, ok := sampling.Samplers.Lookup(entry.Name); !ok { // go test -count runs this twice
		sampling.Register(entry)
	}
	e, ok := sampling.Samplers.Lookup("overlapping_of_a_user")
	require.True(t, ok)
	params := registry.Params(e.New())
	require.Len(t, params, 1)
	assert.Equal(t, "min_iou", params[0].Key)
	name, ok := sampling.Samplers.NameOf(overlapping{MinIoU: 0.7})
	assert.True(t, ok)
	assert.Equal(t, "overlapping_of_a_user", name)

	var s sampling.Sample
	e.New().Sample(&s, &sampling.Candidates{
		GT:  []int32{0, anchors.Negative, anchors.Ignored, anchors.Negative},
		IoU: []float32{0.75, 0, 0.5, 0.25},
	}, nil)
	assert.Equal(t, []int32{0, 3}, s.Index)
	assert.Equal(t, []float32{0.75, 0.25}, s.Weight)
	assert.Equal(t, 1, s.Positives)
	assert.Panics(t, func() { sampling.Register(e) }, "the name is taken")
}

func TestEverySamplerSaysWhatItIs(t *testing.T) {
	for _, e := range sampling.Samplers.All() {
		assert.NotEmpty(t, e.Meaning, e.Name)
		assert.NoError(t, registry.Check(e.New()), e.Name)
		for _, p := range registry.Params(e.New()) {
			assert.NotEmpty(t, p.Doc, "%s.%s", e.Name, p.Key)
		}
	}
}
