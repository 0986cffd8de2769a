// Package interrupt turns signals into the end of a context, whose cause says
// which signal it was.
package interrupt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// Notice is the cause of a context that a signal has ended.
type Notice struct {
	signal os.Signal
	again  chan struct{}
	heard  atomic.Bool // somebody asked for again
}

// Error implements error.
func (n *Notice) Error() string { return fmt.Sprintf("signal: %v", n.signal) }

// Patient reports whether who sent the signal waits for the process to end, as
// a scheduler does before it kills it. A person at a terminal does not.
func (n *Notice) Patient() bool { return n != nil && n.signal == syscall.SIGTERM }

// Again is closed by the second signal: what is waited for is to be ended now,
// before the process is killed.
func (n *Notice) Again() <-chan struct{} {
	if n == nil {
		return nil
	}
	n.heard.Store(true)
	return n.again
}

// Of returns the notice that ended a context, nil if another thing did.
func Of(ctx context.Context) *Notice {
	n, _ := errors.AsType[*Notice](context.Cause(ctx))
	return n
}

// hurry is how long the process lives on after a second signal that is heard.
const hurry = 2 * time.Second

// Context returns a context that ends with parent or at the first SIGINT or
// SIGTERM, with a [Notice] as its cause. A second signal kills the process: at
// once or, where somebody listens to [Notice.Again], a moment later, in which a
// third does. With stop, signals do again what they did before.
func Context(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals, stopped := make(chan os.Signal, 2), make(chan struct{})
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		n := &Notice{again: make(chan struct{})}
		select {
		case n.signal = <-signals:
			cancel(n)
		case <-stopped:
			return
		}
		select {
		case s := <-signals:
			signal.Stop(signals)
			close(n.again)
			if n.heard.Load() {
				select {
				case <-time.After(hurry):
				case <-stopped:
					return
				}
			}
			die(s)
		case <-stopped:
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel(nil)
		close(stopped)
	}
}

// die ends the process as a signal does that it does not listen for.
func die(s os.Signal) {
	if p, err := os.FindProcess(os.Getpid()); err == nil && p.Signal(s) == nil {
		time.Sleep(hurry)
	}
	os.Exit(130)
}
