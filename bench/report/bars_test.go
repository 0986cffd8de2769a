package report

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/stats"
	"detsample/bench/summary"
	"detsample/bench/trainer"
)

func recall(limit int, ar float64) trainer.ProposalRecall {
	return trainer.ProposalRecall{Limit: limit, AR: ar, ARS: -1, ARM: ar, ARL: ar}
}

func TestBarsAreInTheOrderOfTheRankingWithKindAndMark(t *testing.T) {
	s := &summary.Summary{Strategies: []summary.Strategy{strategy("ce", 0.30, 0, 0), strategy(strings.Repeat("a very long name ", 9), 0.36, 0.02, 0.10), strategy("dead", -1, 0, 0)}}
	s.Strategies[1].MayBeBest, s.Strategies[1].Detector = true, "two-stage"
	svg := string(bars(s, "AP", func(s *summary.Strategy) stats.Estimate { return s.AP }))
	var labels []string
	for _, m := range regexp.MustCompile(`<text class="label start"[^>]*>([^<]*)<tspan[^>]*>([^<]*)</tspan>`).FindAllStringSubmatch(svg, -1) {
		labels = append(labels, m[1]+"|"+m[2])
	}
	assert.Equal(t, []string{short(s.Strategies[1].Strategy, barName) + " *|two-stage", "ce|one-stage", "dead|one-stage"}, labels)
	assert.Contains(t, svg, `viewBox="0 0 360 `, "as wide as a telephone")
	assert.Contains(t, svg, "not defined")
}

func TestLinesDifferByMoreThanColour(t *testing.T) {
	seen := map[string]bool{}
	for i := range 4 * hues {
		line := style(i).line()
		assert.False(t, seen[line], line)
		seen[line] = true
	}
	assert.Equal(t, "curve h0 d0", style(0).line())
	assert.Equal(t, "curve h1 d1", style(1).line())
	assert.Equal(t, "curve h0 d1", style(hues).line())
}

func TestTheReportShowsTheRecallOfProposals(t *testing.T) {
	s := fake{strategies: names(3), seeds: 2}.study(t)
	assert.NotContains(t, write(t, "without", s), "Recall of the first stage")
	s.Summary.Strategies[2].Proposals = append(s.Summary.Strategies[2].Proposals, recall(100, 0.512), recall(300, 0.623))
	html := write(t, "with", s)
	assert.Regexp(t, `rowspan="2">.*</td><td>100</td><td>51\.2</td><td>–</td><td>51\.2</td><td>51\.2</td></tr>\s*<tr><td>300</td><td>62\.3</td>`, html)
}
