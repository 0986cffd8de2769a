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
	list []Stored
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

func (q quoted) find(experiment string) *Stored { return find(q.list, experiment) }

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
