package page

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/study"
	"detsample/bench/study/boosting"
	"detsample/bench/study/evidence"
	"detsample/bench/trainer"
)

func TestAnExperimentSaysWhatItIsOfAndWhatRepeatsIt(t *testing.T) {
	list, err := study.Experiments()
	require.NoError(t, err)
	stored := map[string]*evidence.Experiment{}
	for i := range list {
		stored[list[i].Name] = &evidence.Experiment{Stored: study.Stored{Experiment: list[i]}}
	}
	says := func(name string) string {
		text, err := setting(stored[name])
		require.NoError(t, err)
		return text
	}
	assert.Equal(t, "38400 images that never repeat, generated scenes of 96 px in noise of 0.03 with 1 to 3 objects of 9 to 40 px and a contrast of 0.25 to 0.55; 32 channels, Adam at a constant rate, batches of 4, weights averaged by 0.995. Small are objects below 12 px, large ones from 24 px on.", says("dense"))
	assert.Contains(t, says("dense-long"), "of 64 px in noise of 0.03 with 1 to 2 objects")
	assert.Contains(t, says("dense-tiny"), "of 32 px in noise of 0.5 with 1 object of 12 px and a contrast of 0.02 to 0.32; 16 channels with normalisation,")
	assert.Contains(t, says("roi-settled"), ", weights averaged by 0.9998, a decoupled weight decay of 0.1. Small are")
	assert.Contains(t, says("missing-20"), ", 20% of them without a label;")
	assert.Contains(t, says("images-300"), " images of 300, ")

	kept, err := stored["dense"].Config()
	require.NoError(t, err)
	kept.Detector.Channels, kept.Training.Batch = 64, 16
	stored["dense"].Kept = kept
	assert.Contains(t, says("dense"), "; 64 channels, Adam at a constant rate, batches of 16,", "what trained the runs, where it is kept")
	stored["dense"].Kept = nil

	dense := stored["dense"]
	dense.Runs = []trainer.Run{{Strategy: "ce", Seed: 1}, {Strategy: "ce", Seed: 2}, {Strategy: "focal", Seed: 2}}
	assert.Equal(t, "detsample study dense/dense --seeds 2", studyCommand(dense))
	assert.Equal(t, "Nothing is kept of what made it. `detsample study dense/dense --seeds 2` trains all of these seeds.", madeBy(dense))
	dense.Origin = study.Origin{Program: "revision a", Command: "detsample study dense", Of: []string{"dense"}, Machine: "one"}
	assert.Equal(t, "Made by `detsample study dense`, of revision a, on one. `detsample study dense/dense --seeds 2` trains all of these seeds, of this experiment alone.", madeBy(dense))
	dense.Origin.Command, dense.Origin.Of = "mine study dense/dense --jobs 1", []string{"dense/dense"}
	assert.Equal(t, "Made by `mine study dense/dense --jobs 1`, of revision a, on one. `detsample study dense/dense --seeds 2` trains all of these seeds.", madeBy(dense))
	dense.Origin = study.Origin{Program: "revision a", Command: "detsample compare --seeds 2", Machine: "one", Note: "Twice."}
	assert.Equal(t, "Made by `detsample compare --seeds 2`, of revision a, on one. Twice. That was a comparison of its own; "+
		"within a study `detsample study dense/dense --seeds 2` trains the same strategies and seeds.", madeBy(dense))
	stored["default"].Runs = []trainer.Run{{Strategy: "ce", Seed: 1001}, {Strategy: "ce", Seed: 1003}}
	assert.Equal(t, "detsample study default --seeds 3", studyCommand(stored["default"]), "from its own first seed")
	stored["images-300"].StateRuns, stored["images-300"].Origin.Data = []boosting.Run{{Seed: 7}}, "bccd"
	assert.Equal(t, "detsample study images-300 --seeds 1 --first-seed 7 --data bccd", studyCommand(stored["images-300"]))
	assert.Contains(t, says("images-300"), "images seen, drawn from those of bccd; ")

	long := evidence.Experiment{Stored: study.Stored{Experiment: stored["dense-long"].Experiment, Runs: []trainer.Run{{Seed: 1}}, Origin: study.Origin{Command: "detsample study dense/dense-long", Of: []string{"dense/dense-long"}}}}
	assert.Contains(t, madeBy(&long), "`detsample study dense-long --seeds 1` trains all of these seeds.")

	photos := evidence.Experiment{Stored: study.Stored{Experiment: stored["alpha"].Experiment, Runs: []trainer.Run{{Seed: 1}},
		Origin: study.Origin{Data: "my photos", Size: "original", Links: true, Quick: true}}}
	assert.Equal(t, "detsample study alpha --seeds 1 --data 'my photos' --size original --follow-links --quick", studyCommand(&photos))
}
