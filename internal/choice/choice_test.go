package choice

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

type side uint8

var sides = []string{"left", "right", "both"}

func TestAnOptionIsWrittenAndReadByItsName(t *testing.T) {
	for i, name := range sides {
		text, err := Marshal(side(i), sides)
		assert.NoError(t, err)
		assert.Equal(t, name, string(text))
		var s side
		assert.NoError(t, Unmarshal(&s, "side", sides, text))
		assert.Equal(t, side(i), s)
	}
}

func TestWhatIsNoneOfTheOptionsIsAnError(t *testing.T) {
	_, err := Marshal(side(3), sides)
	assert.EqualError(t, err, "option 3 of 3")
	s := side(1)
	assert.EqualError(t, Unmarshal(&s, "side", sides, []byte("up")), `unknown side "up": expected left, right or both`)
	assert.Equal(t, side(1), s)
}
