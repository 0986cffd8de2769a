package study

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
)

// apartAt returns differences of an experiment, half a point wide to each side.
func apartAt(experiment string, images []int, means ...float64) (list []apart) {
	for i, mean := range means {
		list = append(list, apart{experiment, "", images[i], stats.Estimate{Mean: mean, Low: mean - 0.5, High: mean + 0.5, Seeds: 4}})
	}
	return list
}

func TestADifferenceIsToldWhereItBeginsIsLargestAndEnds(t *testing.T) {
	short, long, pair := []int{100, 200, 400}, []int{400, 800, 1600}, [2]string{"focal", "ssd 3:1"}
	for _, c := range []struct {
		list []apart
		want string
	}{
		{append(apartAt("short", short, 5, 2, -4), apartAt("long", long, -9, -3, -0.8)...),
			"focal is ahead of ssd 3:1 by 5.0 ± 0.5 AP after 100 images (`short`), behind it by 9.0 ± 0.5 after 400 and by 0.8 ± 0.5 after 1600 (`long`)"},
		{apartAt("long", long, 1, 2, 3), "focal is ahead of ssd 3:1 by 1.0 ± 0.5 AP after 400 images and by 3.0 ± 0.5 after 1600 (`long`)"},
		{apartAt("long", long, -3, 2, 1), "focal is behind ssd 3:1 by 3.0 ± 0.5 AP after 400 images and ahead of it by 1.0 ± 0.5 after 1600 (`long`)"},
		{append(apartAt("short", short, 0.1, 0.2, 0.5), apartAt("long", long, -0.3)...),
			"focal is not told from ssd 3:1 at +0.1 ± 0.5 AP after 100 images, at +0.5 ± 0.5 after 400 (`short`) and at -0.3 ± 0.5 after 400 (`long`)"},
		{apartAt("short", short, -2), "focal is behind ssd 3:1 by 2.0 ± 0.5 AP after 100 images (`short`)"},
	} {
		assert.Equal(t, c.want, inWords(pair, telling(c.list)))
	}
}

func TestAQuestionIsAnsweredByWhatIsStored(t *testing.T) {
	lines, err := inShort(axesOf(t), questions()[:onFront])
	require.NoError(t, err)
	assert.Empty(t, lines)

	ssd, tie := [4]float64{0.2, 0.2, 0.3, 0.2}, [4]float64{0.3, 0.3, 0.3, 0.3}
	list := axesOf(t, rivalry("dense-long", 1600, 600, ssd, tie), rivalry("dense", 800, 1000, [4]float64{0.2, 0.25, 0.2, 0.2}, ssd),
		rivalry("imbalance-10", 800, 12, tie, [4]float64{0.3, 0.3, 0.2, 0.2}))
	lines, err = inShort(list, questions()[:onFront])
	require.NoError(t, err)
	require.Len(t, lines, 1, "nothing is stored of other parts")
	assert.Regexp(t, "^\\*\\*OHEM or focal loss, on a dense head\\?\\*\\* focal is ahead of ssd 3:1 by (4\\.9|5\\.\\d) ± 0\\.\\d AP after 400 images, "+
		"behind it by (9\\.9|10\\.\\d) ± 0\\.\\d after 800 \\(`dense`\\) and not told from it at \\+?-?0\\.[01] ± 0\\.\\d after 1600 \\(`dense-long`\\)\\. "+
		"focal is ahead of ohem 64 by .*after 1600 \\(`dense-long`\\)\\. "+
		"None of ce, focal, ssd 3:1 and ohem 64 is told from the others at the end, after 1600 images \\(`dense-long`, 4 seeds\\)\\. "+
		"With 12 to 20 objects in an image ce or focal may be the best at the end, after 800 images \\(`imbalance-10`, 4 seeds\\)\\.$", lines[0])

	*find(list, "dense-long") = rivalry("dense-long", 1600, 600, ssd, ssd)
	lines, err = inShort(list, questions()[:onFront])
	require.NoError(t, err)
	assert.Contains(t, lines[0], ". **ssd 3:1** leads at every budget, from 800 to 1600 images (`dense-long`, 4 seeds). ")

	*find(list, "dense-long") = rivalry("dense-long", 1600, 600, tie, ssd)
	lines, err = inShort(list, questions()[:onFront])
	require.NoError(t, err)
	assert.Contains(t, lines[0], ". **ssd 3:1** leads at the end, after 1600 images (`dense-long`, 4 seeds). ")
}

// With fewer seeds than an interval needs, and without one of the pair, nothing is
// said.
func TestAQuestionWithoutDifferencesHasNoAnswer(t *testing.T) {
	s := rivalry("dense", 800, 1000, [4]float64{}, [4]float64{})
	for i := range s.Runs {
		s.Runs[i].Seed = min(s.Runs[i].Seed, 2)
	}
	few := s
	few.Runs = nil
	seen := map[string]bool{}
	for _, r := range s.Runs {
		key := r.Strategy + string(rune(r.Seed))
		if !seen[key] {
			few.Runs = append(few.Runs, r)
		}
		seen[key] = true
	}
	lines, err := inShort(axesOf(t, few), questions())
	require.NoError(t, err)
	assert.Empty(t, lines)
}

// A question asks of experiments and strategies that there are.
func TestAQuestionIsOfWhatTheStudyHas(t *testing.T) {
	list := axesOf(t)
	assert.LessOrEqual(t, onFront, len(questions()))
	for _, q := range questions() {
		configured := map[string]bool{}
		for _, name := range q.experiments {
			s := find(list, name)
			assert.Equal(t, name, s.Name, q.asks)
			for _, strategy := range s.configured() {
				configured[strategy] = true
			}
		}
		for _, p := range q.pairs {
			assert.True(t, configured[p[0]] && configured[p[1]], "%s: %v", q.asks, p)
		}
		for _, e := range q.besides {
			assert.Equal(t, e.experiment, find(list, e.experiment).Name, q.asks)
		}
	}
}

func TestWhoMayBeTheBestIsSaidInASentence(t *testing.T) {
	names := []string{"ce", "focal"}
	for want, c := range map[string]contest{
		"Nothing is known": {names: names},
		"Only ce has runs": {names: names, may: names[:1]},
		"**ce** leads":     {names: names, may: names[:1], next: "focal"},
		"None of ce and focal is told from the others": {names: names, may: names},
		"ce or focal may be the best":                  {names: append(names, "ghm"), may: names},
	} {
		assert.Equal(t, want, c.best())
	}
}
