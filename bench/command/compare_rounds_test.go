package command

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/stats"
	"detsample/bench/summary"
)

func TestHowSeedsWereAddedIsSaid(t *testing.T) {
	for _, c := range []struct {
		rounds summary.Rounds
		want   string
	}{
		{summary.Rounds{Seeds: 24, Race: true, Enough: true, Out: []stats.Out{{Strategy: "ce", Seeds: 3}, {Strategy: "focal", Seeds: 8}}},
			"Seeds: 3 of at most 24. Out, since no longer the best: ce after 3, focal after 8. One is left."},
		{summary.Rounds{Seeds: 24, Race: true, Reached: 0.01}, "Seeds: 3 of at most 24. Seeds ran out before one was left."},
		{summary.Rounds{Seeds: 24, Half: 0.0075, Enough: true, Reached: 0.00723}, "Seeds: 3 of at most 24. Every difference between those left is known to ± 0.72 AP."},
		{summary.Rounds{Seeds: 24, Half: 0.0075, Reached: 0.02}, "Seeds: 3 of at most 24. Seeds ran out: differences are known to ± 2 AP."},
		{summary.Rounds{Seeds: 24, Half: 0.0075, OutOfReach: true}, "Seeds: 3 of at most 24. No number of seeds makes every difference known to ± 0.75 AP: the choice of test images alone leaves more. More test images may."},
	} {
		var out bytes.Buffer
		printRounds(newPrinter(&out, "markdown"), &summary.Summary{Seeds: []uint64{1, 2, 3}, Rounds: &c.rounds})
		assert.Equal(t, c.want+"\n\n", out.String())
	}
}
