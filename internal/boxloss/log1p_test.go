package boxloss

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLog1pIsThatOfPackageMathToTheLastDigit(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	x := []float64{0, math.SmallestNonzeroFloat64, 1, math.Sqrt2 - 1, math.Nextafter(math.Sqrt2-1, 2), 1e308}
	for range 300_000 {
		x = append(x, math.Exp(60*rng.Float64()-45))
	}
	for _, v := range x {
		want := math.Log1p(v)
		require.InDelta(t, want, Log1p(v), 1.0001*(math.Nextafter(want, math.Inf(1))-want), "%v", v)
	}
	assert.True(t, math.IsNaN(Log1p(math.NaN())))
}
