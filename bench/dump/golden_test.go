package dump

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// expected is what testdata/generate.py writes at an index.
func expected(kind byte, name string, i int) float64 {
	switch v := float64(7 * i % 11); {
	case name == "bool":
		return float64(int(v) % 2)
	case kind == 'u':
		return v
	case kind == 'i':
		return v - 5
	default:
		return (v - 5) / 4
	}
}

// checkValues reads t whole, and from the middle, as floats.
func checkValues(t *testing.T, x *Tensor, msg string) {
	t.Helper()
	require.Equal(t, []int{2, 3, 4}, x.Shape, msg)
	for _, lo := range []int{0, 5} {
		got := make([]float32, x.Len()-lo)
		require.NoError(t, x.Float32(got, lo), msg)
		for i, v := range got {
			require.Equal(t, expected(x.element.kind, x.Type, lo+i), float64(v), "%s %d", msg, lo+i)
		}
	}
	if x.element.integral() {
		got := make([]int64, x.Len())
		require.NoError(t, x.Int64(got, 0), msg)
		for i, v := range got {
			require.Equal(t, expected(x.element.kind, x.Type, i), float64(v), msg)
		}
	}
}

func TestEveryTypeAndOrderThatNumpyWritesIsRead(t *testing.T) {
	for _, file := range []string{"stored.npz", "deflated.npz"} {
		a, err := Open(filepath.Join("testdata", file), 0)
		require.NoError(t, err)
		n := 0
		for _, name := range a.Names() {
			if name == "attribute" || name == "ascii" {
				continue
			}
			x, err := a.Tensor(name)
			require.NoError(t, err)
			checkValues(t, x, file+" "+name)
			assert.Equal(t, name[0] == 'f', x.fortran, name)
			n++
		}
		assert.Equal(t, 32, n)
		for name, want := range map[string]string{"attribute": "mmdetection", "ascii": "first", "none": ""} {
			got, err := a.Attribute(name)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		}
		require.NoError(t, a.Close())
	}
}

func TestEveryVersionOfNPYIsRead(t *testing.T) {
	for version := range 3 {
		a, err := Open(fmt.Sprintf("testdata/version%d.npy", version+1), 0)
		require.NoError(t, err)
		x, err := a.Tensor(fmt.Sprintf("version%d", version+1))
		require.NoError(t, err)
		require.NotNil(t, x)
		checkValues(t, x, x.Name)
		require.NoError(t, a.Close())
	}
}

func TestWhatSafetensorsWritesIsRead(t *testing.T) {
	a, err := Open("testdata/numpy.safetensors", 0)
	require.NoError(t, err)
	defer a.Close()
	assert.Equal(t, []string{"b1", "f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1"}, a.Names())
	for _, name := range a.Names() {
		x, err := a.Tensor(name)
		require.NoError(t, err)
		checkValues(t, x, name)
	}
	label, err := a.Attribute("label_map")
	require.NoError(t, err)
	assert.Equal(t, "torchvision", label)
}

func TestHalfAndBrainFloatsKeepTheirExtremes(t *testing.T) {
	f16, bf16 := descrs["f2"], dtypes["BF16"]
	for bits, want := range map[uint16]float64{
		0x0000: 0, 0x0001: 1.0 / (1 << 24), 0x03ff: 1023.0 / (1 << 24), 0x0400: 1.0 / (1 << 14), 0x3c00: 1, 0xc000: -2, 0x7bff: 65504,
	} {
		assert.Equal(t, want, f16.float([]byte{byte(bits), byte(bits >> 8)}), "%04x", bits)
	}
	assert.True(t, half(0x7c01) != half(0x7c01), "NaN")
	assert.Greater(t, half(0x7c00), 1e300)
	assert.Less(t, half(0xfc00), -1e300)
	assert.Equal(t, -3.140625, bf16.float([]byte{0x49, 0xc0}))
}
