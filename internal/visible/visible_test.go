package visible

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestControlCharactersAreSeen(t *testing.T) {
	for text, want := range map[string]string{
		"":                  "",
		"zebra":             "zebra",
		"Süße Tüte, 猫 🐈":    "Süße Tüte, 猫 🐈",
		"\x1b[31mred":       `\u001b[31mred`,
		"\u009b31m":         `\u009b31m`,
		"a\x00b\x7f":        `a\u0000b\u007f`,
		"gpj.\u202eexe":     `gpj.\u202eexe`,
		"two\nlines\r\t":    `two\nlines\r\t`,
		"a\u2028b":          `a\u2028b`,
		"\xff\xfe":          "\ufffd\ufffd",
		"\x9b31m as a byte": "\ufffd31m as a byte",
	} {
		assert.Equal(t, want, Text(text))
	}
	assert.Equal(t, "a\n\tb\\r\n", Lines("a\n\tb\r\n"))
}

func TestJSONKeepsItsMeaning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		text, err := json.Marshal(s)
		require.NoError(t, err)
		var again string
		require.NoError(t, json.Unmarshal([]byte(Text(string(text))), &again))
		assert.Equal(t, s, again)
	})
}

// Whatever the pieces that a text is written in, the same arrives, and nothing
// in it steers a terminal.
func TestTheWriterIsLinesInPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "string")
		var b strings.Builder
		w := NewWriter(&b)
		for rest := text; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			written, err := w.Write([]byte(rest[:n]))
			require.NoError(t, err)
			require.Equal(t, n, written)
			rest = rest[n:]
		}
		require.NoError(t, w.Close())
		assert.Equal(t, Lines(text), b.String())
		assert.False(t, strings.ContainsFunc(b.String(), func(r rune) bool {
			return unicode.IsControl(r) && r != '\n' && r != '\t'
		}))
	})
}

// full takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWhatIsCutOffIsWrittenOnceAtTheEnd(t *testing.T) {
	var b strings.Builder
	w := NewWriter(&b)
	n, err := w.Write([]byte("a\xe2\x82"))
	require.NoError(t, err)
	assert.Equal(t, 3, n)
	assert.Equal(t, "a", b.String(), "the rest of a character may come")
	require.NoError(t, w.Close())
	require.NoError(t, w.Close())
	assert.Equal(t, "a\ufffd\ufffd", b.String())

	w = NewWriter(full{})
	n, err = w.Write([]byte("\xe2"))
	assert.Equal(t, 1, n)
	assert.NoError(t, err, "nothing is written yet")
	assert.ErrorIs(t, w.Close(), io.ErrShortWrite)
	n, err = w.Write([]byte("abc"))
	assert.Zero(t, n)
	assert.ErrorIs(t, err, io.ErrShortWrite)
}
