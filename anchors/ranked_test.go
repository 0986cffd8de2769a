package anchors

import (
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestKeepSmallestKeepsWhatAStableSortPutsFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.IntRange(0, 6)).Draw(t, "values")
		k := rapid.IntRange(1, 8).Draw(t, "k")
		var kept, all []ranked
		for i, v := range values {
			r := ranked{float64(v), int32(i)}
			kept, all = keepSmallest(kept, k, r), append(all, r)
		}
		slices.SortStableFunc(all, func(a, b ranked) int { return cmp.Compare(a.value, b.value) })
		require.Equal(t, all[:min(k, len(all))], kept)
	})
}

func TestDynamicKIsTheSumOfIoUsRoundedDownAndAtLeastOne(t *testing.T) {
	assert.Equal(t, 1, dynamicK([]ranked{{-0.2, 0}, {-0.1, 1}}))
	assert.Equal(t, 1, dynamicK([]ranked{{-0.9, 0}, {-0.9, 1}}))
	assert.Equal(t, 2, dynamicK([]ranked{{-1, 0}, {-0.75, 1}, {-0.25, 2}}))
}
