package annotations

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shared returns the path of a real input, or skips.
func shared(t testing.TB, parts ...string) string {
	path := filepath.Join(append([]string{"..", "..", "..", "shared", "data"}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("real inputs are not here: %v", err)
	}
	return path
}

func TestReadsTheExampleOfTheCOCOAPI(t *testing.T) {
	s, err := Open(shared(t, "coco100", "instances_val2014_100.json"), Options{OnProblem: Refuse})
	require.NoError(t, err)
	assert.Equal(t, COCO, s.Format)
	assert.Len(t, s.Images, 100)
	assert.Len(t, s.Categories, 80)
	assert.Equal(t, 839, s.Objects())
	crowds := 0
	for _, im := range s.Images {
		assert.NotEmpty(t, im.File)
		assert.Positive(t, im.Width)
		for _, o := range im.Objects {
			if o.Crowd {
				crowds++
			}
		}
	}
	assert.Equal(t, 9, crowds)
}

func TestReadsLVISWithItsFrequenciesAndLists(t *testing.T) {
	s, err := Open(shared(t, "lvis100", "lvis_val_100.json"), Options{OnProblem: Refuse})
	require.NoError(t, err)
	assert.Equal(t, LVIS, s.Format)
	assert.Len(t, s.Images, 100)
	assert.Len(t, s.Categories, 1230)
	assert.Equal(t, "r", s.Categories[0].Frequency)
	assert.Equal(t, 977, s.Objects())
	assert.Len(t, s.Images[0].Negative, 7)
}
