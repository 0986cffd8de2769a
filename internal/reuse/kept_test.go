package reuse

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAValueIsKeptForItsType(t *testing.T) {
	type mine struct{ list []int }
	type yours struct{ list []int }
	var k Kept
	assert.Equal(t, new(mine), Of[mine](&k), "zero at first")
	Of[mine](&k).list = []int{1}
	assert.Equal(t, new(yours), Of[yours](&k), "of another type, another one")
	Of[yours](&k).list = []int{2}
	assert.Equal(t, []int{1}, Of[mine](&k).list)
	assert.Equal(t, []int{2}, Of[yours](&k).list)
	assert.Same(t, Of[mine](&k), Of[mine](&k))
	assert.NotSame(t, Of[mine](&k), Of[mine](new(Kept)))
	assert.Zero(t, testing.AllocsPerRun(10, func() { Of[mine](&k); Of[yours](&k) }))
}
