package page

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/trainer"
)

func TestAPageReplacesNoFileOfAnothers(t *testing.T) {
	for text, ours := range map[string]bool{
		`{"mine": 1}`:           false,
		"# The study of mine\n": false, "# Mine: OHEM or focal loss?\n": false,
		"# The study: OHEM or focal loss?\n": true, "# The study on the images of x: OHEM or focal loss?\r\n": true,
	} {
		out := storing(t, "dense")
		name := filepath.Join(out, File)
		require.NoError(t, os.WriteFile(name, []byte(text), 0o666))
		if ours {
			assert.NoError(t, Own(out), text)
			require.NoError(t, Write(out))
			continue
		}
		const refused = " holds README.md, which no study wrote: name another folder, or move it away"
		assert.EqualError(t, Own(out), out+refused)
		assert.EqualError(t, Write(out), out+refused)
		kept, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.Equal(t, text, string(kept))
	}
	assert.NoError(t, Own(keptIn), "that which is stored")
}

// What is in the page's place is a regular file of a bounded length, and all runs may
// be broken.
func TestAPageIsWrittenInThePlaceOfAPage(t *testing.T) {
	out := storing(t, "dense", trainer.Run{Strategy: "ce", Seed: 1, Failed: "no memory", Broken: true, Figures: trainer.Figures{AP: -1}})
	name := filepath.Join(out, File)
	require.NoError(t, Write(out))
	require.NoError(t, os.Remove(name))
	require.NoError(t, os.Symlink(os.DevNull, name))
	assert.EqualError(t, Write(out), "cannot read "+name+": a device is in its place: move it away")
	require.NoError(t, os.Remove(name))
	require.NoError(t, os.WriteFile(name, nil, 0o666))
	require.NoError(t, os.Truncate(name, 1<<40))
	assert.EqualError(t, Write(out), "cannot read "+name+": it has 1099511627776 bytes, and at most 268435456 are read: move it away")
}
