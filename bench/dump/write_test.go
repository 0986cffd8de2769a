package dump

import (
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// forms are the ways to write a dump.
var forms = []string{"d.npz", "d.safetensors", "d"}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(0, 4), 0, 4).Draw(t, "shape")
		n := product(shape)
		want := []Array{
			{Name: "a", Shape: shape, Float: slices.Grow(rapid.SliceOfN(rapid.Float32(), n, n).Draw(t, "floats"), 0)},
			{Name: "b", Shape: shape, Int: slices.Grow(rapid.SliceOfN(rapid.Int64(), n, n).Draw(t, "integers"), 0)},
			{Name: "link", Text: rapid.StringMatching(`[a-zäß]{1,9}`).Draw(t, "text")},
		}
		form := rapid.SampledFrom(forms).Draw(t, "form")
		path := filepath.Join(dir, form)
		require.NoError(t, Write(path, want...))
		archive, err := Open(path, 0)
		require.NoError(t, err)
		defer archive.Close()
		for _, w := range want[:2] {
			x, err := archive.Tensor(w.Name)
			require.NoError(t, err)
			require.NotNil(t, x)
			got, err := x.Array()
			require.NoError(t, err)
			require.True(t, slices.Equal(w.Shape, got.Shape))
			require.True(t, slices.Equal(w.Int, got.Int))
			require.True(t, slices.EqualFunc(w.Float, got.Float, func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }))
		}
		link, err := archive.Attribute("link")
		require.NoError(t, err)
		require.Equal(t, want[2].Text, link)
	})
}

func TestWriteRefusesAnArrayThatIsNotItsShape(t *testing.T) {
	assert.PanicsWithValue(t, "dump: Write: a has shape [2 3], 5 floats and 0 integers", func() {
		_ = Write(filepath.Join(t.TempDir(), "d.npz"), Array{Name: "a", Shape: []int{2, 3}, Float: make([]float32, 5)})
	})
}

func TestNumbersOfANPYAreAligned(t *testing.T) {
	path := filepath.Join(t.TempDir(), "d")
	require.NoError(t, Write(path, Array{Name: "a", Shape: []int{1}, Float: []float32{1}}))
	a, err := Open(path, 0)
	require.NoError(t, err)
	defer a.Close()
	x, _ := a.Tensor("a")
	assert.Zero(t, x.start%64)
}
