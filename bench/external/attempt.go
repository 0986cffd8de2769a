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

	"detsample/internal/interrupt"
)

// statusDiverged is how a program says that its training diverged.
const statusDiverged = 3

// How long a program has to end once it is asked to.
var (
	timeoutGrace   = 10 * time.Second       // when it took too long
	schedulerGrace = 10 * time.Second       // at SIGTERM: Slurm and Kubernetes kill after 30 seconds
	interruptGrace = 500 * time.Millisecond // when the comparison is to stop otherwise, which is to be answered within a second
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
			r.stop(ctx, p)
			return end, failure{fmt.Errorf("it took longer than %v (trainer.timeout)%s", r.program.Timeout, said.last())}
		case <-ctx.Done():
			if interrupt.Of(ctx).Patient() {
				r.note(fmt.Sprintf("the program in %s has %v to end; a second signal ends it at once", r.dir, schedulerGrace))
			}
			r.stop(ctx, p)
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
	return end, failure{fmt.Errorf("%v%s%s", exit, killedFor(exit), said.last())}
}

// killedFor returns why a program may have been killed that nobody here killed,
// in brackets; empty if it ended otherwise. A shell says it by its status.
func killedFor(exit *exec.ExitError) string {
	if killed(exit) || exit.ExitCode() == 128+9 {
		return " (so the system ends what takes too much memory: see the machine's log, or the job's limit)"
	}
	return ""
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
func (r *run) stop(ctx context.Context, p *process) {
	terminate(p.cmd)
	late, cancel := patience(ctx)
	defer cancel()
	select {
	case <-p.ended:
		for late.Err() == nil && r.lock.running() {
			time.Sleep(20 * time.Millisecond)
		}
	case <-late.Done():
		kill(p.cmd)
		<-p.ended
	}
	_ = r.lock.clear(p)
}

// patience returns a context that ends when a program that is asked to end has
// had its time, which is shorter once ctx ends, and over at a second signal.
func patience(ctx context.Context) (context.Context, context.CancelFunc) {
	grace := timeoutGrace
	if ctx.Err() != nil {
		grace = graceAfter(ctx)
	}
	late, cancel := context.WithTimeout(context.Background(), grace)
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-interrupt.Of(ctx).Again():
		case <-time.After(graceAfter(ctx)):
		case <-late.Done():
		}
		cancel()
	})
	return late, func() { stop(); cancel() }
}

// graceAfter returns how long a program has to end once ctx has ended.
func graceAfter(ctx context.Context) time.Duration {
	if interrupt.Of(ctx).Patient() {
		return schedulerGrace
	}
	return interruptGrace
}

// Grace returns how long Train takes to return at most once ctx has ended.
func (t *Trainer) Grace(ctx context.Context) time.Duration {
	return graceAfter(ctx) + 200*time.Millisecond
}
