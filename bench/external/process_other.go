//go:build !unix || solaris || aix

package external

import (
	"context"
	"os/exec"
)

// lock is who works in a run's folder, which this system does not tell.
type lock struct{}

func acquire(context.Context, string, func()) (*lock, error) { return &lock{}, nil }

func (l *lock) release() {}

func (l *lock) start(cmd *exec.Cmd) error { return cmd.Start() }

func (l *lock) running() bool { return false }

func (l *lock) clear(p *process) error { return p.reap() }

func killed(*exec.ExitError) bool { return false }

func abandoned(string) bool { return false }

func terminate(cmd *exec.Cmd) { kill(cmd) }

func kill(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
