package external

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// statusDiverged is how a program says that its training diverged.
const statusDiverged = 3

// How long a program has to end once it is asked to, when it took too long and
// when the comparison is to stop, which is to be answered within a second.
var (
	timeoutGrace   = 10 * time.Second
	interruptGrace = 500 * time.Millisecond
)

// failure is why a program did not end well.
type failure struct{ error }

// end runs the program until it ends well, or for good; a failure is in the
// end of it. The error is that of ctx, or says that the program could not be
// started.
func (r *run) end(ctx context.Context, progress func(images int)) (end outcome, err error) {
	if e := r.before(); e != nil {
		progress(r.job.Images)
		return outcome{ended: *e}, nil
	}
	start := time.Now()
	for try := 0; ; try++ {
		var why failure
		end, err = r.attempt(ctx, progress)
		end.Seconds = time.Since(start).Seconds()
		switch {
		case err == nil:
			return end, r.keep(&end.ended)
		case ctx.Err() != nil:
			return end, ctx.Err()
		case !errors.As(err, &why):
			return end, err
		case try >= r.program.Retries:
			end.failed = err
			if try > 0 {
				end.failed = fmt.Errorf("%w, in the last of %d attempts", err, try+1)
			}
			return end, nil
		}
	}
}

// outcome is the end of a program.
type outcome struct {
	ended
	failed error // for good
}

// attempt runs the program once.
func (r *run) attempt(ctx context.Context, progress func(images int)) (end outcome, err error) {
	if err := ctx.Err(); err != nil {
		return end, err
	}
	values := r.values()
	words := r.program.Command.Fill(values)
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = os.Environ()
	for name, value := range values {
		cmd.Env = append(cmd.Env, "DETSAMPLE_"+strings.ToUpper(name)+"="+value)
	}
	if r.gpu != "" {
		cmd.Env = append(cmd.Env, "CUDA_VISIBLE_DEVICES="+string(r.gpu))
	}
	said, err := r.listen(cmd)
	if err != nil {
		return end, err
	}
	defer said.close()
	if err := r.noteCode(); err != nil {
		return end, err
	}
	p, err := r.start(cmd)
	if err != nil {
		return end, fmt.Errorf("the program cannot be started: %w", err)
	}
	late := make(<-chan time.Time)
	if r.program.Timeout > 0 {
		timer := time.NewTimer(r.program.Timeout)
		defer timer.Stop()
		late = timer.C
	}
	follow := newFollower(r, progress)
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		select {
		case <-p.ended:
			err := r.lock.clear(p)
			follow.look()
			return r.judge(err, said)
		case <-tick.C:
			follow.look()
		case <-late:
			r.stop(p, timeoutGrace)
			return end, failure{fmt.Errorf("it took longer than %v (trainer.timeout)%s", r.program.Timeout, said.last())}
		case <-ctx.Done():
			r.stop(p, interruptGrace)
			return end, ctx.Err()
		}
	}
}

// judge says how an attempt ended.
func (r *run) judge(err error, said *said) (end outcome, _ error) {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return end, nil
	case !errors.As(err, &exit):
		return end, failure{err}
	case exit.ExitCode() == statusDiverged:
		end.Diverged = true
		return end, nil
	}
	return end, failure{fmt.Errorf("%v%s", exit, said.last())}
}

// process is a program that was started.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{} // closed at its end
	kept  bool          // after it: whether the program is yet to be reaped, so that its id is nobody else's
	reap  func() error  // waits for the end, and returns how it was
}

// start starts the program, in a group of its own that holds the run's lock.
func (r *run) start(cmd *exec.Cmd) (*process, error) {
	if err := r.lock.start(cmd); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, ended: make(chan struct{}), reap: sync.OnceValue(cmd.Wait)}
	go func() {
		if p.kept = linger(cmd); !p.kept {
			_ = p.reap()
		}
		close(p.ended)
	}()
	return p, nil
}

// stop ends the program and what it has started: politely, and by force after a
// while. A shell ends at once, and leaves as long to what it was waiting for.
func (r *run) stop(p *process, grace time.Duration) {
	terminate(p.cmd)
	late := time.After(grace)
	select {
	case <-p.ended:
		for over := false; !over && r.lock.running(); {
			select {
			case <-late:
				over = true
			case <-time.After(20 * time.Millisecond):
			}
		}
	case <-late:
		kill(p.cmd)
		<-p.ended
	}
	_ = r.lock.clear(p)
}
