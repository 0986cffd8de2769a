package page

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/study/boosting"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
)

// A correlation's interval ends at ±1, so that it has bounds in place of a half.
func TestACorrelationEndsAtOne(t *testing.T) {
	for want, e := range map[string]stats.Estimate{
		"0.47 (-0.56 to 1.00)":   {Mean: 0.47, Low: -0.56, High: 1.5, Seeds: 3},
		"-0.95 (-1.00 to -0.80)": {Mean: -0.95, Low: -1.1, High: -0.8, Seeds: 3},
		"0.47":                   {Mean: 0.47, Low: -0.56, High: 1.5, Seeds: 1, ImagesOnly: true},
		"–":                      {},
	} {
		assert.Equal(t, want, correlation(e))
	}
	j := claims.Judged{Contrast: &claims.Contrast{Experiment: "boosting", A: "focal", Constant: 0.9, Measure: evidence.RankWithAdaBoost, Trained: "focal"}, Images: 800, Outcome: claims.Unclear,
		Estimate: stats.Estimate{Mean: 0.08, Low: 0.02, High: 0.14, Seeds: 4}, All: stats.Range{Low: -0.09, High: 0.24}}
	assert.Equal(t, "0.98 (0.92 to 1.00; at once 0.81 to 1.00): not decided", cellOf(&j))
	assert.Equal(t, "0.81 to 1.00 allows both answers, alone it is 0.92 to 1.00 with 4 seeds", lack(&j))
	v := claims.Verdict{Judged: []claims.Judged{j}}
	assert.Contains(t, strongestIn(&v, nil), "the rank correlation of focal with AdaBoost where focal trains is 0.98 (0.92 to 1.00)")
}

func TestNoCorrelationOfThePageGoesBeyondOne(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	files := pageOf(t, keptIn)
	found := 0
	for line := range strings.Lines(string(files[File])) {
		for _, text := range regexp.MustCompile(`ank correlation[^:.|]* (is|paper:) -?\d\.\d\d[^;|]*`).FindAllString(line, -1) {
			assert.NotContains(t, text, "±")
			found++
		}
	}
	assert.Greater(t, found, 5)

	s := evidence.Find(keptOf(t, keptIn), "boosting")
	trained, moments := s.Trainings()
	for _, by := range trained {
		for _, images := range moments {
			e, err := likenesses[0].of(s, by, "focal", boosting.AdaBoost, images)
			require.NoError(t, err)
			assert.LessOrEqual(t, e.High, 1.0, "as it is drawn")
		}
	}
}
