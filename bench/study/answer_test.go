package study

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/trainer"
	"detsample/internal/marked"
)

func TestTheAnswerSaysWhoLeadsWhen(t *testing.T) {
	names := []string{"ce", "focal", "ssd 3:1", "ohem 64"}
	list := axesOf(t, rivalry("dense", 800, 1000, [4]float64{0.2, 0.2, 0.3, 0.2}, [4]float64{0.4, 0.4, 0.2, 0.2}))
	answer, err := inShort(list)
	require.NoError(t, err)
	require.Len(t, answer, 2, "nothing is stored of the others")
	assert.Regexp(t, `^\*\*OHEM or focal loss\?\*\* On a dense head ssd 3:1 is ahead of focal up to 400 images, and focal is ahead of ssd 3:1 from 800 on; focal is ahead of ohem 64 after 800 images, where alone they are told apart\. `, answer[0])
	assert.Regexp(t, `^\*\*On a dense head\*\* \(.dense.: `+strings.Join(names, ", ")+`; 4 seeds\), after 400 images \*\*ssd 3:1\*\* leads \(before [a-z0-9 ]+ by (9\.9|10\.[01]) ± 0\.\d\), `+
		`after 800 images ce or focal\. At the end they reach 20\.1 to 40\.1 AP, -10\.0 to 20\.0 more than after 400 images\.$`, answer[1])

	*find(list, "dense") = rivalry("dense", 800, 1000, [4]float64{0.3, 0.3, 0.3, 0.3}, [4]float64{0.4, 0.4, 0.4, 0.2})
	*find(list, "default") = rivalry("default", 800, 1000, [4]float64{}, [4]float64{})
	answer, err = inShort(list)
	require.NoError(t, err)
	require.Len(t, answer, 2, "a long training answers before a short one")
	assert.Contains(t, answer[1], "after 400 images none is told from the others, after 800 images ce, focal or ssd 3:1.")
}

// The line along imbalance has every training of the axis, not those that fit.
func TestImbalanceIsSaidAlongItsAxis(t *testing.T) {
	ssd, tie := [4]float64{0.2, 0.2, 0.3, 0.2}, [4]float64{0.3, 0.3, 0.3, 0.3}
	line, err := alongImbalance(axesOf(t, rivalry("imbalance-10", 800, 12, tie, tie), rivalry("imbalance-1000", 400, 1000, tie, ssd), rivalry("dense", 800, 1000, tie, tie)))
	require.NoError(t, err)
	assert.Regexp(t, `^\*\*Along imbalance\*\*, by negatives for a positive \(ce, focal, ssd 3:1, ohem 64, at the end of each training\): `+
		`at 12 none is told from the others \(.imbalance-10., 800 images, 4 seeds\); at 1000 \*\*ssd 3:1\*\* leads \(before .* ± 0\.\d\) \(.imbalance-1000., 400 images, 4 seeds\)\.$`, line)
	line, err = alongImbalance(axesOf(t, rivalry("imbalance-10", 800, 12, tie, tie)))
	require.NoError(t, err)
	assert.Empty(t, line, "one is no axis")
}

func TestAnAnswerOfAnUnfinishedStudyIsWhatIsKnown(t *testing.T) {
	only := func(names ...string) []Stored {
		s := rivalry("imbalance-1000", 800, 1000, [4]float64{0.2, 0.2, 0.3, 0.2}, [4]float64{0.4, 0.4, 0.2, 0.2})
		s.Runs = slices.DeleteFunc(s.Runs, func(r trainer.Run) bool { return !slices.Contains(names, r.Strategy) })
		dense := s
		dense.Name = "dense"
		return axesOf(t, s, dense)
	}
	one, err := inShort(only("focal"))
	require.NoError(t, err)
	assert.Contains(t, one[0], "after 400 images focal alone has runs")
	files := map[string][]byte{}
	var b strings.Builder
	require.NoError(t, writeAxes(&b, only("focal", "ssd 3:1"), files), "and no ce")
	assert.Contains(t, b.String(), "| up to 3 objects | 1000 | –, 0.002, 0.002, – | 400 |")
	assert.NotEmpty(t, files[leadersFile])

	list := axesOf(t, Stored{Experiment: Experiment{Name: "default", Preset: "default"}, Runs: []trainer.Run{
		{Strategy: "rpn 512 + ce", Seed: 1, Images: 8, Curve: []trainer.Point{{Images: 8, AP: 0.3}}, Figures: trainer.Figures{AP: 0.3}}}})
	answer, err := inShort(list)
	require.NoError(t, err)
	assert.Empty(t, answer, "nothing of a dense head")
}

// The README's front has the answer that the stored runs give.
func TestTheREADMEHasTheAnswer(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	list, err := Open(filepath.Join("..", "..", "docs", "study"))
	require.NoError(t, err)
	answer, err := inShort(list)
	require.NoError(t, err)
	block, err := marked.Read(filepath.Join("..", "..", "README.md"), "study")
	require.NoError(t, err)
	want := ""
	for _, line := range answer {
		want += fmt.Sprintf("- %s\n", line)
	}
	if os.Getenv("DETSAMPLE_WRITE_DOCS") != "" {
		require.NoError(t, marked.Write(filepath.Join("..", "..", "README.md"), "study", want))
		return
	}
	assert.Equal(t, want, block, "DETSAMPLE_WRITE_DOCS=1 go test -run TestTheREADMEHasTheAnswer ./bench/study writes it")
}
