package page

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatIsSaidOfAStudyIsMarkdownThatFitsThePage(t *testing.T) {
	for text, want := range map[string]string{
		" *Mine.*\n\n":                          "\n*Mine.*\n",
		"":                                      "",
		"a\n```sh\nb\n```\n":                    "\na\n```sh\nb\n```\n",
		"~~~\n```\n~~~~":                        "\n~~~\n```\n~~~~\n",
		"`` ```a``` `` and\n```b``` inline":     "\n`` ```a``` `` and\n```b``` inline\n",
		"a\n\n```sh\nb\n``` c\n":                ":3: the code that begins here has no end: close it with a line of ```",
		"````\n```\n":                           ":1: the code that begins here has no end: close it with a line of ````",
		"    ```\n  ```":                        ":2: the code that begins here has no end: close it with a line of ```",
		"a\nb\x00":                              ":2: it has a NUL character: take it out",
		"caf\xe9":                               ":1: this is no UTF-8: save it as UTF-8",
		strings.Repeat("x", mostAbout+1):        ": it has 65537 bytes, and the page takes at most 65536 (64 KiB): shorten it",
		strings.Repeat("\n", mostAbout-1) + "x": "\nx\n",
	} {
		dir := t.TempDir()
		name := filepath.Join(dir, aboutFile)
		require.NoError(t, os.WriteFile(name, []byte(text), 0o666))
		got, err := readAbout(dir)
		if strings.HasPrefix(want, ":") {
			assert.EqualError(t, err, name+want)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	got, err := readAbout(t.TempDir())
	require.NoError(t, err)
	assert.Empty(t, got)
}
