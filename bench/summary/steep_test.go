package summary

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/stats"
)

func TestAnAnswerOfTrainingsFarFromTheirEndSaysSo(t *testing.T) {
	v := concluded(t, 5, Data{}, map[string][2]float64{"a": {.10, .20}, "b": {.15, .40}}).Verdict
	assert.Equal(t, stats.Use, v.Outcome)
	assert.Regexp(t, `^Training is far from its end: b had 1[45]\.\d AP after 500 images, and has (39|40)\.\d; the order may be another after more of them \(--budget\)\.$`, v.Outlook)
	v = concluded(t, 3, Data{TestImages: 100}, map[string][2]float64{"a": {.15, .4}, "b": {.15, .4}}).Verdict
	assert.Equal(t, stats.NotToldApart, v.Outcome)
	assert.Regexp(t, `\. Training is far from its end: [ab] had `, v.Outlook, "beside how many seeds would tell")
	for _, half := range []float64{.21, .39} {
		assert.Empty(t, concluded(t, 5, Data{}, map[string][2]float64{"a": {.05, .20}, "b": {half, .40}}).Verdict.Outlook)
	}
	v = concluded(t, 5, Data{}, map[string][2]float64{"a": {.001, .002}, "b": {.004, .012}}).Verdict
	assert.False(t, strings.Contains(v.Outlook, "far from its end"), "where nothing was learned longer training is advised anyway")
}
