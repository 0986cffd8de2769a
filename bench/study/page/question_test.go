package page

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/study/evidence"
)

// The table has rows of faint objects of any size, and of where nothing is gained.
func TestWhereLittleIsGainedHasRowsOfItsOwn(t *testing.T) {
	for part, want := range map[string][]string{densePart: {"dense-faint", "dense-faint-decay", "dense-tiny"}, rpnPart: {"rpn-faint", "rpn-settled"}, roiPart: {"roi-faint", "roi-faint-settled", "roi-settled"}} {
		var names []string
		for _, q := range questions()[:chief] {
			if q.part == part {
				for _, of := range q.tabled()[1:] {
					names = append(names, of.experiments...)
				}
			}
		}
		assert.Equal(t, want, names, part)
	}
}

// Whatever is asked of a part of a detector answers a question, or is said beside one.
func TestEveryExperimentOfAPartAnswersAQuestion(t *testing.T) {
	said := map[string]bool{}
	for _, q := range questions() {
		for _, name := range q.experiments {
			said[name] = true
		}
		for _, name := range q.besides {
			said[name] = true
		}
	}
	for _, a := range asked {
		for _, name := range a.experiments {
			assert.True(t, said[name], "%s: %s", a.where(), name)
		}
	}
}

func TestAQuestionIsAnsweredByWhatIsStored(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	said := func(list []evidence.Experiment) string {
		short, err := inShort(list)
		require.NoError(t, err)
		text := short.chief + short.rest + short.tables
		return text
	}
	assert.Empty(t, said(axesOf(t)))

	ssd, tie := [4]float64{0.2, 0.2, 0.3, 0.2}, [4]float64{0.3, 0.3, 0.3, 0.3}
	list := axesOf(t, rivalry("dense-long", 1600, 600, ssd, tie), rivalry("dense", 800, 1000, [4]float64{0.2, 0.25, 0.2, 0.2}, ssd),
		rivalry("imbalance-10", 800, 12, tie, [4]float64{0.3, 0.3, 0.2, 0.2}))
	short, err := inShort(list)
	require.NoError(t, err)
	assert.Equal(t, "- **OHEM or focal loss, on a dense head?** **focal** leads after 400 images of `dense`, **ssd 3:1** after 800 of `dense` and 800 of `dense-long`. "+
		"All of ce, focal, ssd 3:1 and ohem 64 are within 1 AP of each other at the end, after 1600 images (`dense-long`, 4 seeds, 0.0 to 10.0 AP gained since half).\n"+leadsNote, short.chief)
	under, also, ok := strings.Cut(short.rest, "\n### Also asked\n\n")
	require.True(t, ok)
	assert.Equal(t, "### Under other conditions\n\n- **OHEM or focal loss, on a dense head?**\n"+
		"  - With 12 to 20 objects in an image ce or focal may be the best at the end, after 800 images (`imbalance-10`, 4 seeds, -10.0 to 0.0 AP gained since half).\n", under)
	assert.True(t, strings.HasPrefix(also, "- **Which weights on every candidate?** ") && strings.Count(also, "\n- ") == 0, "nothing is stored of other parts: %s", also)
	rows := strings.Split(strings.TrimSpace(strings.TrimPrefix(short.tables, differencesHead)), "\n")
	require.Len(t, rows, 3, "two questions")
	assert.Regexp(t, "^\\| dense head \\(`dense`, `dense-long`\\): focal less ssd 3:1 \\| \\*\\*\\+(4\\.9|5\\.\\d) ± 0\\.\\d\\*\\* after 400 \\(`dense`\\) \\| "+
		"\\*\\*-(9\\.9|10\\.\\d) ± 0\\.\\d\\*\\* after 800 \\(`dense`\\) \\| [+-]?0\\.[01] ± 0\\.\\d after 1600 \\(`dense-long`\\) \\|$", rows[0])
	assert.Contains(t, rows[1], "| dense head (`dense`, `dense-long`): focal less ohem 64 | ")

	faint := said(axesOf(t, rivalry("dense-long", 1600, 600, ssd, tie), rivalry("dense-faint", 1600, 600, ssd, [4]float64{0.3, 0.35, 0.3, 0.3})))
	assert.Contains(t, faint, "\n| dense head: focal less ssd 3:1 | **-10", "one experiment, which the cells name")
	assert.Regexp(t, "\n\\| dense head, a faint object of any size, a normalised trunk: focal less ssd 3:1 \\| .* \\| \\*\\*\\+(4\\.9|5\\.\\d) ± 0\\.\\d\\*\\* after 1600 \\(`dense-faint`\\) \\|\n", faint,
		"by itself: no longest training of others hides its sign")

	*evidence.Find(list, "dense-long") = rivalry("dense-long", 1600, 600, ssd, ssd)
	assert.Contains(t, said(list), "**ssd 3:1** after 800 of `dense`. **ssd 3:1** leads after 800 and 1600 images (`dense-long`, 4 seeds, 0.0 AP gained since half).\n",
		"what is said at every budget is not said of one besides")

	*evidence.Find(list, "dense-long") = rivalry("dense-long", 1600, 600, tie, ssd)
	assert.Contains(t, said(list), "**ssd 3:1** after 800 of `dense`. **ssd 3:1** leads at the end, after 1600 images (`dense-long`, 4 seeds, -10.0 to 0.0 AP gained since half).\n")
}

func TestWhoLeadsIsSaidByBudgets(t *testing.T) {
	var list []leading
	for _, at := range []struct {
		who, experiment string
		images          int
	}{{"a", "short", 1}, {"a", "short", 2}, {"b", "short", 4}, {"a", "long", 4}, {"b", "long", 8}} {
		list = lead(list, at.who, at.experiment, at.images)
	}
	assert.Equal(t, []leading{
		{"a", []budgetsOf{{"short", []string{"1", "2"}}, {"long", []string{"4"}}}},
		{"b", []budgetsOf{{"short", []string{"4"}}, {"long", []string{"8"}}}},
	}, list)
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
	short, err := inShort(axesOf(t, few))
	require.NoError(t, err)
	text := short.chief + short.rest + short.tables
	assert.Empty(t, text)
}

// A question asks of experiments and strategies that there are.
func TestAQuestionIsOfWhatTheStudyHas(t *testing.T) {
	list := axesOf(t)
	for _, q := range questions() {
		configured := map[string]bool{}
		for _, name := range q.experiments {
			s := evidence.Find(list, name)
			assert.Equal(t, name, s.Name, q.asks)
			for _, strategy := range s.Configured() {
				configured[strategy] = true
			}
		}
		for _, p := range q.pairs {
			assert.True(t, configured[p[0]] && configured[p[1]], "%s: %v", q.asks, p)
		}
		for _, name := range q.besides {
			assert.Equal(t, name, evidence.Find(list, name).Name, q.asks)
		}
	}
}

func TestWhoMayBeTheBestIsSaidInASentence(t *testing.T) {
	names := []string{"ce", "focal"}
	ran := make([]stats.Estimate, 4)
	for i := range ran {
		ran[i].Seeds = 3
	}
	for want, c := range map[string]evidence.Contest{
		"nothing is known":       {Names: names},
		"only ce got to the end": {Names: names, May: names[:1]},
		"**ce** leads":           {Names: names, May: names[:1], Next: "focal", Means: ran[:2]},
		"no difference is significant among ce and focal": {Names: append(names, "without runs"), May: names, Means: append(ran[:2:2], stats.Estimate{})},
		"ce or focal may be the best":                     {Names: append(names, "ghm", "ohem"), May: names, Means: ran},
		"any but ghm may be the best":                     {Names: []string{"ce", "focal", "ghm"}, May: names, Means: ran[:3]},
	} {
		assert.Equal(t, want, inSentence(&c))
	}
}

// All that is said in short shares the 5%: the budgets of every experiment, once for
// each group of strategies among which it is said.
func TestWhatIsSaidInShortHoldsAtOnce(t *testing.T) {
	tie := [4]float64{0.3, 0.3, 0.3, 0.3}
	assert.Equal(t, 0.95, inShortConfidence(axesOf(t)))
	assert.InDelta(t, 1-0.05/2, inShortConfidence(axesOf(t, rivalry("imbalance-10", 800, 12, tie, tie))), 1e-12, "half and end")
	assert.InDelta(t, 1-0.05/4, inShortConfidence(axesOf(t, rivalry("dense-long", 800, 600, tie, tie))), 1e-12, "of all, and of weights")
}
