package simd

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A machine with AVX2 alone has 16 registers; one with AVX-512, on which tests
// run, would not notice a seventeenth.
func TestAVX2KernelsUseItsRegistersAlone(t *testing.T) {
	files, err := filepath.Glob("../*/*_amd64.s")
	require.NoError(t, err)
	beyond, begins := regexp.MustCompile(`\b[XY](1[6-9]|2[0-9]|3[01])\b|\bZ[0-9]+\b|\bK[1-7]\b`), regexp.MustCompile(`^TEXT ·(\w+)`)
	kernels := 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		function := ""
		for line := range strings.Lines(string(text)) {
			if m := begins.FindStringSubmatch(line); m != nil {
				if function = m[1]; strings.Contains(function, "AVX2") {
					kernels++
				}
			} else if strings.Contains(function, "AVX2") {
				assert.NotRegexp(t, beyond, line, "%s of %s", function, name)
			}
		}
	}
	assert.Greater(t, kernels, 20)
}
