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

func TestWordsWithCommasAreApartBySemicolons(t *testing.T) {
	assert.Equal(t, "gamma 1, alpha .25; or gamma 1, alpha .5", List([]string{"gamma 1, alpha .25", "gamma 1, alpha .5"}, "or"))
	assert.Equal(t, "ohem 64; ohem 16; or ohem 64, nms 0.7", List([]string{"ohem 64", "ohem 16", "ohem 64, nms 0.7"}, "or"))
	assert.Equal(t, "1,000 or 2,000", List([]string{"1,000", "2,000"}, "or"), "no comma of a list")
	assert.Equal(t, "gamma 1, alpha .25", List([]string{"gamma 1, alpha .25"}, "or"))
}

func TestASentenceGoesOnByCommas(t *testing.T) {
	assert.Equal(t, "where ce trains, by 1, 2 and 3", Chain([]string{"where ce trains, by 1", "2", "3"}, "and"))
	assert.Empty(t, Chain(nil, "and"))
}
