package prose

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestANumberHasItsNoun(t *testing.T) {
	assert.Equal(t, "0 entries", Count(0, "entry", "entries"))
	assert.Equal(t, "1 entry", Count(1, "entry", "entries"))
	assert.Equal(t, "1234 entries", Count(1234, "entry", "entries"))
}
