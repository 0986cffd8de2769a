package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAScheduleFillsATurnAndGivesSlowOperationsFewerRounds(t *testing.T) {
	p := plan{rounds: 5, turn: 300 * time.Millisecond}
	assert.Equal(t, schedule{rounds: 5, turns: 30, executions: 1}, p.schedule(10))
	assert.Equal(t, schedule{rounds: 5, turns: 1499, executions: 20}, p.schedule(0.010001))
	assert.Equal(t, schedule{rounds: 4, turns: 1, executions: 1}, p.schedule(3000))
	assert.Equal(t, schedule{rounds: 2, turns: 1, executions: 1}, p.schedule(9000))
	p.rounds = 1
	assert.Equal(t, schedule{rounds: 1, turns: 1, executions: 1}, p.schedule(9000))
}

func TestATurnEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	runs := 0
	s := side{run: func() {
		if runs++; runs == 3 {
			cancel()
		}
	}}
	_, err := s.time(ctx, 100, 1)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 3, runs)
}

func TestEveryOperationIsAskedOfAPythonFunction(t *testing.T) {
	for _, op := range operations(sizes{100}) {
		pr, err := op.build(t.TempDir())
		require.NoError(t, err, op.String())
		module, function, ok := strings.Cut(pr.call, ".")
		require.True(t, ok, pr.call)
		text, err := fs.ReadFile(scripts, "python/"+module+".py")
		require.NoError(t, err)
		assert.True(t, strings.Contains(string(text), "\ndef "+function+"("), "%s has no %s", module, function)
	}
}

func TestAPythonThatIsNowhereIsLeftOut(t *testing.T) {
	nowhere := []string{filepath.Join(t.TempDir(), "python3")}
	ps, err := startPeers(t.Context(), filepath.Join(t.TempDir(), "python"), map[string][]string{"torchvision": nowhere})
	require.NoError(t, err)
	assert.Empty(t, ps.started)
	assert.Empty(t, ps.unusable, "what is nowhere is missing, not broken")
	assert.Contains(t, strings.Join(ps.missing(), "\n"), "python3-torchvision")
	m, err := measure(t.Context(), &operation{modules: torch}, ps, t.TempDir(), plan{})
	require.NoError(t, err)
	assert.True(t, m.absent)
}

// A Python that fails to start, whatever the reason, is one peer less.
func TestAPythonThatDoesNotWorkIsPassedOverByName(t *testing.T) {
	folder := t.TempDir()
	pythons := []string{}
	for name, text := range map[string]string{
		"crashes":      "#!/bin/sh\nexit 1\n",
		"talks":        "#!/bin/sh\necho 'Welcome!'\n",
		"broken":       "#!/bin/sh\necho '{\"python\":\"3\",\"modules\":{},\"broken\":{\"torchvision\":\"no numpy\"}}'; cat >/dev/null\n",
		"no execution": "#!/bin/sh\n",
	} {
		mode := fs.FileMode(0o755)
		if name == "no execution" {
			mode = 0o644
		}
		pythons = append(pythons, filepath.Join(folder, name))
		require.NoError(t, os.WriteFile(pythons[len(pythons)-1], []byte(text), mode))
	}
	works := filepath.Join(folder, "works")
	require.NoError(t, os.WriteFile(works, []byte("#!/bin/sh\necho '{\"python\":\"3\",\"modules\":{\"torchvision\":\"1\"}}'; cat >/dev/null\n"), 0o755))
	ps, err := startPeers(t.Context(), filepath.Join(t.TempDir(), "python"), map[string][]string{"torchvision": append(pythons, works)})
	require.NoError(t, err)
	defer ps.close()
	require.NotNil(t, ps.having([]string{"torchvision"}), "the last of the list works")
	said := strings.Join(ps.unusable, "\n")
	for _, python := range pythons {
		assert.Contains(t, said, python+": ")
	}
	assert.Contains(t, said, "torchvision: no numpy")
}

// The peers that are installed compute what ours do, at small sizes.
func TestResultsAgreeWithThePeers(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts the peers")
	}
	ps, err := startPeers(t.Context(), filepath.Join(t.TempDir(), "python"), options{}.pythons())
	require.NoError(t, err)
	defer ps.close()
	for _, line := range ps.missing() {
		t.Log(line)
	}
	for _, op := range operations(sizes{100}) {
		t.Run(op.String(), func(t *testing.T) {
			them := ps.having(op.modules)
			if them == nil {
				t.Skipf("no Python here has a working %s", strings.Join(op.modules, " and "))
			}
			pr, err := op.build(t.TempDir())
			require.NoError(t, err)
			us := pr.ours()
			us.run()
			_, _, err = compareWith(them, pr, us, t.TempDir(), 0)
			assert.NoError(t, err)
		})
	}
}
