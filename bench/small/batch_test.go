package small

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/dataset"
)

func TestLargeTestImagesAreFewerAtATime(t *testing.T) {
	for side, want := range map[int]int{0: 8, 96: 8, 320: 8, 336: 7, 640: 2, 1024: 1, 4000: 1} {
		assert.Equal(t, want, evaluationBatch(&dataset.Set{Width: side, Height: side}), side)
	}
}
