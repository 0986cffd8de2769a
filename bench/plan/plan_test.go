package plan

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/strategy"
)

func TestTwoStageRunsComeFirstAndOtherwiseInOrder(t *testing.T) {
	c, err := config.Preset("default")
	require.NoError(t, err)
	var names []string
	for _, s := range longestFirst(c.Strategies) {
		names = append(names, s.Name)
	}
	assert.Equal(t, []string{
		"rpn 512 + ce", "rpn all + focal", "ce", "focal", "ssd 3:1",
	}, names)
}

func TestSeedsComeOneAfterTheOther(t *testing.T) {
	c := config.Config{Strategies: []strategy.Strategy{{Name: "a"}, {Name: "b"}}}
	var runs []string
	for _, r := range Runs(&c, []uint64{1, 2, 3}, []string{"b", "a"}) {
		runs = append(runs, fmt.Sprint(r.Strategy.Name, r.Seed))
	}
	assert.Equal(t, []string{"a1", "b1", "a2", "b2", "a3", "b3"}, runs)
	assert.Empty(t, Runs(&c, nil, []string{"a", "b"}))
	only := Runs(&c, []uint64{7}, []string{"b"})
	require.Len(t, only, 1)
	assert.Equal(t, "b", only[0].Strategy.Name)
}
