package plan

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
)

func TestTwoStageRunsComeFirstAndOtherwiseInOrder(t *testing.T) {
	c, err := config.Preset("default")
	require.NoError(t, err)
	var names []string
	for _, s := range longestFirst(c.Strategies) {
		names = append(names, s.Name)
	}
	assert.Equal(t, []string{
		"rpn 512 + ce", "rpn 512 + focal", "rpn all + focal", "roi 128", "roi ohem 64",
		"ce", "alpha-ce .75", "focal", "ssd 3:1",
	}, names)
}
