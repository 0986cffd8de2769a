package strictyaml

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzUnmarshal claims that no input panics, and that what is accepted
// survives being written and read again.
func FuzzUnmarshal(f *testing.F) {
	for _, m := range mistakes {
		if len(m.yaml) < 1000 {
			f.Add([]byte(m.yaml))
		}
	}
	whole, err := Marshal(defaults(), testTypes())
	require.NoError(f, err)
	f.Add(whole)
	f.Fuzz(func(t *testing.T, text []byte) {
		first := defaults()
		if Unmarshal("s.yaml", text, &first, testTypes()) != nil {
			return
		}
		written, err := Marshal(first, testTypes())
		require.NoError(t, err)
		second := defaults()
		require.NoError(t, Unmarshal("s.yaml", written, &second, testTypes()), "%s", written)
		require.Equal(t, first, second, "%s", written)
	})
}
