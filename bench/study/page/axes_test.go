package page

import (
	"bytes"
	"fmt"
	"image/color"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/figure"
	"detsample/bench/stats"
	"detsample/bench/study"
	"detsample/bench/study/chart"
	"detsample/bench/study/evidence"
	"detsample/bench/trainer"
)

// rivalry returns four seeds of the rivals' runs, with so many negatives for each
// positive, and AP at half of the budget and at its end.
func rivalry(name string, images int, negatives float64, half, end [4]float64) evidence.Experiment {
	s := evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: name, Preset: "dense", Only: rivals, Tune: name != "imbalance-10"}}}
	for seed := range 4 {
		for k, strategy := range rivals {
			jitter := 0.001 * float64((seed+k)%3)
			s.Runs = append(s.Runs, trainer.Run{Strategy: strategy, Seed: uint64(seed + 1), LR: 0.002, Images: images, Figures: trainer.Figures{AP: end[k] + jitter},
				Curve:  []trainer.Point{{Images: 0}, {Images: images / 2, AP: half[k] + jitter}, {Images: images, AP: end[k] + jitter}},
				Stages: []trainer.StageFigures{{Stage: "dense", Positives: 2, Negatives: 2 * negatives, UsedPositives: 2}}})
		}
	}
	return s
}

// To know that strategies differ by less than is worth speaking of is not the same as
// not to know.
func TestAllWithinAPointIsNotNotToldApart(t *testing.T) {
	end := func(spread float64) (evidence.Contest, string) {
		s := rivalry("dense", 800, 1000, [4]float64{0.2, 0.2, 0.2, 0.2}, [4]float64{0.3, 0.3, 0.3, 0.3})
		for i := range s.Runs {
			r := &s.Runs[i]
			r.AP += spread * float64((3*int(r.Seed)+i)%4) // differs between strategies by seeds
			r.Curve[2].AP = r.AP
		}
		contests, err := s.Contests(rivals, stats.Confidence)
		require.NoError(t, err)
		text, _, err := atEnd(&s, "", rivals, stats.Confidence)
		require.NoError(t, err)
		return contests[1], text
	}
	c, text := end(0)
	assert.Equal(t, "all within 1 AP", inCell(&c))
	assert.Contains(t, text, "All of ce, focal, ssd 3:1 and ohem 64 are within 1 AP of each other after 400 and 800 images (")
	c, text = end(0.02)
	assert.Len(t, c.May, 4)
	assert.Equal(t, "not told apart", inCell(&c))
	assert.Contains(t, text, "No difference is significant among ce, focal, ssd 3:1 and ohem 64 at the end, after 800 images (", "half of them was within 1 AP")

	three := rivalry("dense", 800, 1000, [4]float64{0.2, 0.2, 0.2, 0.2}, [4]float64{0.3, 0.3, 0.3, 0.3})
	three.Runs = slices.DeleteFunc(three.Runs, func(r trainer.Run) bool { return r.Strategy == "ohem 64" })
	contests, err := three.Contests(rivals, stats.Confidence)
	require.NoError(t, err)
	assert.Equal(t, "all within 1 AP", inCell(&contests[1]), "one without runs is not distinguishable from nobody")

	ahead := evidence.Contest{Names: []string{"a", "b"}, May: []string{"a"}, Next: "b", Means: []stats.Estimate{{Seeds: 3}, {Seeds: 3}}, Close: true}
	assert.Contains(t, inCell(&ahead), "**a**, ahead of b by ")
	assert.Contains(t, inCell(&ahead), "; all are within 1 AP")
	assert.Equal(t, "**a** leads", inSentence(&ahead))
	assert.Equal(t, "; all are within 1 AP", why(&ahead))
	both := evidence.Contest{Names: ahead.Names, May: ahead.Names, Means: ahead.Means, Close: true}
	assert.Empty(t, why(&both), "it was said")

}

// axesOf returns all experiments, with runs of those given.
func axesOf(t *testing.T, kept ...evidence.Experiment) []evidence.Experiment {
	var list []evidence.Experiment
	for _, e := range all(t) {
		list = append(list, evidence.Experiment{Stored: study.Stored{Experiment: e}})
	}
	for _, s := range kept {
		*evidence.Find(list, s.Name) = s
	}
	return list
}

func TestAnAxisSaysWhoLeadsAndWhere(t *testing.T) {
	ssd, focal, tie := [4]float64{0.2, 0.2, 0.3, 0.2}, [4]float64{0.2, 0.3, 0.2, 0.2}, [4]float64{0.3, 0.3, 0.3, 0.3}
	list := axesOf(t, rivalry("imbalance-10", 800, 12, ssd, tie), rivalry("imbalance-1000", 800, 1000, ssd, focal), rivalry("dense", 3200, 1001, focal, [4]float64{0.2, 0.4, 0.4, 0.2}))
	var b strings.Builder
	files := map[string][]byte{}
	require.NoError(t, writeAxes(&b, list, files))
	text := b.String()
	for _, row := range []string{
		`\| 12 to 20 objects, few anchors \| 12 \| 0\.002 \| 400 \| 20\.1 ± 0\.1 \| 20\.1 ± 0\.1 \| 30\.1 ± 0\.1 \| 20\.1 ± 0\.1 \| \*\*ssd 3:1\*\*, ahead of [a-z0-9 ]+ by (9\.9|10\.[01]) ± 0\.\d \|`,
		`\| 12 to 20 objects, few anchors \| 12 \| 0\.002 \| 800 \| .* \| all within 1 AP \|`,
		`\| up to 3 objects \| 1000 \| 0\.002 \| 800 \| .* \| \*\*focal\*\*, ahead of [a-z0-9: ]+ by (9\.9|10\.[01]) ± 0\.\d \|`,
		`\| up to 3 objects, a long training \| 1001 \| 0\.002 \| 3200 \| .* \| focal or ssd 3:1 \|`,
	} {
		assert.Regexp(t, row, text)
	}
	assert.Contains(t, text, "Not run yet: `imbalance-100`, `imbalance-200-scenes`, `dense-long`, `dense-faint`, `dense-faint-decay`, `dense-tiny`, `imbalance-10000`.\n")
	assert.Contains(t, text, "### Number of images\n\nOne setting alone has runs, *never repeated* (`dense`): nothing can be said along this axis yet. Not run: `images-300`, `images-1200` and `images-4800`.\n")
	assert.NotContains(t, text, "| never repeated |", "one row is no axis")
	assert.Contains(t, text, "### Optimizer and rate\n\nOne setting alone has runs, *Adam, a constant rate* (`imbalance-1000`): nothing can be said along this axis yet. Not run: `decay` and `descent`.\n")
	assert.Contains(t, text, "### Missing labels\n\nOne setting alone has runs, *none* (`imbalance-1000`): nothing")
	assert.Contains(t, text, "!["+"Who leads, by imbalance and images seen]("+leadersFile+")")
	picture := files[leadersFile]
	require.NotEmpty(t, picture)
	for _, name := range rivals {
		assert.Equal(t, 1, bytes.Count(picture, []byte(">"+name+"<")), "the legend has %s", name)
	}
	for _, mark := range []string{"12 · 4 seeds", "imbalance-10", "1000 · 4 seeds", "imbalance-1000", "1001 · 4 seeds", "dense", "400", "800", "1600", "3200"} {
		assert.Contains(t, string(picture), ">"+mark+"<")
	}
}

// An axis of the second stage compares strategies of its own, by what that stage
// sees, and not the first.
func TestAnAxisOfTheSecondStageIsAboutIt(t *testing.T) {
	staged := func(name string, lr, end float64) evidence.Experiment {
		s := evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: name, Preset: "roi"}}}
		for seed := range 4 {
			for k, strategy := range []string{"512 + ce", "512 + focal", "128 + ce", "ohem 64"} {
				jitter := 0.001 * float64((seed+k)%3)
				ap := 0.2 + jitter
				if k == 1 {
					ap = end + jitter
				}
				s.Runs = append(s.Runs, trainer.Run{Strategy: strategy, Seed: uint64(seed + 1), LR: lr, Images: 800, Figures: trainer.Figures{AP: ap},
					Curve: []trainer.Point{{Images: 0}, {Images: 800, AP: ap}},
					Stages: []trainer.StageFigures{{Stage: "rpn", Positives: 2, Negatives: 2000, UsedPositives: 2},
						{Stage: "roi", Positives: 2, Negatives: 120, UsedPositives: 2}}})
			}
		}
		return s
	}
	var b strings.Builder
	require.NoError(t, writeAxes(&b, axesOf(t, staged("roi-long", 0.002, 0.2), staged("roi-norm", 0.004, 0.3)), map[string][]byte{}))
	_, text, _ := strings.Cut(b.String(), "### Normalisation in the second stage\n\n")
	text, _, _ = strings.Cut(text, "\n###")
	assert.Contains(t, text, "| 512 + ce | 512 + focal | ohem 64 | may be the best, of a row by itself |")
	assert.Regexp(t, `\| as it is \| 60 \| 0\.002 \| 800 \| 20\.1 ± 0\.1 \| 20\.1 ± 0\.1 \| 20\.1 ± 0\.1 \| all within 1 AP \|`, text)
	assert.Regexp(t, `\| normalised \| 60 \| 0\.004 \| 800 \| .* \| 30\.1 ± 0\.1 \| .* \| \*\*512 \+ focal\*\*, ahead of`, text)
	assert.Contains(t, text, "Not run yet: `roi-rate`.")
}

// discs counts what is drawn of a colour, the legend's aside.
func discs(t *testing.T, c color.RGBA, rows ...row) int {
	count := func(rows ...row) int {
		picture, err := drawLeaders(rows)
		require.NoError(t, err)
		return bytes.Count(picture, fmt.Appendf(nil, "fill:#%02X%02X%02X", c.R, c.G, c.B))
	}
	none := evidence.Contest{Images: 800, Names: rivals, Means: make([]stats.Estimate, len(rivals))}
	return count(rows...) - count(row{"none", 1, []evidence.Contest{none}})
}

func TestARivalHasADotWhereItMayBeTheBestAndAMarkWhereNot(t *testing.T) {
	means := make([]stats.Estimate, len(rivals))
	for i := range means {
		means[i].Seeds = 4
	}
	cell := evidence.Contest{Images: 800, Names: rivals, Means: means, May: []string{"ce", "ohem 64"}}
	of := func(name string) color.RGBA { return chart.LookOf(name).Color() }
	rows := []row{{"imbalance-1000", 1000, []evidence.Contest{cell}}, {"dense", 1001, []evidence.Contest{cell}}}
	assert.Equal(t, 2, discs(t, of("ce"), rows...), "as many negatives have rows of their own")
	assert.Equal(t, 2, discs(t, of("ohem 64"), rows...))
	assert.Zero(t, discs(t, of("focal"), rows...))
	assert.Equal(t, 4, discs(t, figure.Faint, rows...))

	cell.Means = slices.Clone(means)
	cell.Means[1].Seeds = 0
	assert.Equal(t, 1, discs(t, figure.Faint, row{"one broke", 1000, []evidence.Contest{cell}}), "focal without runs has no mark")
}

func TestMostNegativesAreOnTop(t *testing.T) {
	cell := evidence.Contest{Images: 800, Names: rivals, Means: make([]stats.Estimate, len(rivals))}
	picture, err := drawLeaders([]row{{"few", 10, []evidence.Contest{cell}}, {"most", 1000, []evidence.Contest{cell}}, {"many", 100, []evidence.Contest{cell}}})
	require.NoError(t, err)
	assert.Regexp(t, "(?s)>most<.*>many<.*>few<", string(picture))
}

func TestManyImagesAreWrittenInThousands(t *testing.T) {
	for images, want := range map[int]string{1200: "1200", 9600: "9600", 19200: "19k", 76800: "77k", 153600: "154k", 307200: "307k", 20000: "20k"} {
		assert.Equal(t, want, chart.Thousands(images))
	}
}
