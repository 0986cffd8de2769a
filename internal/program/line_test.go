package program

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAShellReadsTheWordsOfALine(t *testing.T) {
	assert.Equal(t, "detsample study dense/dense --size 320", Line("detsample", "study", "dense/dense", "--size", "320"))
	words := []string{"", "a b", "it's", `"`, "$HOME", "*", "a;b", "~", "a\nb", "é", "-x=1"}
	out, err := exec.Command("sh", "-c", `printf '%s\0' `+Line(words...)).Output()
	if err != nil {
		t.Skip("no shell")
	}
	assert.Equal(t, words, strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"))
}
