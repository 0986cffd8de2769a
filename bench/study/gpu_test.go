package study

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"detsample/bench/trainer"
)

func TestThePageOfTheGPUIsOfItsRuns(t *testing.T) {
	dir := filepath.Join("..", "..", "docs", "study", "gpu")
	page, err := os.ReadFile(filepath.Join(dir, "README.md"))
	require.NoError(t, err)
	first, second, found := strings.Cut(string(page), "\n## Blood cells\n")
	require.True(t, found)
	for name, part := range map[string]string{"scenes": first, "bccd": second} {
		runs := trained(t, filepath.Join(dir, name, "results.jsonl"))
		require.Len(t, runs, 11, name)
		for strategy, r := range runs {
			require.Len(t, r, 3, "%s: %s", name, strategy)
			detector, measure := "RetinaNet", "ce"
			if r[0].Detector == "two-stage" {
				detector, measure = "Faster R-CNN", "rpn 512 + ce"
			}
			var ap, ap50, half, apart []float64
			for i, run := range r {
				require.Equal(t, 5600, run.Images)
				ap, ap50 = append(ap, 100*run.AP), append(ap50, 100*run.AP50)
				apart = append(apart, 100*(run.AP-runs[measure][i].AP))
				for _, moment := range run.Curve {
					if moment.Images == 2800 {
						half = append(half, 100*moment.AP)
					}
				}
			}
			difference := "–"
			if strategy != measure {
				of95 := distuv.StudentsT{Sigma: 1, Nu: 2}.Quantile(0.975)
				difference = fmt.Sprintf("%+.1f ± %.1f", stat.Mean(apart, nil), of95*stat.StdDev(apart, nil)/math.Sqrt(3))
			}
			row := fmt.Sprintf("\n| %s | %s | %.1f | %.1f (%.1f) | %.1f | %s |\n", strategy, detector,
				stat.Mean(half, nil), stat.Mean(ap, nil), stat.StdDev(ap, nil), stat.Mean(ap50, nil), difference)
			assert.Contains(t, part, row, name)
		}
	}
}

// trained reads results by strategy, in the order of their seeds.
func trained(t *testing.T, name string) map[string][]trainer.Run {
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	runs := map[string][]trainer.Run{}
	for line := range strings.Lines(string(text)) {
		var r trainer.Run
		require.NoError(t, json.Unmarshal([]byte(line), &r))
		require.EqualValues(t, len(runs[r.Strategy])+1, r.Seed)
		runs[r.Strategy] = append(runs[r.Strategy], r)
	}
	return runs
}
