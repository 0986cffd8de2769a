package page

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
	"detsample/bench/study/evidence"
)

// quoted is a text beside the runs that it quotes.
type quoted struct {
	t    *testing.T
	text string
	list []evidence.Experiment
}

// quoting is a text of this repository beside the kept study; a short test does without.
func quoting(t *testing.T, name ...string) quoted {
	t.Helper()
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	text, err := os.ReadFile(filepath.Join(append([]string{"..", "..", ".."}, name...)...))
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

func (q quoted) find(experiment string) *evidence.Experiment {
	return evidence.Find(q.list, experiment)
}

func (q quoted) final(experiment string) int { return q.find(experiment).Final() }

// ahead is how far a strategy is ahead of another in AP.
func (q quoted) ahead(experiment, a, b string, images int) stats.Estimate {
	q.t.Helper()
	c, err := q.find(experiment).Compare(evidence.AP, "", images)
	require.NoError(q.t, err)
	return c.Between(slices.Index(c.Strategies(), a), slices.Index(c.Strategies(), b)).Estimate
}

func (q quoted) by(experiment, a, b string, images int) string {
	q.t.Helper()
	return interval(q.ahead(experiment, a, b, images), 1)
}

// end is who leads at the end of an experiment.
func (q quoted) end(experiment string, names []string) evidence.Contest {
	q.t.Helper()
	contests, err := q.find(experiment).Contests(names, stats.Confidence)
	require.NoError(q.t, err)
	return contests[len(contests)-1]
}

// gained is what the last half of its images brings each strategy.
func (q quoted) gained(experiment string) (by []float64) {
	q.t.Helper()
	s := q.find(experiment)
	moments := s.Moments()
	half, err := s.Compare(evidence.AP, "", moments[len(moments)-2])
	require.NoError(q.t, err)
	end, err := s.Compare(evidence.AP, "", moments[len(moments)-1])
	require.NoError(q.t, err)
	for i, e := range end.Means {
		by = append(by, e.Mean-half.Means[i].Mean)
	}
	return by
}

// found is the same of AP50.
func (q quoted) found(experiment string) (by []float64) {
	q.t.Helper()
	s := q.find(experiment)
	moments := s.Moments()
	means, err := s.FoundSince(s.Strategies(""), moments[len(moments)-2])
	require.NoError(q.t, err)
	for _, e := range means {
		by = append(by, e.Mean)
	}
	return by
}

// fall is by how much the lead of a strategy falls from one budget to another, of
// seeds in pairs.
func (q quoted) fall(experiment, a, b string, from, to int) stats.Estimate {
	q.t.Helper()
	return q.paired(q.leads("before", experiment, a, b, from), q.leads("after", experiment, a, b, to))
}

// leads are those of a strategy before another by seed, those of runs with other seeds
// among them.
func (q quoted) leads(called, experiment, a, b string, images int) (runs []stats.Run) {
	q.t.Helper()
	for _, list := range [][]evidence.Experiment{q.list, keptOf(q.t, filepath.Join(keptIn, repeatsDir))} {
		behind := map[uint64]float64{}
		values := evidence.AP.Of(evidence.Find(list, experiment), "", images)
		for _, r := range values {
			if r.Strategy == b {
				behind[r.Seed] = r.Value
			}
		}
		for _, r := range values {
			if r.Strategy == a {
				require.Contains(q.t, behind, r.Seed)
				runs = append(runs, stats.Run{Strategy: called, Seed: r.Seed, Value: r.Value - behind[r.Seed]})
			}
		}
	}
	return runs
}

// paired is the difference of two lists of leads, all of which are in pairs.
func (q quoted) paired(one, other []stats.Run) stats.Estimate {
	q.t.Helper()
	runs := slices.Concat(one, other)
	c, err := stats.Compare([]string{one[0].Strategy, other[0].Strategy}, runs)
	require.NoError(q.t, err)
	e := c.Between(0, 1).Estimate
	require.Equal(q.t, len(runs), 2*e.Seeds, "all are in pairs")
	return e
}

// narrow asserts that every difference of an experiment is known as narrowly as
// the study is after, at every budget.
func (q quoted) narrow(experiment string) {
	q.t.Helper()
	for _, images := range q.find(experiment).Moments() {
		c, err := q.find(experiment).Compare(evidence.AP, "", images)
		require.NoError(q.t, err)
		for _, d := range c.Differences {
			assert.LessOrEqual(q.t, (d.High-d.Low)/2, evidence.HalfAsked, "%s and %s of %s after %d images", d.A, d.B, experiment, images)
		}
	}
}
