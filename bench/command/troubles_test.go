package command

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/interchange"
	"detsample/bench/strategy"
)

var (
	troublesStrategy = regexp.MustCompile("(?s)<!-- strategy: (\\w+) -->\n```yaml\n(.*?)```\n")
	troublesExport   = regexp.MustCompile("(?s)<!-- export: (\\w+) (\\w+) -->\n(?:```\\w*\n.*?```\n)?")
)

// What is to be pasted is what the command prints, without the line that says
// whose it is. With DETSAMPLE_WRITE_DOCS set it is written, otherwise compared.
func TestTheFragmentsOfTheDocumentationAreWhatExportPrints(t *testing.T) {
	const file = "../../docs/troubles.md"
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	text := string(data)
	strategies := map[string]strategy.Strategy{}
	for _, m := range troublesStrategy.FindAllStringSubmatch(text, -1) {
		s, err := strategy.Parse(m[1]+".yaml", []byte(m[2]))
		require.NoError(t, err, m[1])
		assert.Equal(t, m[1], s.Name)
		assert.Empty(t, s.Warnings(), m[1])
		strategies[m[1]] = s
	}
	require.Greater(t, len(strategies), 7)
	exported := 0
	written := troublesExport.ReplaceAllStringFunc(text, func(block string) string {
		m := troublesExport.FindStringSubmatch(block)
		s, ok := strategies[m[1]]
		require.True(t, ok, m[1])
		exported++
		language := "python"
		if m[2] == "detectron2" {
			language = "yaml"
		}
		fragment, err := interchange.Export(s, nil, m[2])
		require.NoError(t, err, "%s to %s", m[1], m[2])
		return "<!-- export: " + m[1] + " " + m[2] + " -->\n```" + language + "\n" + string(fragment.Text) + "```\n"
	})
	assert.Greater(t, exported, 6)
	if os.Getenv("DETSAMPLE_WRITE_DOCS") != "" {
		require.NoError(t, os.WriteFile(file, []byte(written), 0o644))
		return
	}
	assert.Equal(t, written, text, "DETSAMPLE_WRITE_DOCS=1 go test ./bench/command -run Fragments writes them")
}
