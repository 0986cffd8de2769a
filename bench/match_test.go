package bench

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
)

// loud has a strategy whose box loss is 200 times as large as the other's.
const loud = tinyData + `
scale: matched
training: {images: 160, batch: 4, warmup: 2, average: 0.5, checkpoints: 1}
strategies:
  - {name: plain, rpn: {sampler: {type: random, num: 32}}, roi: {sampler: {type: random, num: 16}}}
  - {name: loud, rpn: {sampler: {type: random, num: 32}, cls_weight: 0.1, box_weight: 200}, roi: {sampler: {type: random, num: 16}}}
`

func TestMatchingMakesLossesEquallyLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for long")
	}
	written := compared(t, strings.Replace(loud, "scale: matched\n", "", 1), Options{Jobs: 2}).Summary
	require.NotEmpty(t, written.Warnings)
	assert.Greater(t, written.LossScale.Times, 50.0)
	assert.Equal(t, "rpn.box", written.LossScale.Where)

	c := parsed(t, loud)
	dir := t.TempDir()
	study, err := Compare(t.Context(), c, Options{Jobs: 2, Out: dir})
	require.NoError(t, err)
	assert.Less(t, study.Summary.LossScale.Times, 2.0)
	assert.Equal(t, 200.0, c.Strategies[1].RPN.BoxWeight, "the caller's configuration stays")
	assert.Equal(t, config.Matched, c.Scale)
	matched := study.Config.Strategies[1]
	assert.InDelta(t, 1, matched.RPN.BoxWeight, 0.5)
	assert.InDelta(t, 1, matched.RPN.ClsWeight, 0.5)
	assert.Contains(t, matched.ScaleReason, "matched to plain at the trunk over 160 images of generated scenes, at a rate of 0.002: rpn.cls_weight ")
	assert.Equal(t, matched.ScaleReason, study.Summary.Strategies[1].ScaleReason)
	assert.Empty(t, study.Config.Strategies[0].ScaleReason, "the reference")
	assert.Len(t, results(t, dir), 2, "trainings that matched are no results")

	// What is written gives the same results without matching anew.
	text, err := os.ReadFile(filepath.Join(dir, "config.yaml"))
	require.NoError(t, err)
	assert.Contains(t, string(text), "scale: as_written")
	again := t.TempDir()
	compared(t, string(text), Options{Out: again, Progress: func(e Event) { assert.Empty(t, e.Phase) }})
	assert.Equal(t, results(t, dir), results(t, again), "and one job gives what two gave")
}

func TestMatchingIsTakenOver(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for long: TestMatchingMakesLossesEquallyLarge is the short form")
	}
	dir := t.TempDir()
	var phases []string
	resumed := func(done bool) Options {
		return Options{Out: dir, Resume: true, Progress: func(e Event) {
			if e.Done != nil {
				assert.Equal(t, done, e.Resumed, e.Phase)
				phases = append(phases, e.Phase)
			}
		}}
	}
	compared(t, loud, resumed(false))
	first := phases
	assert.Equal(t, []string{"matching scale, round 1", "matching scale, round 1", "matching scale, round 2"}, first[:3])
	want := results(t, dir)
	phases = nil
	compared(t, loud, resumed(true))
	assert.Equal(t, first, phases)
	assert.Equal(t, want, results(t, dir))
}
