package dump

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDecilesHoldEquallyManyAndKeepTiesTogether(t *testing.T) {
	h := newHistogram()
	for i := range 1000 {
		h.add(float32(i) / 1000)
	}
	edges := h.rank()
	var n [Deciles]int
	for i := range 1000 {
		n[h.of(float32(i)/1000)]++
	}
	for k, count := range n {
		assert.InDelta(t, 100, count, 1, "decile %d", k)
		if k > 0 {
			assert.InDelta(t, float64(k)/10, edges[k-1], 0.002)
		}
	}
	ties := newHistogram()
	for range 95 {
		ties.add(0)
	}
	for range 5 {
		ties.add(0.5)
	}
	edges = ties.rank()
	assert.Equal(t, 4, ties.of(0), "the middle of 95 of 100")
	assert.Equal(t, 9, ties.of(0.5))
	assert.Equal(t, [9]float64{0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5, 0.5}, edges)
}
