package study

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"detsample/bench"
	"detsample/bench/trainer"
)

func TestWhatIsUnderWayIsPartOfWhatIsDone(t *testing.T) {
	e := short(t) // ce and focal, 2 seeds, 16 images
	p := newPace([]Planned{e, e})
	p.start = p.start.Add(-time.Minute)
	_, left := p.share(&e)
	assert.Zero(t, left, "no pace is known")

	at := func(strategy string, images int) bench.Event {
		return bench.Event{Strategy: strategy, Seed: 1, Images: images, Total: 16}
	}
	note := func(event bench.Event) { p.note(&e, &event) }
	note(at("ce", 0))
	note(at("ce", 4))
	note(at("focal", 8))
	share, left := p.share(&e)
	assert.InDelta(t, 0.75/8, share, 1e-12, "a quarter of a run and half of another, of 8")
	assert.InEpsilon(t, 60/0.75*7.25, left.Seconds(), 1e-3)

	note(at("ce", 12))
	done := at("focal", 16)
	done.Done = &trainer.Run{Strategy: "focal", Seed: 1, Images: 16}
	note(done)
	share, _ = p.share(&e)
	assert.InDelta(t, 1.75/8, share, 1e-12)

	done = at("ce", 16)
	done.Done, done.Resumed = &trainer.Run{Strategy: "ce", Seed: 1, Images: 16}, true
	note(done)
	share, left = p.share(&e)
	assert.InDelta(t, 2./8, share, 1e-12)
	assert.InEpsilon(t, 60.*6, left.Seconds(), 1e-3, "what was taken over took no time")

	note(bench.Event{Strategy: "focal", Seed: 2, Images: 8, Total: 16})
	p.end(&e)
	share, _ = p.share(&e)
	assert.InDelta(t, 0.5, share, 1e-12, "what was under way has ended with its experiment")
}

func TestTrialsOfOneStrategyAtTwoRatesAreTwoRuns(t *testing.T) {
	e := short(t)
	p := newPace([]Planned{e})
	trial := func(rate string, images int) bench.Event {
		return bench.Event{Phase: "tuning", Strategy: "ce", Seed: 1, Trial: rate, Images: images, Total: 16}
	}
	share := func(event bench.Event) float64 {
		p.note(&e, &event)
		share, _ := p.share(&e)
		return share
	}
	one := share(trial("rate 0.001", 8))
	assert.InDelta(t, 2*one, share(trial("rate 0.002", 8)), 1e-12)
	ended := trial("rate 0.001", 16)
	ended.Done = &trainer.Run{Strategy: "ce", Seed: 1, Images: 16}
	assert.InDelta(t, 3*one, share(ended), 1e-12, "the other is still under way")
}
