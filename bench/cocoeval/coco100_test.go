package cocoeval

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/annotations"
)

// coco100 returns the path of a file of the COCO API's own example.
func coco100(t testing.TB, name string) string {
	path := filepath.Join("..", "..", "..", "shared", "data", "coco100", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the COCO API's example is not here: %v", err)
	}
	return path
}

func readCOCO100(t testing.TB) ([]GroundTruth, []Detection) {
	return readFiles(t, coco100(t, "instances_val2014_100.json"), coco100(t, "instances_val2014_fakebbox100_results.json"))
}

// readFiles reads annotations and results as the eval command does.
func readFiles(t testing.TB, gt, dt string) ([]GroundTruth, []Detection) {
	set, err := annotations.Open(gt, annotations.Options{Policy: annotations.Policy{AsIs: true}})
	require.NoError(t, err)
	truth, err := TruthOf(set)
	require.NoError(t, err)
	dts, err := annotations.OpenResults(dt)
	require.NoError(t, err)
	return truth.Objects, dts
}

func TestPrintsTheLinesOfTheReferenceOnItsExample(t *testing.T) {
	gts, dts := readCOCO100(t)
	r, err := Evaluate(DefaultParams(), gts, dts)
	require.NoError(t, err)

	text, err := os.ReadFile(coco100(t, "val2014_fake_eval_res.txt"))
	require.NoError(t, err)
	_, bbox, found := strings.Cut(string(text), "type=bbox")
	require.True(t, found)
	var want []string
	for line := range strings.Lines(bbox) {
		if strings.HasPrefix(line, " Average") && len(want) < 12 {
			want = append(want, strings.TrimRight(line, "\r\n"))
		}
	}
	require.Len(t, want, 12)
	got := strings.Split(strings.TrimRight(r.String(), "\n"), "\n")
	// Later versions of the reference pad the title by one more space.
	for i := range want {
		assert.Equal(t, strings.Fields(want[i]), strings.Fields(got[i]))
	}
}
