package main

import (
	"context"
	"errors"
	"io/fs"
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
	assert.Empty(t, ps)
	assert.Contains(t, strings.Join(ps.missing(), "\n"), "python3-torchvision")
	m, err := measure(t.Context(), &operation{modules: torch}, ps, t.TempDir(), plan{})
	require.NoError(t, err)
	assert.True(t, m.absent)
}

// The peers that are installed compute what ours do, at small sizes.
func TestResultsAgreeWithThePeers(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts the peers")
	}
	ps, err := startPeers(t.Context(), filepath.Join(t.TempDir(), "python"), options{}.pythons())
	require.NoError(t, err)
	defer ps.close()
	for _, op := range operations(sizes{100}) {
		them := ps.having(op.modules)
		if them == nil {
			continue
		}
		t.Run(op.String(), func(t *testing.T) {
			pr, err := op.build(t.TempDir())
			require.NoError(t, err)
			us := pr.ours()
			us.run()
			_, _, err = compareWith(them, pr, us, t.TempDir(), 0)
			assert.NoError(t, err)
		})
	}
	if len(ps) == 0 {
		t.Skip(errors.New("no peer is installed"))
	}
}
