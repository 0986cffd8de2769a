package study

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench"
	"detsample/bench/config"
	"detsample/bench/plan"
	"detsample/bench/trainer"
)

// short returns a comparison of two strategies for a few steps.
func short(t testing.TB) Planned {
	e := Experiment{Name: "dense", Preset: "dense", Seeds: 2, FirstSeed: 1, Only: []string{"ce", "focal"}, Change: `
scenes: {size: 64, test: 4, max_size: 32}
detector: {channels: 8, depth: 1}
training: {images: 16, evaluate_at: [8]}
scale: as_written
`}
	c, err := e.Config()
	require.NoError(t, err)
	p := Planned{Experiment: e, Config: c}
	p.Seconds = p.estimate()
	return p
}

func TestShardsOfAStudyAreTheStudy(t *testing.T) {
	whole, shared := t.TempDir(), t.TempDir()
	list := []Planned{short(t)}
	var shares []float64
	found, err := Run(t.Context(), list, Options{Out: whole, Jobs: 1, Progress: func(e Event) {
		shares = append(shares, e.Share)
		assert.Equal(t, "dense", e.Experiment)
	}})
	require.NoError(t, err)
	assert.Equal(t, []Found{{Experiment: "dense"}}, found)
	assert.IsNonDecreasing(t, shares)
	assert.LessOrEqual(t, shares[len(shares)-1], 1.0)

	for k := 1; k <= 2; k++ {
		found, err := Run(t.Context(), list, Options{Out: shared, Jobs: 1, Shard: plan.Shard{Index: k, Count: 2}})
		require.NoError(t, err)
		assert.Equal(t, "2 of 4 runs are in its folder", found[0].Next)
	}
	found, err = Merge(t.Context(), list, Options{Out: shared})
	require.NoError(t, err)
	assert.Equal(t, []Found{{Experiment: "dense"}}, found)
	assert.True(t, slices.Equal(results(t, whole), results(t, shared)), "the same runs")

	list[0].Seeds = 3
	for k := 1; k <= 2; k++ {
		_, err := Run(t.Context(), list, Options{Out: shared, Jobs: 1, Shard: plan.Shard{Index: k, Count: 2}})
		require.NoError(t, err, "to what is joined more is added")
	}
	_, err = Merge(t.Context(), list, Options{Out: shared})
	require.NoError(t, err)
	assert.Len(t, results(t, shared), 6)
}

func TestRunsThatEndAreTheStudyThatIsDone(t *testing.T) {
	all, err := Experiments()
	require.NoError(t, err)
	list, err := Plan(all, Options{})
	require.NoError(t, err)
	for _, e := range list {
		if e.Tune || e.Config.Scale == config.Matched {
			continue // trials are of a length that only their search knows
		}
		done, phase := 0.0, ""
		r := newRunner([]Planned{e}, Options{Out: t.TempDir(), Progress: func(event Event) { done = event.Share }})
		trained := e.Config.Strategies
		if e.States {
			trained, phase = trained[:TrainedStates], "weights along training"
		}
		for i := range trained {
			for seed := range e.Seeds {
				r.tell(0, bench.Event{Phase: phase, Done: &trainer.Run{Strategy: trained[i].Name, Seed: uint64(seed + 1), Images: e.Config.Training.Images}})
			}
		}
		assert.InDelta(t, 1, done, 1e-9, e.Name)
		assert.InEpsilon(t, e.Seconds, r.pace.fresh, 1e-9, e.Name)
	}
}

// results returns the lines of an experiment's runs without their times.
func results(t testing.TB, dir string) []string {
	text, err := os.ReadFile(filepath.Join(dir, "dense", "results.jsonl"))
	require.NoError(t, err)
	var list []string
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, `,"time":`)
		list = append(list, line)
	}
	slices.Sort(list) // a run is written as it ends
	return list
}

func TestAQuickStudyTakesAQuarterOfAnHour(t *testing.T) {
	list, err := Plan(all(t), Options{Quick: true})
	require.NoError(t, err)
	total := 0.0
	claims := map[int]bool{}
	for _, e := range list {
		assert.LessOrEqual(t, e.Seeds, quickSeeds, e.Name)
		assert.False(t, e.Tune, e.Name)
		total += e.Seconds
		at := e.Config.Training.EvaluateAt
		assert.NotEmpty(t, at, e.Name)
		for _, images := range at {
			assert.GreaterOrEqual(t, 4*images, e.Config.Training.Images, "%s: before a quarter nothing is judged", e.Name)
		}
		assert.Equal(t, e.Config.Training.Images, 4*at[0], "%s: a quarter is", e.Name)
		for _, n := range e.Claims {
			claims[n] = true
		}
	}
	assert.Less(t, total*slowest, 0.95*quickSeconds, "on a slow machine, too")
	assert.Greater(t, total*slowest, 0.8*quickSeconds, "and uses it")
	assert.Len(t, claims, 7, "every claim is asked")
}

func TestTheWholeStudyTakesTenHoursOfTwoCores(t *testing.T) {
	list, err := Plan(all(t), Options{})
	require.NoError(t, err)
	total := 0.0
	for _, e := range list {
		total += e.Seconds
	}
	assert.Less(t, total, 2*10*3600.0)
}

func TestOptionsChangeSeedsAndLeaveOutWhatIsAboutScenes(t *testing.T) {
	size := config.Size(320)
	list, err := Plan(all(t), Options{Data: "photos", Seeds: 2, FirstSeed: 100, Size: &size})
	require.NoError(t, err)
	for _, e := range list {
		assert.Equal(t, 2, e.Seeds)
		assert.Equal(t, 100, e.FirstSeed)
		assert.Equal(t, size, e.Config.Folder.Size)
		assert.InEpsilon(t, float64(size*size)/(pixels*pixels), e.area(), 1e-12, "%s takes as long as its pixels do", e.Name)
		assert.False(t, e.Scenes, e.Name)
		assert.False(t, e.States, e.Name)
	}
	assert.Greater(t, len(list), 5)
	for _, e := range all(t) {
		if !e.AboutScenes() {
			assert.NotContains(t, e.Change, "scenes: {m", "%s changes what is on the images", e.Name)
			assert.NotContains(t, e.Change, "train: ", e.Name)
		}
	}
}

// What an experiment is run with is what its page says.
func TestAnOriginHasWhatRepeatsIt(t *testing.T) {
	size := config.Size(320)
	r := newRunner(nil, Options{Data: "photos", Links: true, Size: &size, Quick: true, Names: []string{"dense"}, Command: "detsample study dense"})
	o := r.origin()
	assert.Equal(t, Origin{Program: o.Program, Machine: o.Machine, Numerics: o.Numerics,
		Command: "detsample study dense", Of: []string{"dense"}, Data: "photos", Links: true, Size: "320", Quick: true}, o)
	assert.Equal(t, Names(), newRunner(nil, Options{}).origin().Of, "all, where none are named")
}

// A part of a quick study is what it is in the whole: the same runs.
func TestAQuickExperimentIsTheSameWhateverIsBesideIt(t *testing.T) {
	whole, err := Plan(all(t), Options{Quick: true})
	require.NoError(t, err)
	for i := range whole {
		alone, err := Plan([]Experiment{experiment(t, whole[i].Name)}, Options{Quick: true})
		require.NoError(t, err)
		assert.Equal(t, whole[i].Config.Training, alone[0].Config.Training, whole[i].Name)
	}
}
