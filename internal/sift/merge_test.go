package sift

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestMergeIsTheSortedUnion(t *testing.T) {
	var dst []int32
	rapid.Check(t, func(t *rapid.T) {
		side := rapid.SliceOf(rapid.SampledFrom([]int{0, 1, 1, 1, 1, 1, 1})).Draw(t, "side")
		var lists [2][]int32
		want := make([]int32, len(side))
		for i, s := range side {
			lists[s], want[i] = append(lists[s], int32(3*i)), int32(3*i)
		}
		dst = Merge(dst, lists[0], lists[1])
		assert.True(t, slices.Equal(want, dst))
		dst = Merge(dst, lists[1], lists[0])
		assert.True(t, slices.Equal(want, dst))
	})
}
