package interchange

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/marked"
)

// componentTable writes what mmdetection's components are here, a row each.
func componentTable() string {
	var out strings.Builder
	out.WriteString("| mmdetection | here | fields | not the same |\n|---|---|---|---|\n")
	for _, c := range mmdet.components {
		var fields []string
		for _, w := range c.when {
			fields = append(fields, fmt.Sprintf("%s=%s", w.key, w.value))
		}
		for _, f := range c.fields {
			switch {
			case len(f.ours) > 0:
				fields = append(fields, f.theirs+" → "+strings.Join(f.ours, ", "))
			case f.effect != "" && f.missing != "":
				fields = append(fields, fmt.Sprintf("%s: unmapped unless %s", f.theirs, f.missing))
			}
		}
		for _, s := range c.always {
			fields = append(fields, fmt.Sprintf("always %s: %s", s.key, yamlScalar(s.value)))
		}
		fmt.Fprintf(&out, "| `%s` | `%s` %s | %s | %s |\n", c.theirs, c.ours, c.role, strings.Join(fields, "; "), c.note)
	}
	return out.String()
}

// With DETSAMPLE_WRITE_DOCS set the table is written, otherwise compared.
func TestTheDocumentationsTableIsThatOfTheCode(t *testing.T) {
	const file, name = "../../docs/interchange.md", "components"
	if os.Getenv("DETSAMPLE_WRITE_DOCS") != "" {
		require.NoError(t, marked.Write(file, name, componentTable()))
		return
	}
	table, err := marked.Read(file, name)
	require.NoError(t, err)
	assert.Equal(t, componentTable(), table)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	for head := range denseHeads {
		assert.Contains(t, string(text), "`"+head+"`")
	}
	for head := range refusedHeads {
		assert.Contains(t, string(text), "`"+head+"`")
	}
}
