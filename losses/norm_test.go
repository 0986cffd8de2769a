package losses

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNormsDivideByWhatTheySay(t *testing.T) {
	n := Count{Images: 2, Valid: 1000, Sampled: 512, Positives: 30}
	for norm, want := range map[Norm]float64{BySampled{}: 512, ByPositives{}: 30, ByValid{}: 1000, ByFixed{PerImage: 256}: 512} {
		assert.Equal(t, want, norm.Divisor(n), "%T", norm)
	}
}

func TestEveryNormIsPositiveWithoutCandidates(t *testing.T) {
	for _, e := range Norms.All() {
		assert.Positive(t, e.New().Divisor(Count{}), e.Name)
	}
}
