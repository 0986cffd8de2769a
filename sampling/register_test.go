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

// everyNth is a sampler of a user's own: every N-th candidate.
type everyNth struct {
	N int `range:"[1,)" doc:"distance between kept candidates"`
}

func (everyNth) Needs() sampling.Need { return 0 }

func (e everyNth) Sample(dst *sampling.Sample, c *sampling.Candidates, _ *rand.Rand) {
	dst.Reset()
	for i := 0; i < len(c.GT); i += e.N {
		if c.GT[i] == anchors.Ignored {
			continue
		}
		dst.Index = append(dst.Index, int32(i))
		dst.Weight = append(dst.Weight, 1)
		if c.GT[i] >= 0 {
			dst.Positives++
		}
	}
}

func TestAUsersSamplerIsFoundByItsName(t *testing.T) {
	entry := sampling.Entry{
		Name:    "every_nth_of_a_user",
		Meaning: "every n-th candidate",
		New:     func() sampling.Sampler { return everyNth{N: 2} },
	}
	if _, ok := sampling.Samplers.Lookup(entry.Name); !ok { // go test -count runs this twice
		sampling.Register(entry)
	}
	e, ok := sampling.Samplers.Lookup("every_nth_of_a_user")
	require.True(t, ok)
	params := registry.Params(e.New())
	require.Len(t, params, 1)
	assert.Equal(t, "n", params[0].Key)
	name, ok := sampling.Samplers.NameOf(everyNth{N: 7})
	assert.True(t, ok)
	assert.Equal(t, "every_nth_of_a_user", name)

	var s sampling.Sample
	e.New().Sample(&s, &sampling.Candidates{GT: []int32{0, anchors.Negative, anchors.Ignored, 1, anchors.Negative}}, nil)
	assert.Equal(t, []int32{0, 4}, s.Index)
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
