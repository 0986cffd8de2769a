package sampling_test

import (
	"math/rand/v2"
	"slices"
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

func (overlapping) Needs() sampling.Need { return sampling.NeedIoU }

func (o overlapping) Sample(dst *sampling.Sample, c *sampling.Candidates, _ *rand.Rand) {
	far := func(i int32) bool { return float64(c.IoU[i]) < o.MinIoU }
	pos, neg := dst.Split(c)
	dst.Keep(slices.DeleteFunc(pos, far), slices.DeleteFunc(neg, far))
	for k, i := range dst.Index {
		dst.Weight[k] = c.IoU[i]
	}
}

func TestAUsersSamplerIsFoundByItsName(t *testing.T) {
	register := func() {
		sampling.Register("overlapping_of_a_user", "candidates that overlap a ground truth", "", func() sampling.Sampler { return overlapping{MinIoU: 0.1} })
	}
	if _, ok := registry.Of[sampling.Sampler]().Lookup("overlapping_of_a_user"); !ok { // go test -count runs this twice
		register()
	}
	e, ok := registry.Of[sampling.Sampler]().Lookup("overlapping_of_a_user")
	require.True(t, ok)
	params := registry.Params(e.New())
	require.Len(t, params, 1)
	assert.Equal(t, "min_iou", params[0].Key)
	name, ok := registry.Of[sampling.Sampler]().NameOf(overlapping{MinIoU: 0.7})
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
	assert.Panics(t, register, "the name is taken")
}

func TestEverySamplerSaysWhatItIs(t *testing.T) {
	for _, e := range registry.Of[sampling.Sampler]().All() {
		assert.NotEmpty(t, e.Meaning, e.Name)
		assert.NoError(t, registry.Check(e.New()), e.Name)
		for _, p := range registry.Params(e.New()) {
			assert.NotEmpty(t, p.Doc, "%s.%s", e.Name, p.Key)
		}
	}
}
