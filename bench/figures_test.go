package bench

import (
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/trainer"
	"detsample/sampling"
)

// tallying counts what it is shown and what its inner sampler keeps of it.
type tallying struct {
	Num   int    `range:"[1,)" doc:"candidates kept per image"`
	Stage string `doc:"the tally to count in"`
}

var tallies = struct {
	sync.Mutex
	of map[string]*tally
}{of: map[string]*tally{}}

type tally struct{ images, positives, negatives, usedPositives, usedNegatives int }

func init() {
	sampling.Register("tallying", "random, counted by a test", "", func() sampling.Sampler { return tallying{Num: 20} })
}

func (tallying) Needs() sampling.Need { return 0 }

func (s tallying) Sample(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand) {
	sampling.NewRandom(s.Num, 0.25).Sample(dst, c, rng)
	tallies.Lock()
	defer tallies.Unlock()
	n := tallies.of[s.Stage]
	if n == nil {
		n = &tally{}
		tallies.of[s.Stage] = n
	}
	n.images++
	for _, g := range c.GT {
		switch {
		case g >= 0:
			n.positives++
		case g == -1:
			n.negatives++
		}
	}
	for _, k := range dst.Index {
		if c.GT[k] >= 0 {
			n.usedPositives++
		} else {
			n.usedNegatives++
		}
	}
}

func TestTheRatiosAreThoseOfTheSamples(t *testing.T) {
	tallies.of = map[string]*tally{}
	trained := map[string]tally{} // each stage's when its training ended: later test images are counted too
	study := compared(t, tinyData+`
training: {images: 42, batch: 4, warmup: 2, checkpoints: 1}
strategies:
  - {name: one, dense: {sampler: {type: tallying, stage: dense}}}
  - {name: two, rpn: {sampler: {type: tallying, stage: rpn}}, roi: {sampler: {type: tallying, stage: roi, num: 12}}}
`, Options{Progress: func(e Event) {
		if e.Done != nil || e.Images != e.Total {
			return
		}
		for stage, n := range tallies.of {
			if _, ok := trained[stage]; !ok {
				trained[stage] = *n
			}
		}
	}})
	var stages []trainer.StageFigures
	for i := range study.Records {
		stages = append(stages, study.Records[i].Run.Stages...)
	}
	require.Len(t, stages, 3)
	for _, s := range stages {
		n := trained[s.Stage]
		require.Equal(t, 42, n.images, s.Stage)
		assert.InDelta(t, float64(n.positives)/42, s.Positives, 1e-9, s.Stage)
		assert.InDelta(t, float64(n.negatives)/42, s.Negatives, 1e-9, s.Stage)
		assert.InDelta(t, float64(n.usedPositives)/42, s.UsedPositives, 1e-9, s.Stage)
		assert.InDelta(t, float64(n.usedNegatives)/42, s.UsedNegatives, 1e-9, s.Stage)
		assert.InDelta(t, float64(n.negatives)/float64(n.positives), s.Seen(), 1e-9)
		assert.InDelta(t, float64(n.usedNegatives)/float64(n.usedPositives), s.Used(), 1e-9)
		assert.Greater(t, s.Seen(), s.Used(), "the sampler evens the odds")
	}
}
