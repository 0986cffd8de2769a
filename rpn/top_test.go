package rpn

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func anyScores(t *rapid.T) []scored {
	grain := rapid.SampledFrom([]int{1, 5, 1000}).Draw(t, "grain")
	values := rapid.SliceOfN(rapid.IntRange(0, grain), 0, 200).Draw(t, "values")
	if rapid.Bool().Draw(t, "sorted") {
		slices.Sort(values)
	}
	s := make([]scored, len(values))
	for i, v := range values {
		s[i] = scored{float32(v), int32(i)}
	}
	return s
}

func TestTopIsASortCutShort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyScores(t)
		k := rapid.IntRange(0, len(s)+3).Draw(t, "k")
		want := slices.Clone(s)
		slices.SortStableFunc(want, func(a, b scored) int { return int(b.score - a.score) })
		want = want[:min(k, len(want))]
		assert.Equal(t, want, append([]scored{}, top(s, k)...))
	})
}

func TestQuickselectPutsTheFirstInFront(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyScores(t)
		if len(s) == 0 {
			t.Skip()
		}
		k := rapid.IntRange(0, len(s)).Draw(t, "k")
		before := slices.SortedFunc(slices.Values(s), compare)
		quickselect(s, k)
		for _, a := range s[:k] {
			for _, b := range s[k:] {
				assert.Negative(t, compare(a, b))
			}
		}
		assert.Equal(t, before, slices.SortedFunc(slices.Values(s), compare), "nothing is lost")
	})
}
