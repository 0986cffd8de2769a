package summary

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestARaceLeavesStrategiesWithDifferentNumbersOfSeeds(t *testing.T) {
	s := Summary{Seeds: []uint64{1, 2, 3, 4}, Strategies: []Strategy{{Runs: 4}, {Runs: 3}}}
	assert.Equal(t, "3 to 4 seeds", s.SeedsEach())
	s.Strategies[1].Runs = 4
	assert.Equal(t, "4 seeds", s.SeedsEach())
	s.Strategies[1].Runs = 0
	assert.Equal(t, "4 seeds", s.SeedsEach(), "one without runs has no part")
}
