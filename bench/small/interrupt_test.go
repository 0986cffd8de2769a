package small

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/config"
	"detsample/bench/small/detector"
	"detsample/sampling"
)

// stopping ends its context in the call of a kind that it is told, and counts
// what is asked of it after that.
type stopping struct {
	detector.Detector
	stop  context.CancelFunc
	kind  string
	calls int // of the kind, until the end
	ended bool
	after int
}

func (s *stopping) call(kind string) {
	if s.ended {
		s.after++
	}
	if kind != s.kind {
		return
	}
	if s.calls--; s.calls == 0 {
		s.ended = true
		s.stop()
	}
}

func (s *stopping) Detect(dst [][]anchors.Detection, b detector.Batch) {
	s.call("detect")
	s.Detector.Detect(dst, b)
}

func (s *stopping) Step(b detector.Batch, key sampling.Key) []detector.Stage {
	s.call("step")
	return s.Detector.Step(b, key)
}

func (s *stopping) Loss(b detector.Batch, key sampling.Key) []detector.Stage {
	s.call("loss")
	return s.Detector.Loss(b, key)
}

// Nothing is asked of a detector once its context has ended: neither the next
// step, nor the next images of an evaluation, nor their tiles, nor those by
// which losses are measured at the end.
func TestAnInterruptEndsARunBeforeItsNextBatch(t *testing.T) {
	text := "training: {images: 24, batch: 4, warmup: 2, checkpoints: 2}\ndetector: {channels: 8, depth: 1}\nstrategies:\n  - {name: focal, dense: {}}\n"
	c, err := config.Parse("tiny.yaml", []byte(text))
	require.NoError(t, err)
	cut := cropped()
	cut.Test = append(cut.Test, cut.Test...) // more than a batch
	job := newTiny(t, tiny).Job
	job.Data, job.Strategy = cut, &c.Strategies[0]
	for name, fresh := range map[string]func() *training{
		"images": func() *training { return newTiny(t, tiny) },
		"tiles": func() *training {
			return newTraining(Trainer{Network: c.Detector, Training: c.Training, Areas: c.Areas}, job)
		},
	} {
		for kind, calls := range map[string]int{"step": 2, "detect": 2, "loss": 1} {
			run := fresh()
			k := &killer{}
			run.Keeper = k
			ctx, cancel := context.WithCancel(t.Context())
			d := &stopping{Detector: run.detector, stop: cancel, kind: kind, calls: calls}
			run.detector = d
			_, err := run.record(ctx, func(int) {})
			require.ErrorIs(t, err, context.Canceled, "%s, %s", name, kind)
			assert.Zero(t, d.after, "%s, %s", name, kind)
			assert.NotEmpty(t, k.states, "%s, %s", name, kind)
		}
	}
}
