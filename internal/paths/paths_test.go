package paths

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEveryWayIsTakenAndUndone(t *testing.T) {
	avx2, avx512 := true, true
	var taken [][2]bool
	var names []string
	for _, p := range Of(&avx2, &avx512) {
		undo := p.Take()
		names, taken = append(names, p.Name), append(taken, [2]bool{avx2, avx512})
		undo()
		assert.True(t, avx2 && avx512, p.Name)
	}
	assert.Equal(t, []string{Portable, "avx2", "avx512"}, names)
	assert.Equal(t, [][2]bool{{false, false}, {true, false}, {true, true}}, taken)

	avx512 = false
	assert.Len(t, Of(&avx2, &avx512), 2)
	none := Of(nil, nil)
	assert.Len(t, none, 1)
	none[0].Take()()
}
