package conform

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/losses"
	"detsample/sampling"
)

func TestEveryRegisteredLossConforms(t *testing.T) {
	for _, e := range registry.Of[losses.Cls]().All() {
		assert.NoError(t, Cls(e.New()), e.Name)
	}
	for _, e := range registry.Of[losses.Box]().All() {
		assert.NoError(t, Box(e.New()), e.Name)
	}
}

func TestEveryRegisteredSamplerAndAssignerConforms(t *testing.T) {
	for _, e := range registry.Of[sampling.Sampler]().All() {
		assert.NoError(t, Sampler(e.New()), e.Name)
	}
	for _, e := range registry.Of[anchors.Assigner]().All() {
		assert.NoError(t, Assigner(e.New()), e.Name)
	}
}
