//go:build unix

package interrupt

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// deaf is set where the test binary is to be a process that goes on whatever its
// context says.
const deaf = "DETSAMPLE_TEST_DEAF"

func TestMain(m *testing.M) {
	if os.Getenv(deaf) != "" {
		ctx, _ := Context(context.Background())
		os.Stdout.WriteString("listens\n")
		<-ctx.Done()
		os.Stdout.WriteString("asked\n")
		select {}
	}
	os.Exit(m.Run())
}

func TestTheCauseSaysWhichSignalItWas(t *testing.T) {
	for signal, patient := range map[syscall.Signal]bool{syscall.SIGINT: false, syscall.SIGTERM: true} {
		ctx, stop := Context(t.Context())
		require.NoError(t, syscall.Kill(os.Getpid(), signal))
		<-ctx.Done()
		assert.ErrorIs(t, ctx.Err(), context.Canceled)
		derived, cancel := context.WithCancel(ctx)
		n := Of(derived)
		require.NotNil(t, n)
		again := n.Again()
		assert.Equal(t, patient, n.Patient())
		assert.EqualError(t, context.Cause(ctx), "signal: "+signal.String())
		select {
		case <-again:
			assert.Fail(t, "there was one signal")
		default:
		}
		require.NoError(t, syscall.Kill(os.Getpid(), signal))
		<-again
		cancel()
		stop()
	}
}

func TestWhatEndsWithoutASignalHasNoNotice(t *testing.T) {
	parent, cancel := context.WithCancel(t.Context())
	ctx, stop := Context(parent)
	cancel()
	<-ctx.Done()
	n := Of(ctx)
	assert.Nil(t, n)
	assert.False(t, n.Patient())
	assert.Nil(t, n.Again())
	stop()
	ctx, stop = Context(t.Context())
	stop()
	assert.ErrorIs(t, ctx.Err(), context.Canceled)
	assert.Nil(t, Of(ctx))
}

func TestASecondSignalKillsAProcessThatGoesOn(t *testing.T) {
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), deaf+"=1")
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	lines := bufio.NewScanner(out)
	for _, line := range []string{"listens", "asked"} {
		require.True(t, lines.Scan())
		assert.Equal(t, line, lines.Text())
		require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	}
	kill := time.AfterFunc(time.Minute, func() { _ = command.Process.Kill() })
	defer kill.Stop()
	var exit *exec.ExitError
	require.True(t, errors.As(command.Wait(), &exit))
	assert.Equal(t, syscall.SIGTERM, exit.Sys().(syscall.WaitStatus).Signal())
}
