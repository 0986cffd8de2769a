package inspect

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/internal/registry"
	"detsample/rpn"
	"detsample/sampling"
)

// quiet is a sampler of a user's own that does not say how it thins.
type quiet struct{ sampling.Sampler }

// What chooses the negatives is named, and not what it lies in.
func TestAHeadsAnswerNamesTheSamplerThatDoesNotSay(t *testing.T) {
	c := rpn.OneStage()
	for _, s := range []sampling.Sampler{quiet{sampling.All{}}, sampling.NewISRP(quiet{sampling.All{}})} {
		c.Sampler = s
		h := head{stage: &c}
		assert.Equal(t, "negatives as "+registry.Name[sampling.Sampler](quiet{})+" chooses them", h.answer())
	}
}
