package command

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A quick study is cut to a quarter of an hour by what generated scenes take; the images
// of a folder take what they take.
func TestAQuickStudySaysOfWhatItIsQuick(t *testing.T) {
	help := strings.Join(strings.Fields(detsample("study", "--help").stdout), " ")
	assert.Contains(t, help, "A quarter of an hour on generated scenes (of --data what --only plan says)")
	assert.Contains(t, help, "a quarter of an hour of two cores, on generated scenes")
}
