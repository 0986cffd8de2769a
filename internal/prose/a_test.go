package prose

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAGoesByTheFirstLetter(t *testing.T) {
	assert.Equal(t, []string{"a sampler", "an assigner", "a "}, []string{A("sampler"), A("assigner"), A("")})
}
