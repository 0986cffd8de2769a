package sampling

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestGatherExchangesMembersForWhatIsInTheirPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SliceOf(rapid.Float32Range(0, 1)).Draw(t, "value")
		low, high := rapid.Float64Range(0, 1).Draw(t, "low"), rapid.Float64Range(0, 1.1).Draw(t, "high")
		list, want, n := make([]int32, len(value)), make([]int32, len(value)), 0
		for i := range list {
			list[i], want[i] = int32(i), int32(i)
		}
		for i, at := range want {
			if v := float64(value[at]); v >= low && v < high {
				want[n], want[i] = at, want[n]
				n++
			}
		}
		assert.Equal(t, n, gather(list, value, low, high))
		assert.Equal(t, want, list)
	})
}
