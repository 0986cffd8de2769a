package study

import (
	"slices"
	"time"

	"detsample/bench"
	"detsample/bench/strategy"
)

// pace is how much of a study is done, in seconds of a core by what its
// experiments were estimated to take.
type pace struct {
	start         time.Time
	total         float64
	before, spent float64 // of experiments that have ended; by runs of the one under way that have
	fresh         float64 // of what was trained and not taken over
	running       map[running]float64
}

// running is a run under way.
type running struct {
	phase, strategy, trial string
	seed                   uint64
}

func newPace(list []Planned) pace {
	p := pace{start: time.Now(), running: map[running]float64{}}
	for i := range list {
		p.total += list[i].Seconds
	}
	return p
}

// note takes an event of an experiment into account.
func (p *pace) note(e *Planned, event *bench.Event) {
	key := running{event.Phase, event.Strategy, event.Trial, event.Seed}
	run := event.Done
	if run == nil {
		if event.Total > 0 {
			p.running[key] = e.cost(event, event.Strategy, event.Total) * float64(event.Images) / float64(event.Total)
		}
		return
	}
	delete(p.running, key)
	cost := e.cost(event, run.Strategy, run.Images)
	p.spent = min(p.spent+cost, e.Seconds)
	if !event.Resumed {
		p.fresh += cost
	}
}

// cost returns what a run that an event tells of takes, of some images.
func (p *Planned) cost(event *bench.Event, name string, images int) float64 {
	looks := moments(p.Config)
	if event.Phase != "" && !p.States { // a trial, which is tested at its end alone
		looks = 1
	}
	s := slices.IndexFunc(p.Config.Strategies, func(s strategy.Strategy) bool { return s.Name == name })
	return p.trainTime(&p.Config.Strategies[s], images) + looks*p.lookTime()
}

// end notes that an experiment has ended.
func (p *pace) end(e *Planned) {
	p.before += e.Seconds
	p.spent = 0
	clear(p.running)
}

// share returns the share of the study that is done, and the time to its end by
// the pace so far, 0 while there is none.
func (p *pace) share(e *Planned) (float64, time.Duration) {
	underWay := 0.0
	for _, seconds := range p.running {
		underWay += seconds
	}
	done := p.before + min(p.spent+underWay, e.Seconds)
	var left time.Duration
	if trained := p.fresh + underWay; trained > 0 {
		left = time.Duration(float64(time.Since(p.start)) * (p.total - done) / trained)
	}
	return min(1, done/p.total), left
}

// tell passes an event on, with the share of the study that is done.
func (r *runner) tell(i int, event bench.Event) {
	e := &r.list[i]
	r.pace.note(e, &event)
	switch {
	case event.Done == nil:
	case event.Resumed:
		r.resumed++
	default:
		r.keepOrigin(e)
	}
	if r.o.Progress != nil {
		told := Event{Event: event, Experiment: e.Name, Index: i + 1, Of: len(r.list)}
		told.Share, told.Left = r.pace.share(e)
		r.o.Progress(told)
	}
}
