package claims

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"detsample/bench/study"
	"detsample/bench/study/evidence"
	"detsample/bench/trainer"
)

// made returns runs in which a strategy leads another by some points, with
// seeds that differ little.
func made(lead float64, seeds int) evidence.Experiment {
	s := evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: "rpn", Preset: "rpn"}}}
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

// claimOf is a claim of these.
func claimOf(contrasts ...Contrast) Claim {
	return Claim{Number: 9, Statement: "Something is so.", Contrasts: contrasts}
}

func experiment(t *testing.T, name string) study.Experiment {
	t.Helper()
	list, err := study.Experiments()
	require.NoError(t, err)
	i := slices.IndexFunc(list, func(e study.Experiment) bool { return e.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return list[i]
}

// kept returns what the study that this repository keeps has.
func kept(t *testing.T) []evidence.Experiment {
	t.Helper()
	list, err := evidence.Open(filepath.Join("..", "..", "..", "docs", "study"))
	require.NoError(t, err)
	return list
}
