package command

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/dataset"
	"detsample/bench/stats"
	"detsample/bench/summary"
)

func TestTheVerdictComesFirstThenTheTableThenWhy(t *testing.T) {
	study := &summary.Study{Set: &dataset.Set{}, Summary: summary.Summary{
		Verdict: summary.Verdict{
			Decision: stats.Decision{Outcome: stats.NotToldApart, MayBe: []string{"focal", "ce"}, Confidence: 0.99},
			Headline: "focal or ce: not told apart.", Outlook: "About 9 seeds would tell.", Why: []string{"focal learned from 3 negatives a positive."},
		},
		Seeds:      []uint64{1, 2, 3},
		Strategies: []summary.Strategy{{Strategy: "ce", AP: stats.Estimate{Mean: 0.3}}, {Strategy: "focal", AP: stats.Estimate{Mean: 0.4}, MayBeBest: true}},
	}}
	for _, format := range []string{"table", "markdown"} {
		var b bytes.Buffer
		printSummary(&printer{w: &b, width: 80, markdown: format == "markdown"}, study, "")
		text := b.String()
		assert.True(t, strings.HasPrefix(text, "focal or ce: not told apart. About 9 seeds would tell.\n\n"), text)
		at := 0
		for _, next := range []string{"Strategies by AP; ", "may be the best (99% confidence)", "focal", "ce", "Why\n", "- focal learned from 3 negatives a positive.\n", "Data ", "AP along training"} {
			k := strings.Index(text[at:], next)
			if assert.GreaterOrEqual(t, k, 0, "%s after\n%s", next, text[:at]) {
				at += k + len(next)
			}
		}
	}
}
