package page

import (
	"slices"
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

func TestAPartOfADetectorHasARowForEachExperiment(t *testing.T) {
	ssd, tie := [4]float64{0.2, 0.2, 0.3, 0.2}, [4]float64{0.3, 0.3, 0.3, 0.3}
	table := func(kept ...evidence.Experiment) string {
		var b strings.Builder
		require.NoError(t, writeAnswers(&b, axesOf(t, kept...)))
		return b.String()
	}
	assert.Empty(t, table(), "without runs")
	first := rivalry("dense", 800, 1000, ssd, [4]float64{0.4, 0.4, 0.2, 0.2})
	for i := range first.Runs {
		if r := &first.Runs[i]; r.Strategy == "ce" {
			r.Curve[1].AP50 = 0.25
		}
	}
	text := table(first, rivalry("dense-long", 1600, 1000, tie, ssd), rivalry("imbalance-10", 800, 12, tie, tie))
	lines := strings.Split(strings.TrimSpace(text), "\n")
	lines = lines[4:] // below the heading
	require.Len(t, lines, 4, "imbalance has a table of its own")
	assert.Regexp(t, `^\| dense head \| \[.dense.\]\(experiments\.md#dense\) \| 4 \| – \| 400: \*\*ssd 3:1\*\*, ahead of [a-z0-9 ]+ by (9\.9|10\.[01]) ± 0\.\d \| 800: ce or focal \| 20\.1 to 40\.1 \| -10\.0 to 20\.0 \| -25\.0 to 0\.0 \|$`, lines[2])
	assert.Regexp(t, `^\| dense head \| \[.dense-long.\]\(experiments\.md#dense-long\) \| 4 \| – \| 800: all within 1 AP \| 1600: \*\*ssd 3:1\*\*, ahead of .* \|$`, lines[3])
}

// What is gained is since half, not since a quarter; a training that was looked at
// once has no budgets to lead at.
func TestARowIsOfAllBudgets(t *testing.T) {
	s := rivalry("dense", 800, 1000, [4]float64{0.2, 0.2, 0.2, 0.2}, [4]float64{0.3, 0.3, 0.3, 0.3})
	for i := range s.Runs {
		s.Runs[i].Curve = slices.Insert(s.Runs[i].Curve, 1, trainer.Point{Images: 200, AP: 0.1})
		s.Runs[i].Curve[2].AP50, s.Runs[i].AP50 = 0.45, 0.5
	}
	row, err := answer(&s, "dense head", stats.Confidence)
	require.NoError(t, err)
	assert.Regexp(t, `^\| \[.dense.\]\(experiments\.md#dense\) \| 4 \| 200: .* \| 400: .* \| 800: .* \| 30\.1 \| 10\.0 \| 5\.0 \|$`, row)

	for images, want := range map[int]string{
		200: `^\| \[.dense.\]\(experiments\.md#dense\) \| 4 \| 200: .* \| – \| 800: .* \| 30\.1 \| – \| – \|$`,
		300: `^\| \[.dense.\]\(experiments\.md#dense\) \| 4 \| 300: .* \| – \| 800: .* \| 30\.1 \| – \| – \|$`,
		350: `^\| \[.dense.\]\(experiments\.md#dense\) \| 4 \| – \| 350: .* \| 800: .* \| 30\.1 \| 20\.1 \| 30\.0 \|$`,
		640: `^\| \[.dense.\]\(experiments\.md#dense\) \| 4 \| – \| – \| 800: .* \| 30\.1 \| – \| – \|$`,
	} {
		for i := range s.Runs {
			s.Runs[i].Curve = []trainer.Point{{Images: 0}, {Images: images, AP: 0.1, AP50: 0.2}, {Images: 800, AP: s.Runs[i].AP}}
		}
		row, err = answer(&s, "dense head", stats.Confidence)
		require.NoError(t, err)
		assert.Regexp(t, want, row, "what is nearer to a quarter, or to the end, is no half")
		v, err := new(claimOf(claims.Contrast{Experiment: "dense", A: "ce", B: "focal", Expect: claims.Little, Says: "it is little"})).Judge(axesOf(t, s))
		require.NoError(t, err)
		var b strings.Builder
		writeClaim(&b, &v, false)
		cells := strings.Split(b.String()[strings.LastIndex(b.String(), "| it is little"):], " | ")
		assert.Equal(t, images > 300, cells[5] == "–", "at a quarter: %s", cells[5])
		assert.Equal(t, images != 350, cells[6] == "–", "at half: %s", cells[6])
	}

	for i := range s.Runs {
		s.Runs[i].Curve = []trainer.Point{{Images: 800, AP: 0.3}}
	}
	end, from, err := atEnd(&s, "", ofPart(&s, "dense head"), stats.Confidence)
	require.NoError(t, err)
	assert.Equal(t, "All of ce, focal, ssd 3:1 and ohem 64 are within 1 AP of each other at the end, after 800 images (`dense`, 4 seeds)", end)
	assert.Equal(t, 800, from)

	ahead := map[int]float64{200: 0.3, 400: 0.4, 800: 0.4} // of ce, where the others have 0.3
	for i := range s.Runs {
		r, noise := &s.Runs[i], 0.001*float64(s.Runs[i].Seed%3)
		r.Curve = nil
		for _, images := range []int{200, 400, 800} {
			ap := 0.3 + noise
			if r.Strategy == "ce" {
				ap = ahead[images] + noise
			}
			r.Curve, r.AP = append(r.Curve, trainer.Point{Images: images, AP: ap}), ap
		}
	}
	end, from, err = atEnd(&s, "so far", ofPart(&s, "dense head"), stats.Confidence)
	require.NoError(t, err)
	assert.Equal(t, "So far **ce** leads from 400 images to the end, at 800 (`dense`, 4 seeds, 0.0 AP gained since half)", end)
	assert.Equal(t, 400, from)
}

func TestAnAnswerOfAnUnfinishedStudyIsWhatIsKnown(t *testing.T) {
	only := func(names ...string) []evidence.Experiment {
		s := rivalry("imbalance-1000", 800, 1000, [4]float64{0.2, 0.2, 0.3, 0.2}, [4]float64{0.4, 0.4, 0.2, 0.2})
		s.Runs = slices.DeleteFunc(s.Runs, func(r trainer.Run) bool { return !slices.Contains(names, r.Strategy) })
		dense := s
		dense.Name = "dense"
		return axesOf(t, s, dense)
	}
	short, err := inShort(only("focal"))
	require.NoError(t, err)
	text := short.chief + short.rest + short.tables
	assert.Empty(t, text, "one alone is apart from nobody")
	var b strings.Builder
	require.NoError(t, writeAnswers(&b, only("focal")))
	assert.Contains(t, b.String(), "| 400: only focal got to the end |")
	files := map[string][]byte{}
	b.Reset()
	require.NoError(t, writeAxes(&b, only("focal", "ssd 3:1"), files), "and no ce")
	assert.Contains(t, b.String(), "| up to 3 objects | 1000 | –, 0.002, 0.002, – | 400 |")
	assert.NotEmpty(t, files[leadersFile])

	list := axesOf(t, evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: "default", Preset: "default"}, Runs: []trainer.Run{
		{Strategy: "rpn 512 + ce", Seed: 1, Images: 8, Curve: []trainer.Point{{Images: 8, AP: 0.3}}, Figures: trainer.Figures{AP: 0.3}}}}})
	b.Reset()
	require.NoError(t, writeAnswers(&b, list))
	assert.Contains(t, b.String(), "| region proposal network | [`default`](experiments.md#default) | 1 |")
	assert.NotContains(t, b.String(), "dense head", "nothing of it has runs")
}
