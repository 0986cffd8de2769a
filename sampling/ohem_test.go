package sampling

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"detsample/anchors"
)

func TestOHEMKeepsTheHardestOfBothKinds(t *testing.T) {
	var s Sample
	rapid.Check(t, func(t *rapid.T) {
		c := anyScene(t)
		num := rapid.SampledFrom([]int{1, 16, 64, 1000}).Draw(t, "num")
		NewOHEM(num).Sample(&s, c, nil)
		want := hardestBySort(c, num, func(g int32) bool { return g != anchors.Ignored })
		assert.Equal(t, want, append([]int32{}, s.Index...))
	})
}
