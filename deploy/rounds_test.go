package deploy

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// loop returns the lines of docs/clusters.md that go from round to round.
func loop(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "docs", "clusters.md"))
	require.NoError(t, err)
	for block := range strings.SplitSeq(string(text), "\n\n") {
		if strings.Contains(block, "while true") {
			return block
		}
	}
	require.Fail(t, "no loop")
	return ""
}

// Rounds are gone through to the last, and no longer than arrays add to them.
func TestTheLoopOverRoundsEnds(t *testing.T) {
	for name, c := range map[string]struct {
		merge  string   // status of each merge
		plans  []string // what comes next after each array
		arrays int
	}{
		"three rounds":            {"0", []string{"[b]", "[c]", "[]"}, 3},
		"a shard fails once":      {"3", []string{"[a]", "[b]", "[]"}, 3},
		"every array fails":       {"3", []string{"[a]", "[a]", "[a]", "[a]", "[]"}, 2},
		"nothing is to be joined": {"1", []string{"[a]", "[]"}, 1},
	} {
		dir := t.TempDir()
		write := func(name, text string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755))
		}
		write("plans", strings.Join(c.plans, "\n")+"\n")
		write("sbatch", "#!/bin/sh\necho array >>\"$DIR/arrays\"\nexit 1\n")
		write("detsample", "#!/bin/sh\n[ \"$1\" = plan ] || exit "+c.merge+"\nsed -n \"$(wc -l <\"$DIR/arrays\")p\" \"$DIR/plans\"\n")
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		command := exec.CommandContext(ctx, "bash", "-c", loop(t))
		command.Env = append(os.Environ(), "DIR="+dir, "PATH="+dir+":"+os.Getenv("PATH"))
		said, err := command.CombinedOutput()
		cancel()
		require.NoError(t, err, "%s: %s", name, said)
		arrays, err := os.ReadFile(filepath.Join(dir, "arrays"))
		require.NoError(t, err)
		assert.Equal(t, c.arrays, strings.Count(string(arrays), "array"), name)
		assert.Equal(t, name == "every array fails", strings.Contains(string(said), "added no run"), "%s: %s", name, said)
	}
}
