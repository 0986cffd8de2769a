package catalogue

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestABriefSettingLeavesOutADefaultOfManyParts(t *testing.T) {
	long := Param{Key: "pyramid", Default: "{stride: 4, sizes: [8, 12]}"}
	assert.Equal(t, "pyramid: {...}", long.Brief(20))
	assert.Equal(t, long.Setting(), long.Brief(36))
	assert.Equal(t, "sizes: [...]", Param{Key: "sizes", Default: "[8, 12, 18]"}.Brief(8))
	assert.Equal(t, "title: a long word", Param{Key: "title", Default: "a long word"}.Brief(8), "one part")
	assert.Equal(t, "size: ", Param{Key: "size"}.Brief(1))
}
