package page

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/study"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
	"detsample/bench/trainer"
)

// Two without a common seed may both be the best for want of a pair: it is said
// wherever they are named.
func TestWhoSharesNoSeedIsSaid(t *testing.T) {
	ap := [4]float64{0.2, 0.4, 0.3, 0.2}
	s := rivalry("dense", 800, 50, ap, ap)
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Strategy == "ssd 3:1" {
			r.Seed += 10
		}
	}
	const says = "focal shares no seed with ssd 3:1"
	list := axesOf(t, s)
	var b strings.Builder
	require.NoError(t, writeAnswers(&b, list))
	assert.Contains(t, b.String(), " 800: focal or ssd 3:1; "+says+" |")
	b.Reset()
	short, err := inShort(list)
	require.NoError(t, err)
	text := short.chief + short.rest + short.tables
	assert.Contains(t, text, "Focal or ssd 3:1 may be the best after 400 and 800 images (`dense`, 4 seeds, 0.0 AP gained since half; "+says+").")
	require.NoError(t, writeRuns(&b, &s))
	assert.Contains(t, b.String(), "| focal * |")
	assert.Contains(t, b.String(), "\n"+says+": no difference tells them apart.\n")

	q := questions()[0]
	before, err := q.leads([]*evidence.Experiment{&s}, 800, stats.Confidence)
	require.NoError(t, err)
	assert.Equal(t, "**focal or ssd 3:1** leads after 400 images of `dense` ("+says+")", before)

	paired := rivalry("dense", 800, 50, ap, [4]float64{0.2, 0.3, 0.3, 0.2})
	b.Reset()
	require.NoError(t, writeAnswers(&b, axesOf(t, paired)))
	require.NoError(t, writeRuns(&b, &paired))
	assert.Contains(t, b.String(), "focal or ssd 3:1 |")
	assert.NotContains(t, b.String(), "no seed")
}

func TestWhoSharesNoSeedIsSaidBesideThePaper(t *testing.T) {
	w := claims.Sweeps()[0]
	stored := evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: w.Experiment, Preset: w.Experiment}}}
	for seed := range uint64(3) {
		for k, name := range w.Strategies {
			r := trainer.Run{Strategy: name, Seed: seed + 1, Images: 800, Figures: trainer.Figures{AP: 0.1 + 0.001*float64(seed)}}
			switch k {
			case 0:
				r.AP += 0.2
			case 1:
				r.AP, r.Seed = r.AP+0.1, r.Seed+10
			}
			r.Curve = []trainer.Point{{Images: 0}, {Images: 800, AP: r.AP}}
			stored.Runs = append(stored.Runs, r)
		}
	}
	var b strings.Builder
	require.NoError(t, writeSweep(&b, &w, axesOf(t, stored)))
	assert.Contains(t, b.String(), "| yes, shares no seed with alpha .25 |")
	assert.Contains(t, b.String(), "| yes, shares no seed with alpha .1 |")
}
