package evidence

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// One run that stopped late is not the end of the others.
func TestTheEndIsOfRunsThatGotThere(t *testing.T) {
	s := made(10, 3)
	s.Runs[0].Diverged, s.Runs[0].Images = true, 4000
	assert.Equal(t, 800, s.Final())
	s.Runs = s.Runs[:1]
	assert.Equal(t, 4000, s.Final())
}
