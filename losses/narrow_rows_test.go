package losses

import (
	"testing"

	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

func TestLeadingNegativesEndAtAnyOther(t *testing.T) {
	for n := range 40 {
		classes := make([]int32, n)
		for i := range classes {
			classes[i] = anchors.Negative
		}
		require.Equal(t, n, leadingNegatives(classes))
		for i := range classes {
			for _, other := range []int32{0, 7, anchors.Ignored} {
				classes[i] = other
				require.Equal(t, i, leadingNegatives(classes), "%d of %d", i, n)
			}
			classes[i] = anchors.Negative
		}
	}
}
