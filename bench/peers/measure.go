package main

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"detsample/bench/dump"
	"detsample/bench/peers/timing"
)

// plan says how long everything is measured.
type plan struct {
	rounds  int           // turns of each side
	turn    time.Duration // about how long a turn lasts
	threads int           // of the second measurement, which shows how a side scales; 1 for none
}

const (
	// longest is about how long a side may take for all its rounds: slow
	// operations get fewer of them, but two unless one takes longer.
	longest = 12 * time.Second
	// shortest is the time below which executions are counted together, as a
	// clock has its own cost.
	shortest = 0.2 // milliseconds
)

// measurement is what was found out about an operation; times in milliseconds.
type measurement struct {
	*operation
	ours, theirs []float64
	ratios       []float64 // of the medians of each round
	ways         ways
	agreement    []agreed
	bytes        float64
	// Work done on several threads in the time in which one does one: 0 where
	// it was not measured.
	ourScaling, theirScaling float64
	absent                   bool // the peer is not installed
}

// ratio is the peer's time by ours.
func (m *measurement) ratio() float64 { return timing.Median(m.theirs) / timing.Median(m.ours) }

// measure checks an operation and times it. folder is for its files.
func measure(ctx context.Context, o *operation, ps *peers, folder string, p plan) (*measurement, error) {
	m := &measurement{operation: o}
	them := ps.having(o.modules)
	if them == nil {
		m.absent = true
		return m, nil
	}
	defer debug.FreeOSMemory()
	pr, err := o.build(folder)
	if err != nil {
		return nil, err
	}
	m.bytes = pr.bytes
	us := pr.ours()
	us.run()
	if m.ways, m.agreement, err = compareWith(them, pr, us, folder, p.turn); err != nil {
		return nil, err
	}
	defer them.forget()
	if err := m.alternate(ctx, us, them, p); err != nil {
		return nil, err
	}
	if p.threads > 1 && !o.single {
		err = m.scale(ctx, pr, us, them, p)
	}
	return m, err
}

// compareWith hands the inputs to the peer, which tries each of its ways for
// about the given time, and compares the results.
func compareWith(them *peer, pr *problem, us side, folder string, each time.Duration) (w ways, said []agreed, err error) {
	inputs, results := filepath.Join(folder, "inputs"), filepath.Join(folder, "results")
	if err := os.MkdirAll(results, 0o777); err != nil {
		return w, nil, err
	}
	if err := dump.Write(inputs, pr.inputs...); err != nil {
		return w, nil, err
	}
	if w, err = them.prepare(pr, inputs, results, each); err != nil {
		return w, nil, err
	}
	theirs, err := dump.Open(results, math.MaxInt64)
	if err != nil {
		return w, nil, err
	}
	defer theirs.Close()
	said, err = agreement(pr.checks, us.results(), theirs)
	return w, said, err
}

// alternate times the sides in turns.
func (m *measurement) alternate(ctx context.Context, us side, them *peer, p plan) error {
	ours, err := planned(p, func(turns, executions int) ([]float64, error) { return us.time(ctx, turns, executions) })
	if err != nil {
		return err
	}
	theirs, err := planned(p, them.time)
	if err != nil {
		return err
	}
	for range min(ours.rounds, theirs.rounds) {
		a, err := us.time(ctx, ours.turns, ours.executions)
		if err != nil {
			return err
		}
		b, err := them.time(theirs.turns, theirs.executions)
		if err != nil {
			return err
		}
		m.ours, m.theirs = append(m.ours, a...), append(m.theirs, b...)
		m.ratios = append(m.ratios, timing.Median(b)/timing.Median(a))
	}
	return nil
}

// schedule is how often a side runs.
type schedule struct{ rounds, turns, executions int }

// planned warms a side up and finds its schedule.
func planned(p plan, run func(turns, executions int) ([]float64, error)) (schedule, error) {
	ms, err := run(1, 1)
	if err != nil {
		return schedule{}, err
	}
	if ms[0] < timing.Milliseconds(p.turn)/4 { // short enough to look again
		if ms, err = run(5, int(math.Ceil(min(1000, shortest/max(ms[0], 1e-6))))); err != nil {
			return schedule{}, err
		}
	}
	return p.schedule(slices.Min(ms)), nil
}

// schedule returns how often to run what takes ms milliseconds.
func (p plan) schedule(ms float64) schedule {
	ms = max(ms, 1e-6)
	s := schedule{rounds: p.rounds, executions: int(math.Ceil(shortest / ms))}
	s.turns = max(1, int(timing.Milliseconds(p.turn)/(ms*float64(s.executions))))
	if ms > timing.Milliseconds(p.turn) {
		s.rounds = min(p.rounds, max(2, int(timing.Milliseconds(longest)/ms)))
		if ms > timing.Milliseconds(longest) {
			s.rounds = 1
		}
	}
	return s
}

// time runs turns of several executions each and returns the milliseconds of
// one, turn by turn.
func (s side) time(ctx context.Context, turns, executions int) ([]float64, error) {
	ms := make([]float64, turns)
	for i := range ms {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		start := time.Now()
		for range executions {
			s.run()
		}
		ms[i] = timing.Milliseconds(time.Since(start)) / float64(executions)
	}
	return ms, nil
}

// scale measures how much more a side does on several threads: ours on as many
// problems of the same inputs at once, each with its own memory, the peer on
// one with as many threads.
func (m *measurement) scale(ctx context.Context, pr *problem, us side, them *peer, p plan) error {
	sides := []side{us}
	for range p.threads - 1 {
		another := pr.ours()
		another.run()
		sides = append(sides, another)
	}
	executions := max(1, int(timing.Milliseconds(p.turn)/2/timing.Median(m.ours)))
	var one, many []float64
	for range 9 {
		one = append(one, together(sides[:1], executions))
		many = append(many, together(sides, executions))
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	m.ourScaling = fastest(one, many)
	var err error
	m.theirScaling, err = them.scaling(p, timing.Median(m.theirs))
	return err
}

// fastest compares the fastest runs on one thread and on several: who else uses
// the machine takes a core for seconds, which can but slow a run down.
func fastest(one, many []float64) float64 { return slices.Min(one) / slices.Min(many) }

// together runs all sides at once, each on a thread of its own, and returns
// the milliseconds that an execution took of the whole.
func together(sides []side, executions int) float64 {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(len(sides)))
	var done sync.WaitGroup
	start := time.Now()
	for _, s := range sides {
		done.Go(func() {
			for range executions {
				s.run()
			}
		})
	}
	done.Wait()
	return timing.Milliseconds(time.Since(start)) / float64(executions*len(sides))
}

// scaling returns how much faster the peer is on several threads, or 0 if it
// has but one. ms is what it takes on one.
func (p *peer) scaling(pl plan, ms float64) (float64, error) {
	can, err := p.threads(pl.threads)
	if err != nil || !can {
		return 0, err
	}
	defer p.threads(1)
	s := pl.schedule(ms)
	var one, many []float64
	for range min(2, s.rounds) {
		took, err := p.timeOn(pl.threads, s)
		if err != nil {
			return 0, err
		}
		many = append(many, took...)
		if took, err = p.timeOn(1, s); err != nil {
			return 0, err
		}
		one = append(one, took...)
	}
	return fastest(one, many), nil
}

func (p *peer) timeOn(threads int, s schedule) ([]float64, error) {
	if _, err := p.threads(threads); err != nil {
		return nil, err
	}
	return p.time(s.turns, s.executions)
}
