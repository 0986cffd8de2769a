package dataset

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func pictures(n int) []picture {
	ps := make([]picture, n)
	for i := range ps {
		ps[i].file = fmt.Sprintf("image_%05d.jpg", i)
	}
	return ps
}

func TestPickPartsAndKeepsTheOrder(t *testing.T) {
	chosen, rest := pick(pictures(1000), 200, saltSplit)
	require.Len(t, chosen, 200)
	require.Len(t, rest, 800)
	byFile := func(a, b picture) int { return slices.Compare([]byte(a.file), []byte(b.file)) }
	assert.True(t, slices.IsSortedFunc(chosen, byFile))
	assert.True(t, slices.IsSortedFunc(rest, byFile))
	assert.Len(t, slices.CompactFunc(slices.SortedFunc(slices.Values(slices.Concat(chosen, rest)), byFile), func(a, b picture) bool { return a.file == b.file }), 1000)
}

func TestPickDoesNotDependOnTheOrder(t *testing.T) {
	ps := pictures(100)
	a, _ := pick(ps, 20, saltSplit)
	slices.Reverse(ps)
	b, _ := pick(ps, 20, saltSplit)
	slices.Reverse(b)
	assert.Equal(t, a, b)
}

func TestPickSpreadsOverNamesThatCount(t *testing.T) {
	chosen, _ := pick(pictures(4000), 1000, saltLimit)
	firstHalf := 0
	for _, p := range chosen {
		if p.file < "image_02000.jpg" {
			firstHalf++
		}
	}
	assert.InDelta(t, 500, firstHalf, 60) // 4.4 standard deviations
}

func TestLimitIsANoticeAndASubsetOfTheLargerLimit(t *testing.T) {
	s := split{train: pictures(50), test: pictures(10)}
	log := s.limit(20, 0)
	require.Len(t, log, 1)
	assert.True(t, log[0].Notice)
	assert.Equal(t, "20 of 50 training images used, chosen by a hash of their names", log[0].String())
	assert.Len(t, s.test, 10)
	less := split{train: pictures(50)}
	less.limit(5, 0)
	for _, p := range less.train {
		assert.Contains(t, s.train, p)
	}
}

func TestLimitAppliesThroughOpen(t *testing.T) {
	s, err := read(vocSet(), Options{MaxTrain: 1, MaxTest: 1, OnProblem: Refuse})
	require.NoError(t, err)
	assert.Equal(t, [2]int{1, 1}, [2]int{len(s.Train), len(s.Test)})
	assert.Len(t, s.Problems, 2)
}
