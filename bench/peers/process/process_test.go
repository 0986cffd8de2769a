package process

import (
	"context"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// echo greets with the setting of an environment variable and then answers
// every question with the question, but for the last.
const echo = `echo "\"$OMP_NUM_THREADS\""; while read line; do [ "$line" = '["end"]' ] && exit; echo "$line"; done`

func TestAPeerGreetsAndAnswersUntilItEnds(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh")
	}
	var hello string
	p, err := Start(t.Context(), &hello, shell, "-c", echo)
	require.NoError(t, err)
	defer p.Close()
	assert.Equal(t, "1", hello)
	var answer []any
	require.NoError(t, p.Ask(&answer, "time", 3))
	assert.Equal(t, []any{"time", 3.0}, answer)
	assert.ErrorContains(t, p.Ask(&answer, "end"), "without an answer")
}

func TestTheEndOfTheContextKillsThePeer(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh")
	}
	ctx, cancel := context.WithCancel(t.Context())
	var hello string
	p, err := Start(ctx, &hello, shell, "-c", `echo '"ready"'; exec sleep 60`)
	require.NoError(t, err)
	cancel()
	assert.Error(t, p.Ask(new(any), "time"))
	p.Close()
}

func TestAProgramThatIsNowhereIsNotFound(t *testing.T) {
	_, err := Start(t.Context(), new(string), "no-such-python")
	assert.ErrorIs(t, err, exec.ErrNotFound)
}
