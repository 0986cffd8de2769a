package study

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/trainer"
)

// rivalry returns four seeds of the rivals' runs, with so many negatives for each
// positive, and AP at half of the budget and at its end.
func rivalry(name string, images int, negatives float64, half, end [4]float64) Stored {
	s := Stored{Experiment: Experiment{Name: name, Preset: "dense", Only: rivals, Tune: name != "imbalance-10"}}
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

// axesOf returns all experiments, with runs of those given.
func axesOf(t *testing.T, kept ...Stored) []Stored {
	var list []Stored
	for _, e := range all(t) {
		list = append(list, Stored{Experiment: e})
	}
	for _, s := range kept {
		*find(list, s.Name) = s
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
		`\| 12 to 20 objects, few anchors \| 12 \| 0\.002 \| 400 \| 20\.1 ± 0\.1 \| 20\.1 ± 0\.1 \| 30\.1 ± 0\.1 \| 20\.1 ± 0\.1 \| \*\*ssd 3:1\*\*, before [a-z0-9 ]+ by (9\.9|10\.[01]) ± 0\.\d \|`,
		`\| 12 to 20 objects, few anchors \| 12 \| 0\.002 \| 800 \| .* \| not told apart \|`,
		`\| up to 3 objects \| 1000 \| 0\.002 \| 800 \| .* \| \*\*focal\*\*, before [a-z0-9: ]+ by (9\.9|10\.[01]) ± 0\.\d \|`,
		`\| the same, a long training and more seeds \| 1001 \| 0\.002 \| 3200 \| .* \| focal or ssd 3:1 \|`,
	} {
		assert.Regexp(t, row, text)
	}
	assert.Contains(t, text, "Not run yet: `imbalance-100`, `imbalance-200-scenes`, `imbalance-10000`.\n")
	assert.Contains(t, text, "### Number of images\n\nOne setting alone has runs, *never repeated* (`dense`): nothing can be said along this axis yet. Not run: `images-300`, `images-1200` and `images-4800`.\n")
	assert.NotContains(t, text, "| never repeated |", "one row is no axis")
	assert.Contains(t, text, "### Missing labels\n\nOne setting alone has runs, *none* (`imbalance-1000`): nothing")
	assert.Contains(t, text, "!["+"Who leads, by imbalance and images seen]("+leadersFile+")")
	picture := files[leadersFile]
	require.NotEmpty(t, picture)
	for _, name := range rivals {
		assert.Equal(t, 1, bytes.Count(picture, []byte(">"+name+"<")), "the legend has %s", name)
	}
	for _, mark := range []string{"12", "1000", "400", "800", "1600", "3200"} {
		assert.Contains(t, string(picture), ">"+mark+"<")
	}
}

func TestAStrategyThatBrokeDoesNotLead(t *testing.T) {
	s := rivalry("imbalance-10", 800, 12, [4]float64{}, [4]float64{0.2, 0.3, 0.2, 0.2})
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Strategy == "focal" {
			r.Failed, r.Diverged = "the loss is NaN", true
		}
	}
	contests, err := s.contests(rivals)
	require.NoError(t, err)
	last := contests[len(contests)-1]
	assert.NotContains(t, last.may, "focal")
	assert.NotEqual(t, "focal", last.next)
}

func TestATrainingThatEndsIsDrawnBeforeOneThatGoesOn(t *testing.T) {
	ends, goesOn := place{800, 1000, []string{"ce"}}, place{800, 1040, []string{"focal"}}
	assert.Equal(t, []place{ends}, add(add(nil, ends), goesOn))
	assert.Len(t, add(add(nil, ends), place{800, 1200, nil}), 2)
	assert.Len(t, add(add(nil, ends), place{1600, 1000, nil}), 2)
}

func TestAPlaceHasADotForEveryoneWhoMayBeTheBest(t *testing.T) {
	count := func(places ...place) int {
		picture, err := drawLeaders(places)
		require.NoError(t, err)
		return bytes.Count(picture, []byte("<path"))
	}
	one := count(place{800, 1000, []string{"ce"}})
	assert.Equal(t, one+2, count(place{800, 1000, []string{"ce", "focal", "ohem 64"}}))
}

func TestAFigureHasOneIntervalWhereverItStands(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	list, err := Open(filepath.Join("..", "..", "docs", "study"))
	require.NoError(t, err)
	for i := range list {
		s := &list[i]
		if len(s.Runs) == 0 {
			continue
		}
		for _, images := range s.moments() {
			whole, err := s.compare("ap", "", images)
			require.NoError(t, err)
			some, err := s.among(rivals, images)
			require.NoError(t, err)
			for k, name := range rivals {
				if at := slices.Index(whole.Strategies(), name); at >= 0 {
					assert.Equal(t, whole.Means[at], some.Means[k], "%s: %s after %d images", s.Name, name, images)
				}
			}
		}
	}
}
