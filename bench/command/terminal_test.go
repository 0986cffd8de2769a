package command

import (
	"os"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Tests are the same in any window.
func TestMain(m *testing.M) {
	os.Unsetenv("COLUMNS")
	called = "detsample"
	if os.Getenv(asCommand) != "" {
		os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

func TestTablesFollowCOLUMNS(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	annotations := writeCells(t)
	for value, width := range map[string]int{"80": 80, "120": 120, "57": 57, "200": 200, "7": minWidth, "": fileWidth, "wide": fileWidth, "-3": fileWidth, "0": fileWidth, "99999999": maxWidth} {
		t.Setenv("COLUMNS", value)
		out, errs, status := ran(t, "inspect", annotations)
		require.Zero(t, status, errs)
		longest := 0
		for line := range strings.Lines(out) {
			longest = max(longest, text.StringWidthWithoutEscSequences(strings.TrimRight(line, "\n")))
		}
		assert.LessOrEqual(t, longest, width, "COLUMNS=%s", value)
		if width < maxWidth {
			assert.Greater(t, longest, width*7/10, "COLUMNS=%s: the width is used", value)
		}
	}
}

func TestAPipeWithoutATerminalHasTheWidthOfFiles(t *testing.T) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	defer w.Close()
	if _, ok := terminalWidth(os.Stderr); ok {
		t.Skip("these tests run in a terminal")
	}
	assert.Equal(t, fileWidth, textWidth(w))
}
