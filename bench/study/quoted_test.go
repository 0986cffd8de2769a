package study

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
)

// quoted is a text beside the runs that it quotes.
type quoted struct {
	t    *testing.T
	text string
	list []archived
}

// quoting is a text of this repository beside the kept study; a short test does without.
func quoting(t *testing.T, name ...string) quoted {
	t.Helper()
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	text, err := os.ReadFile(filepath.Join(append([]string{"..", ".."}, name...)...))
	require.NoError(t, err)
	return quoted{t, words(string(text)), keptOf(t, keptIn)}
}

func (q quoted) run(name string, test func(quoted)) {
	q.t.Run(name, func(t *testing.T) { test(quoted{t, q.text, q.list}) })
}

// says asserts that the text says something, with figures as they are written.
func (q quoted) says(format string, figures ...any) {
	q.t.Helper()
	if said := fmt.Sprintf(format, figures...); !strings.Contains(q.text, said) {
		q.t.Errorf("the text does not say: %s", said)
	}
}

func (q quoted) find(experiment string) *archived { return find(q.list, experiment) }

func (q quoted) final(experiment string) int { return q.find(experiment).final() }

// ahead is how far a strategy is ahead of another in AP.
func (q quoted) ahead(experiment, a, b string, images int) stats.Estimate {
	q.t.Helper()
	c, err := q.find(experiment).compare(ap, "", images)
	require.NoError(q.t, err)
	return c.Between(slices.Index(c.Strategies(), a), slices.Index(c.Strategies(), b)).Estimate
}

func (q quoted) by(experiment, a, b string, images int) string {
	q.t.Helper()
	return interval(q.ahead(experiment, a, b, images), 1)
}

// end is who leads at the end of an experiment.
func (q quoted) end(experiment string, names []string) contest {
	q.t.Helper()
	contests, err := q.find(experiment).contests(names, stats.Confidence)
	require.NoError(q.t, err)
	return contests[len(contests)-1]
}

// gained is what the last half of its images brings each strategy.
func (q quoted) gained(experiment string) (by []float64) {
	q.t.Helper()
	s := q.find(experiment)
	moments := s.moments()
	half, err := s.compare(ap, "", moments[len(moments)-2])
	require.NoError(q.t, err)
	end, err := s.compare(ap, "", moments[len(moments)-1])
	require.NoError(q.t, err)
	for i, e := range end.Means {
		by = append(by, e.Mean-half.Means[i].Mean)
	}
	return by
}

// fall is by how much the lead of a strategy falls from one budget to another, seed by
// seed.
func (q quoted) fall(experiment, a, b string, from, to int) stats.Estimate {
	q.t.Helper()
	s := q.find(experiment)
	lead := map[uint64]float64{}
	for i := range s.Runs {
		r := &s.Runs[i]
		change := apAt(r, from) - apAt(r, to)
		switch r.Strategy {
		case a:
			lead[r.Seed] += change
		case b:
			lead[r.Seed] -= change
		}
	}
	var runs []stats.Run
	for seed, v := range lead {
		runs = append(runs, stats.Run{Strategy: "lead", Seed: seed, Value: v})
	}
	c, err := stats.Compare([]string{"lead"}, runs)
	require.NoError(q.t, err)
	return c.Means[0]
}

// narrow asserts that every difference of an experiment is known as narrowly as
// the study is after, at every budget.
func (q quoted) narrow(experiment string) {
	q.t.Helper()
	for _, images := range q.find(experiment).moments() {
		c, err := q.find(experiment).compare(ap, "", images)
		require.NoError(q.t, err)
		for _, d := range c.Differences {
			assert.LessOrEqual(q.t, (d.High-d.Low)/2, halfAsked, "%s and %s of %s after %d images", d.A, d.B, experiment, images)
		}
	}
}
