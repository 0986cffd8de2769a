//go:build unix && !solaris && !aix

package external

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"detsample/internal/regular"
)

// lock is who works in a run's folder. The kernel holds two files of it: owner
// as long as the process that sees to the run lives, and running as long as the
// program does, or whatever it has started, since these inherit it. A program
// whose owner was killed is so known for what it is.
type lock struct {
	dir   string
	owner *os.File
}

// acquire takes the lock, and ends a program that runs without an owner, which
// it tells left.
func acquire(ctx context.Context, dir string, left func()) (*lock, error) {
	l := &lock{dir: dir}
	var held bool
	var err error
	if l.owner, held, err = soon(filepath.Join(dir, "owner")); err != nil {
		return nil, err
	} else if !held {
		return nil, fmt.Errorf("another process sees to the run in %s", dir)
	}
	if err := l.end(ctx, left); err != nil {
		l.release()
		return nil, err
	}
	return l, nil
}

func (l *lock) release() { _ = l.owner.Close() }

func (l *lock) path() string { return filepath.Join(l.dir, "running") }

// end ends a program that was left: politely, then by force.
func (l *lock) end(ctx context.Context, left func()) error {
	if !l.running() {
		return nil
	}
	var said string
	for range 20 { // an owner that was killed as it started a program leaves one that has not begun to
		if text, _ := os.ReadFile(l.path()); len(text) > 0 {
			said = string(text)
			break
		}
		time.Sleep(25 * time.Millisecond)
		if !l.running() {
			return nil
		}
	}
	group, signal := l.named(said)
	if signal == nil {
		return fmt.Errorf("a program that an earlier process started still runs in %s (%s): end it", l.dir, group)
	}
	for _, step := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGTERM, timeoutGrace}, {syscall.SIGKILL, timeoutGrace}} {
		signal(step.signal)
		for until := time.Now().Add(step.wait); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
			if err := ctx.Err(); err != nil {
				return err
			}
			if !l.running() {
				left()
				return nil
			}
		}
	}
	return fmt.Errorf("the program that an earlier process started in %s (%s) does not end", l.dir, group)
}

// named returns how a program is called that was left, and how it is given a
// signal, nil where that is not known. One whose owner was killed before it had
// written the group down is told by the file that it holds.
func (l *lock) named(said string) (name string, signal func(syscall.Signal)) {
	var group int
	var host string
	here, _ := os.Hostname()
	_, err := fmt.Sscanf(said, "%d %q", &group, &host)
	switch {
	case err == nil && group > 1 && host == here:
		return fmt.Sprintf("process group %d", group), func(s syscall.Signal) { _ = syscall.Kill(-group, s) }
	case err == nil && group > 1:
		return fmt.Sprintf("process group %d on %s", group, host), nil
	}
	left := holders(l.path())
	if len(left) == 0 {
		return "which one is not known", nil
	}
	return fmt.Sprint("processes ", left), func(s syscall.Signal) {
		for _, process := range holders(l.path()) {
			if group, err := syscall.Getpgid(process); err == nil && group == process {
				_ = syscall.Kill(-group, s)
			}
			_ = syscall.Kill(process, s)
		}
	}
}

// running reports whether a program, or something that it has started, holds
// its file.
func (l *lock) running() bool {
	f, held, err := locked(l.path())
	if err != nil {
		return false
	}
	_ = f.Close()
	return !held
}

// locked opens a file and takes its lock, if nobody has it. Where a file system
// knows no locks, nobody ever has.
func locked(path string) (f *os.File, held bool, err error) {
	if f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666); err != nil {
		return nil, false, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	return f, !errors.Is(err, syscall.EWOULDBLOCK), nil
}

// soon is locked, but waits a moment where somebody has the lock: a process that
// has just been started holds all files of the one that started it until it is
// the program it is to be, those of other runs beside its own.
func soon(path string) (f *os.File, held bool, err error) {
	for range 20 {
		if f, held, err = locked(path); err != nil || held {
			return f, held, err
		}
		_ = f.Close()
		time.Sleep(25 * time.Millisecond)
	}
	return nil, false, nil
}

// start starts a program in a group of its own, with its file.
func (l *lock) start(cmd *exec.Cmd) error {
	f, held, err := soon(l.path())
	if err != nil {
		return err
	} else if !held {
		return fmt.Errorf("something of the last attempt still runs in %s: end it", l.dir)
	}
	defer f.Close()
	if err := f.Truncate(0); err != nil {
		return err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.ExtraFiles = []*os.File{f}
	if err := cmd.Start(); err != nil {
		return err
	}
	host, _ := os.Hostname()
	if _, err := fmt.Fprintf(f, "%d %q\n", cmd.Process.Pid, host); err != nil {
		kill(cmd)
		_ = cmd.Wait()
		return err
	}
	return nil
}

// clear ends what a program that has ended has left running of its group, reaps
// the program and returns how it ended. The group's id is its own until then, and
// after that only while a process of it lives, which a held file makes likely.
func (l *lock) clear(p *process) error {
	if p.kept { // not all that it has started inherits the file
		kill(p.cmd)
	}
	for range 8 {
		if !l.running() {
			break
		}
		kill(p.cmd)
		time.Sleep(20 * time.Millisecond)
	}
	return p.reap()
}

// killed reports whether a program ended by SIGKILL.
func killed(exit *exec.ExitError) bool {
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// abandoned reports whether a program still runs in a run's folder that nobody
// sees to. It makes no file there.
func abandoned(dir string) bool {
	return heldNow(filepath.Join(dir, "running")) && !heldNow(filepath.Join(dir, "owner"))
}

// heldNow reports whether somebody has the lock of a file, if there is one.
func heldNow(path string) bool {
	f, err := regular.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	return errors.Is(syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}

func terminate(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }

func kill(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
