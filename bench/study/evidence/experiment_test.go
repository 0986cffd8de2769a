package evidence

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/study"
	"detsample/bench/trainer"
)

// rivals are the strategies of made-up runs.
var rivals = study.Rivals()

// rivalry returns four seeds of the rivals' runs, with so many negatives for each
// positive, and AP at half of the budget and at its end.
func rivalry(name string, images int, negatives float64, half, end [4]float64) Experiment {
	s := Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: name, Preset: "dense", Only: rivals, Tune: name != "imbalance-10"}}}
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

// made returns runs in which a strategy leads another by some points, with
// Seeds that differ little.
func made(lead float64, seeds int) Experiment {
	s := Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: "rpn", Preset: "rpn"}}}
	for seed := range seeds {
		for k, name := range []string{"512 + ce", "512 + focal", "all + ce", "all + focal"} {
			ap := 0.3 + 0.002*float64(seed*(k+1)%3)
			if name == "512 + focal" {
				ap += lead / 100
			}
			s.Runs = append(s.Runs, trainer.Run{Strategy: name, Seed: uint64(seed + 1), Images: 800,
				Figures: trainer.Figures{AP: ap}, Curve: []trainer.Point{{Images: 0}, {Images: 200, AP: ap - 0.1}, {Images: 400, AP: ap - 0.05}, {Images: 800, AP: ap}}})
		}
	}
	return s
}

func TestWhatNeedsScenesIsLeftOutOfAFolder(t *testing.T) {
	folder, scenes := made(0, 2), made(0, 2)
	folder.Origin.Data = "photos"
	about := Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: "rpn-faint", Scenes: true}}}
	states := Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: "boosting", States: true}}}
	plain := Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: "roi"}}}
	for i, s := range []*Experiment{&about, &states} {
		assert.True(t, LeftOut([]Experiment{plain, folder, *s}, s), i)
		assert.False(t, LeftOut([]Experiment{plain, folder, scenes, *s}, s), "some are of scenes")
		assert.False(t, LeftOut([]Experiment{plain, *s}, s), "nothing has runs")
	}
	assert.False(t, LeftOut([]Experiment{plain, folder}, &plain), "a folder's images can be trained on")
	ran := folder
	ran.Scenes = true
	assert.False(t, LeftOut([]Experiment{ran}, &ran), "it has runs")
}

// kept returns what the study that this repository keeps has.
func kept(t *testing.T) []Experiment {
	t.Helper()
	list, err := Open(filepath.Join("..", "..", "..", "docs", "study"))
	require.NoError(t, err)
	return list
}
