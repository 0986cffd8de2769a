package prose

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAListIsThatOfASentence(t *testing.T) {
	assert.Empty(t, List(nil, "and"))
	assert.Equal(t, "a", List([]string{"a"}, "and"))
	assert.Equal(t, "a or b", List([]string{"a", "b"}, "or"))
	assert.Equal(t, "a, b and c", List([]string{"a", "b", "c"}, "and"))
}
