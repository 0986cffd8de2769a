package prose

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFlagsAreNamedInTheirOrder(t *testing.T) {
	for set, want := range map[uint8]string{0: "none", 1: "a", 2: "b", 3: "a, b", 4: "other", 0x81: "a, other"} {
		assert.Equal(t, want, Flags(set, []string{"a", "b"}, "other", "none"))
	}
}
