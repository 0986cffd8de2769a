package dataset

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func indices(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func name(i int) string { return fmt.Sprintf("image_%05d.jpg", i) }

func TestPickPartsAndKeepsTheOrder(t *testing.T) {
	chosen, rest := pick(indices(1000), 200, saltSplit, name)
	require.Len(t, chosen, 200)
	require.Len(t, rest, 800)
	assert.True(t, slices.IsSorted(chosen))
	assert.True(t, slices.IsSorted(rest))
	assert.Equal(t, indices(1000), slices.Sorted(slices.Values(slices.Concat(chosen, rest))))
}

func TestPickDoesNotDependOnTheOrder(t *testing.T) {
	list := indices(100)
	a, _ := pick(list, 20, saltSplit, name)
	slices.Reverse(list)
	b, _ := pick(list, 20, saltSplit, name)
	slices.Reverse(b)
	assert.Equal(t, a, b)
}

func TestPickSpreadsOverNamesThatCount(t *testing.T) {
	chosen, _ := pick(indices(4000), 1000, saltLimit, name)
	firstHalf := 0
	for _, i := range chosen {
		if i < 2000 {
			firstHalf++
		}
	}
	assert.InDelta(t, 500, firstHalf, 60) // 4.4 standard deviations
}

func TestALimitIsASubsetOfTheLargerLimit(t *testing.T) {
	more, _ := pick(indices(50), 20, saltLimit, name)
	less, _ := pick(indices(50), 5, saltLimit, name)
	assert.Subset(t, more, less)
}

func TestLimitAppliesThroughOpen(t *testing.T) {
	s, err := read(t, vocSet(), Options{MaxTrain: 1, MaxTest: 1, Refuse: true})
	require.NoError(t, err)
	assert.Equal(t, [2]int{1, 1}, [2]int{len(s.Train), len(s.Test)})
	require.Len(t, s.Problems, 2)
	assert.True(t, s.Problems[0].Notice)
	assert.Equal(t, "1 of 2 training images used, chosen by a hash of their names", s.Problems[0].String())
}
