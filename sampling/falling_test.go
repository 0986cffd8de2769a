package sampling

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"detsample/anchors"
	"detsample/internal/sift"
)

// However few are expected, all come, each once and in order.
func TestFallingGoesOnBeyondWhatWasExpected(t *testing.T) {
	var largest sift.Selector
	rapid.Check(t, func(t *rapid.T) {
		c := anyScene(t)
		order := falling{largest: &largest, label: c.GT, value: c.Hardness, first: rapid.IntRange(1, 50).Draw(t, "first")}
		if rapid.Bool().Draw(t, "of a list") {
			order.list = sift.Labelled([]int32{}, c.GT, notIgnored)
		}
		got := []int32{}
		for i, ok := order.next(); ok; i, ok = order.next() {
			got = append(got, i)
		}
		for k := 1; k < len(got); k++ {
			a, b := got[k-1], got[k]
			x, y := hardnessKey(c.Hardness[a]), hardnessKey(c.Hardness[b])
			assert.True(t, x > y || x == y && a < b)
		}
		assert.ElementsMatch(t, hardestBySort(c, len(c.GT), func(g int32) bool { return g != anchors.Ignored }), got)
	})
}
