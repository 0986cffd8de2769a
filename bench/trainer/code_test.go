package trainer

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFilesThatAreNotTheSameAreNamedOnce(t *testing.T) {
	of := func(pairs ...string) (list []CodeFile) {
		for i := 0; i < len(pairs); i += 2 {
			list = append(list, CodeFile{pairs[i], pairs[i+1]})
		}
		return list
	}
	assert.Empty(t, CodeChanged(of("a", "1", "b", "2"), of("b", "2", "a", "1")))
	assert.Equal(t, []string{"a"}, CodeChanged(of("a", "1", "b", "2"), of("a", "3", "b", "2")))
	assert.Equal(t, []string{"a"}, CodeChanged(of("a", "1"), of("a", "1", "a", "3")), "it changed while the run was interrupted")
	assert.Equal(t, []string{"a", "b"}, CodeChanged(of("b", "2"), of("a", "1")))
	assert.Empty(t, CodeChanged(nil, nil))
}
