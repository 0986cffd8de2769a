package study

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/trainer"
	"detsample/internal/marked"
)

func TestAPartOfADetectorHasARowForEachExperiment(t *testing.T) {
	ssd, tie := [4]float64{0.2, 0.2, 0.3, 0.2}, [4]float64{0.3, 0.3, 0.3, 0.3}
	table := func(kept ...Stored) string {
		var b strings.Builder
		require.NoError(t, writeAnswers(&b, axesOf(t, kept...)))
		return b.String()
	}
	assert.Empty(t, table(), "without runs")
	text := table(rivalry("dense", 800, 1000, ssd, [4]float64{0.4, 0.4, 0.2, 0.2}), rivalry("dense-long", 1600, 1000, tie, ssd), rivalry("imbalance-10", 800, 12, tie, tie))
	lines := strings.Split(strings.TrimSpace(text), "\n")
	require.Len(t, lines, 4, "imbalance has a table of its own")
	assert.Regexp(t, `^\| dense head \| .dense. \| 4 \| – \| 400: \*\*ssd 3:1\*\*, before [a-z0-9 ]+ by (9\.9|10\.[01]) ± 0\.\d \| 800: ce or focal \| 20\.1 to 40\.1 \| -10\.0 to 20\.0 \|$`, lines[2])
	assert.Regexp(t, `^\| dense head \| .dense-long. \| 4 \| – \| 800: all within 1 AP \| 1600: \*\*ssd 3:1\*\*, before .* \|$`, lines[3])
}

// What is gained is since half, not since a quarter; a training that was looked at
// once has no budgets to lead at.
func TestARowIsOfAllBudgets(t *testing.T) {
	s := rivalry("dense", 800, 1000, [4]float64{0.2, 0.2, 0.2, 0.2}, [4]float64{0.3, 0.3, 0.3, 0.3})
	for i := range s.Runs {
		s.Runs[i].Curve = slices.Insert(s.Runs[i].Curve, 1, trainer.Point{Images: 200, AP: 0.1})
	}
	row, err := s.answer("dense head", stats.Confidence)
	require.NoError(t, err)
	assert.Regexp(t, `^\| .dense. \| 4 \| 200: .* \| 400: .* \| 800: .* \| 30\.1 to 30\.1 \| 10\.0 to 10\.0 \|$`, row)

	for i := range s.Runs {
		s.Runs[i].Curve = []trainer.Point{{Images: 800, AP: 0.3}}
	}
	end, from, err := s.atEnd("", s.comparable("dense head"), stats.Confidence)
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
	end, from, err = s.atEnd("so far", s.comparable("dense head"), stats.Confidence)
	require.NoError(t, err)
	assert.Equal(t, "So far **ce** leads from 400 images to the end, at 800 (`dense`, 4 seeds)", end)
	assert.Equal(t, 400, from)
}

func TestAnAnswerOfAnUnfinishedStudyIsWhatIsKnown(t *testing.T) {
	only := func(names ...string) []Stored {
		s := rivalry("imbalance-1000", 800, 1000, [4]float64{0.2, 0.2, 0.3, 0.2}, [4]float64{0.4, 0.4, 0.2, 0.2})
		s.Runs = slices.DeleteFunc(s.Runs, func(r trainer.Run) bool { return !slices.Contains(names, r.Strategy) })
		dense := s
		dense.Name = "dense"
		return axesOf(t, s, dense)
	}
	text, err := inShort(only("focal"))
	require.NoError(t, err)
	assert.Empty(t, text, "one alone is apart from nobody")
	var b strings.Builder
	require.NoError(t, writeAnswers(&b, only("focal")))
	assert.Contains(t, b.String(), "| 400: only focal got to the end |")
	files := map[string][]byte{}
	b.Reset()
	require.NoError(t, writeAxes(&b, only("focal", "ssd 3:1"), files), "and no ce")
	assert.Contains(t, b.String(), "| up to 3 objects | 1000 | –, 0.002, 0.002, – | 400 |")
	assert.NotEmpty(t, files[leadersFile])

	list := axesOf(t, Stored{Experiment: Experiment{Name: "default", Preset: "default"}, Runs: []trainer.Run{
		{Strategy: "rpn 512 + ce", Seed: 1, Images: 8, Curve: []trainer.Point{{Images: 8, AP: 0.3}}, Figures: trainer.Figures{AP: 0.3}}}})
	b.Reset()
	require.NoError(t, writeAnswers(&b, list))
	assert.Contains(t, b.String(), "| region proposal network | `default` | 1 |")
	assert.NotContains(t, b.String(), "dense head", "nothing of it has runs")
}

// The README's front has the answer that the stored runs give.
func TestTheREADMEHasTheAnswer(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	list, err := Open(filepath.Join("..", "..", "docs", "study"))
	require.NoError(t, err)
	want, err := front(list)
	require.NoError(t, err)
	block, err := marked.Read(filepath.Join("..", "..", "README.md"), "study")
	require.NoError(t, err)
	if os.Getenv("DETSAMPLE_WRITE_DOCS") != "" {
		require.NoError(t, marked.Write(filepath.Join("..", "..", "README.md"), "study", want))
		return
	}
	assert.Equal(t, want, block, "DETSAMPLE_WRITE_DOCS=1 go test -run TestTheREADMEHasTheAnswer ./bench/study writes it")
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	require.NoError(t, err)
	ce := find(list, "dense-long").masses("ce", 0)
	assert.Contains(t, words(string(text)), fmt.Sprintf("they have %.0f%% of its loss, at %.0f to one, and %.0f%% of its gradient", 100*ce.loss, ce.seen, 100*ce.gradient))

	papers, sizes := find(list, "rpn-papers"), find(list, "rpn-sizes")
	c, err := papers.compare("ap", "", papers.final())
	require.NoError(t, err)
	at := func(name string) int { return slices.Index(c.Strategies(), name) }
	behind := func(name string) float64 { return c.Between(at("512 + ce"), at(name)).Mean }
	assert.Contains(t, words(string(text)), fmt.Sprintf("focal loss on all anchors is %.0f AP behind cross entropy on 512 after %d images, and cross entropy on all anchors %.0f AP",
		behind("all + focal"), papers.final(), behind("all + ce")))
	contests, err := sizes.contests(sizes.strategies(""), stats.Confidence)
	require.NoError(t, err)
	assert.Len(t, contests[len(contests)-1].may, 6, "at matched scale none of the six is told from another")

	rare := find(list, "imbalance-10000")
	assert.Contains(t, words(string(text)), fmt.Sprintf("in `dense-tiny` about half of both, and at 8500 to one %.0f%% of its gradient", 100*rare.masses("ce", 0).gradient))
	half := find(list, "dense-tiny").masses("ce", 0)
	assert.InDeltaSlice(t, []float64{0.5, 0.5}, []float64{half.loss, half.gradient}, 0.05)
	at4800, err := rare.contests(rivals, stats.Confidence)
	require.NoError(t, err)
	end := at4800[len(at4800)-1]
	assert.Contains(t, words(string(text)), fmt.Sprintf("3:1 has %.1f AP after %d images, where focal loss has %.1f and OHEM 64 %.1f.",
		end.means[2].Mean, end.images, end.means[1].Mean, end.means[3].Mean))
	tiny := find(list, "dense-tiny")
	halves, err := tiny.contests(rivals, stats.Confidence)
	require.NoError(t, err)
	assert.True(t, halves[1].close && halves[2].close, "are within 1 AP of each other")
	for i := range halves[2].means {
		assert.InDelta(t, 2, halves[2].means[i].Mean-halves[1].means[i].Mean, 0.5, "left to gain")
	}
	assert.Contains(t, words(string(text)), fmt.Sprintf("from %d images to the end at %d", halves[1].images, halves[2].images))
	assert.Contains(t, words(string(text)), fmt.Sprintf("(`dense-tiny`, at 1:%.0f)", tiny.seen()))
	for name, ahead := range map[string]float64{"imbalance-1000": 15, "dense": 13} { // of the one that is farthest ahead, or the least
		c, err := find(list, name).among([]string{"ssd 3:1", "ohem 64", "focal"}, 9600)
		require.NoError(t, err)
		farthest, least := c.Between(0, 2).Mean, c.Between(1, 2).Mean
		assert.GreaterOrEqual(t, farthest, least, name)
		assert.Equal(t, ahead, math.Round(map[bool]float64{true: farthest, false: least}[ahead == 15]), name)
	}
	for _, name := range []string{"descent", "decay"} {
		c, err := find(list, name).among([]string{"ssd 3:1", "ohem 64", "focal"}, 9600)
		require.NoError(t, err)
		for i := range 2 {
			ahead := math.Round(c.Between(i, 2).Mean)
			assert.True(t, ahead >= 6 && ahead <= 8, "by 6 to 8 AP: %s, %g", name, ahead)
		}
	}
	hundred, err := find(list, "imbalance-100").contests(rivals, stats.Confidence)
	require.NoError(t, err)
	assert.Equal(t, []string{"ssd 3:1"}, hundred[len(hundred)-1].may, "at 1:156 3:1 alone leads")
	few, err := find(list, "images-300").contests(rivals, stats.Confidence)
	require.NoError(t, err)
	end = few[len(few)-1]
	assert.Equal(t, "ssd 3:1", end.next)
	assert.Contains(t, words(string(text)), fmt.Sprintf("focal loss is %s ahead of 3:1", interval(end.ahead, 1)))
	gamma, err := find(list, "gamma").among([]string{"gamma 1, alpha .25", "gamma 2, alpha .25"}, 9600)
	require.NoError(t, err)
	assert.Contains(t, words(string(text)), fmt.Sprintf("Gamma 1 is %s better after 9600 images", interval(gamma.Between(0, 1).Estimate, 1)))
}
