package page

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/store"
	"detsample/bench/study"
	"detsample/bench/trainer"
)

// What a file says can neither end a paragraph nor begin something else.
func TestTextOfTheFolderIsALineOfThePage(t *testing.T) {
	hostile := "it `stopped`\n\n# <b>Here</b>\n| a | b |"
	out := storing(t, "dense", trainer.Run{Strategy: "ce", Seed: 1, Images: 8, Failed: hostile, Diverged: true, Curve: []trainer.Point{{Images: 0}}}, runOf("ce", 2, 16), runOf("focal", 2, 16))
	writeJSON(t, filepath.Join(out, "dense", store.Origin), &study.Origin{Program: hostile, Command: "detsample study '" + hostile + "'", Of: []string{hostile}, Machine: hostile, Note: hostile, Data: hostile, Size: hostile})
	files, err := pageIn(out)
	require.NoError(t, err)
	page := string(files[File]) + string(files[experimentsFile])
	for _, raw := range []string{"<b>", "\n# <", "\n| a |"} {
		assert.False(t, strings.Contains(page, raw), raw)
	}
	const line = "it \\`stopped\\` \\# &lt;b&gt;Here&lt;/b&gt; \\| a \\| b \\|"
	const plain = `it \u0060stopped\u0060 # \u003cb>Here\u003c/b> \u007c a \u007c b \u007c`
	said := func(text, what string) { assert.True(t, strings.Contains(page, text), what) }
	said(": "+line+".\n", "why it stopped")
	said("Made by `detsample study '"+plain+"'`, of "+line+", on "+line+". "+line, "the command")
	said(" the images of "+plain+",", "the folder")
	said(" --data '"+plain+"'", "within code, too")
}
