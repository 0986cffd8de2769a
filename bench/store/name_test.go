package store

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestAKeyMakesASafeFileName(t *testing.T) {
	for _, name := range []string{
		"../../etc/passwd", "/abs", `C:\con`, "a\x00b", "..", ".", "", "-rf", "two words", "a\nb", "über", strings.Repeat("long name ", 60), "a/b", "a-2fb", "CE", "ce",
	} {
		for _, k := range []Key{{Strategy: name, Seed: 1}, {Strategy: "a", Phase: name}} {
			file := fileName(k)
			assert.Equal(t, file, filepath.Base(file), "%q", name)
			assert.Less(t, len(file), 200)
			assert.NotContains(t, file, "\x00")
		}
	}
	assert.Equal(t, "ce-3", fileName(Key{Strategy: "ce", Seed: 3}))
}

func TestNoTwoKeysShareAFile(t *testing.T) {
	name := rapid.StringMatching(`[aA./ \-0\x{2}é]{0,3}`)
	seen := map[string]string{} // even where case does not count
	rapid.Check(t, func(t *rapid.T) {
		k := Key{name.Draw(t, "name"), rapid.Uint64Range(1, 12).Draw(t, "seed"), name.Draw(t, "phase")}
		file, who := strings.ToLower(fileName(k)), fmt.Sprintf("%q", k)
		if other, ok := seen[file]; ok {
			assert.Equal(t, other, who)
		}
		seen[file] = who
	})
}
