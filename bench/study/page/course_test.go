package page

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/cocoeval"
	"detsample/bench/stats"
	"detsample/bench/study"
	"detsample/bench/study/evidence"
	"detsample/bench/trainer"
)

// raced returns runs of a slow strategy that ends at 40 AP and of a fast one that
// ends at 24, after 100 steps of 8 images.
func raced() *evidence.Experiment {
	s := &evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: "rpn", Preset: "rpn"}}}
	for seed := range uint64(3) {
		for name, end := range map[string]float64{"512 + ce": 0.4, "all + ce": 0.24} {
			r := trainer.Run{Strategy: name, Seed: seed + 1, Images: 800, Steps: 100, Figures: trainer.Figures{AP: end, AP50: end + 0.375},
				Curve:       []trainer.Point{{Images: 0}, {Images: 400, AP: end / 4, AP50: end + 0.25}, {Images: 800, AP: end, AP50: end + 0.375}},
				Proposals:   []trainer.ProposalRecall{{Limit: 100, AR: 0.5}, {Limit: 300, AR: 0.625}},
				Calibration: cocoeval.Calibration{Detections: 7, Error: 0.125},
				Time:        trainer.Time{StepMS: 99, StepCPUMS: 40}}
			if name == "all + ce" {
				r.Time.StepCPUMS = 20
			}
			s.Runs = append(s.Runs, r)
		}
	}
	return s
}

func written(t *testing.T, s *evidence.Experiment) string {
	c, err := s.Course()
	require.NoError(t, err)
	var b strings.Builder
	require.NoError(t, writeCourse(&b, &c, s))
	return b.String()
}

func TestTheCourseOfTrainingIsByImagesAndByTime(t *testing.T) {
	s := raced()
	assert.Equal(t, `
| strategy | images to 10 AP | images to 20 AP | images to 30 AP | images to 40 AP | AP gained since 400 images | AP50 gained since 400 images | ms a step | AP after 2 s | AR@100 of proposals | AR@300 of proposals | calibration error |
|---|---|---|---|---|---|---|---|---|---|---|---|
| 512 + ce | 400 (400 to 400) | 533 (533 to 533) | 667 (667 to 667) | 800 (800 to 800) | 30.0 ± 0.0 | 12.5 ± 0.0 | 40.0 | 10.0 ± 0.0 | 50.0 ± 0.0 | 62.5 ± 0.0 | 12.5 ± 0.0 |
| all + ce | 489 (489 to 489) | 711 (711 to 711) | – | – | 18.0 ± 0.0 | 12.5 ± 0.0 | 20.0 | 24.0, its end | 50.0 ± 0.0 | 62.5 ± 0.0 | 12.5 ± 0.0 |
`, written(t, s), "half of the slow one's training is all of the fast one's")
}

func TestWhatWasNotMeasuredHasNoColumn(t *testing.T) {
	s := raced()
	for i := range s.Runs {
		r := &s.Runs[i]
		r.Proposals, r.Calibration = nil, cocoeval.Calibration{}
		if r.Strategy == "all + ce" {
			r.Time.StepCPUMS = 0
		}
	}
	head, _, _ := strings.Cut(strings.TrimSpace(written(t, s)), "\n")
	assert.Equal(t, "| strategy | images to 10 AP | images to 20 AP | images to 30 AP | images to 40 AP | AP gained since 400 images | AP50 gained since 400 images |", head)
}

func TestARunThatStoppedIsNoPartOfTheCourse(t *testing.T) {
	s := raced()
	want := written(t, s)
	s.Runs = append(s.Runs, trainer.Run{Strategy: "all + ce", Seed: 9, Diverged: true, Failed: "NaN", Images: 80, Steps: 10,
		Curve: []trainer.Point{{Images: 0}}, Time: trainer.Time{StepCPUMS: 20}})
	assert.Equal(t, want, written(t, s))
}

func TestTheCourseIsDrawn(t *testing.T) {
	s := raced()
	c, err := s.Course()
	require.NoError(t, err)
	assert.Equal(t, []int{0, 400, 800}, c.Images)
	assert.Equal(t, []float64{10, 20, 30, 40}, levels(&c))
	picture, err := drawCourse(&c)
	require.NoError(t, err)
	for _, name := range c.Names {
		assert.Equal(t, 2, bytes.Count(picture, []byte(">"+name+"<")), "%s has its AP and what that is ahead", name)
	}
	assert.Contains(t, string(picture), ">AP, less that of 512 + ce<")
	h := leadChart(&c)
	require.Len(t, h.Curves, 2)
	for k, want := range []float64{0, -4, -16} {
		assert.Zero(t, h.Curves[0].Means[k].Mean)
		assert.InDelta(t, want, h.Curves[1].Means[k].Mean, 1e-9)
	}
	assert.Less(t, h.Low, -16.0, "the scale has room for it")
	assert.Greater(t, h.Top, 0.0)
	assert.NotContains(t, string(picture), "NaN")

	c.Names, c.Means, c.Ahead = c.Names[:1], [][]stats.Estimate{{{Seeds: 3}}, {{Mean: 10, Seeds: 3}}, {{Mean: 40, Seeds: 3}}}, nil
	picture, err = drawCourse(&c)
	require.NoError(t, err)
	assert.NotContains(t, string(picture), "less that of", "one alone is ahead of none")
}

// More strategies than are drawn together have what they are ahead too, each beside
// the others; the first, which is ahead of itself by 0, has none.
func TestTheLeadOfManyIsDrawn(t *testing.T) {
	c := evidence.Course{Images: []int{0, 400, 800}, Means: make([][]stats.Estimate, 3), Ahead: make([][]stats.Estimate, 3)}
	for i := range together + 1 {
		c.Names = append(c.Names, fmt.Sprintf("ohem %d", 8<<i))
		for k := range c.Images {
			mean := float64(10*k - i*k)
			c.Means[k] = append(c.Means[k], stats.Estimate{Mean: mean, Low: mean - 1, High: mean + 1, Seeds: 3})
			c.Ahead[k] = append(c.Ahead[k], stats.Estimate{Mean: -float64(i * k), Low: -float64(i*k) - 1, High: -float64(i*k) + 1, Seeds: 3})
		}
	}
	charts := leadCharts(&c)
	require.Len(t, charts, together)
	for _, h := range charts {
		assert.Len(t, h.Curves, 1)
		assert.Len(t, h.Behind, together+1)
		assert.Equal(t, charts[0].Low, h.Low, "one scale for all")
		assert.Less(t, h.Low, -13.0)
		assert.True(t, h.Bars)
	}
	picture, err := drawCourse(&c)
	require.NoError(t, err)
	for i, name := range c.Names {
		assert.Equal(t, 1, bytes.Count(picture, []byte(">AP, "+name+"<")))
		assert.Equal(t, min(i, 1), bytes.Count(picture, []byte(">"+name+", less ohem 8<")), name)
	}
	assert.Equal(t, 2, bytes.Count(picture, []byte(">images seen<")), "below both columns")
	assert.NotContains(t, string(picture), "NaN")

	for i := range c.Names { // in groups
		c.Names[i] = fmt.Sprintf("gamma %d, alpha .%d", i/3, i%3+1)
	}
	charts = leadCharts(&c)
	require.Len(t, charts, 3)
	assert.Equal(t, "gamma 0, less gamma 0, alpha .1", charts[0].Title)
	assert.Len(t, charts[0].Curves, 3)
}

// What is known of the first quarter of a training does not squeeze the rest.
func TestTheScaleOfALeadIsOfTheMomentsThatAreLookedAt(t *testing.T) {
	at := func(mean, low, high float64) []stats.Estimate {
		return []stats.Estimate{{Seeds: 3}, {Mean: mean, Low: low, High: high, Seeds: 3}}
	}
	c := evidence.Course{Names: []string{"ce", "focal"}, Images: []int{0, 100, 200, 400, 800}, Ahead: [][]stats.Estimate{
		at(0, 0, 0), at(3, -40, 46), at(2, -1, 5), at(1, -2, 4), at(0.5, math.Inf(-1), math.Inf(1))}}
	h := leadChart(&c)
	assert.InDelta(t, -2.2, h.Low, 0.1)
	assert.InDelta(t, 5.2, h.Top, 0.1)
}

// Between the untrained network and the first evaluation nobody looked.
func TestWhatIsReachedBeforeTheFirstEvaluationIsUnderIt(t *testing.T) {
	c := evidence.Course{Images: []int{0, 400, 800}}
	inf := math.Inf(1)
	for _, n := range []struct {
		reached stats.Reached
		bounded bool
		says    string
	}{
		{stats.Reached{At: 120, Low: 100, High: 300}, true, "under 400"},
		{stats.Reached{At: 120, Low: 100, High: 300}, false, "under 400"},
		{stats.Reached{At: 120, Low: 100, High: 500}, true, "under 400 (under 400 to 500)"},
		{stats.Reached{At: 450, Low: 100, High: inf}, true, "450 (under 400 to more)"},
		{stats.Reached{At: 400, Low: 400, High: 500}, true, "400 (400 to 500)"},
		{stats.Reached{At: inf, Low: 500, High: inf}, true, "–"},
	} {
		assert.Equal(t, n.says, needed(n.reached, n.bounded, firstEvaluation(&c)))
	}
}
