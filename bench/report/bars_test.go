package report

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/looks"
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

func TestAStrategyLooksAsOnTheStudysPage(t *testing.T) {
	of := func(names ...string) (lines []string) {
		var list []summary.Strategy
		for _, name := range names {
			list = append(list, strategy(name, 0.3, 0, 0))
		}
		for _, s := range styles(list) {
			lines = append(lines, strings.TrimPrefix(s.line(), "curve "))
		}
		return lines
	}
	assert.Equal(t, []string{"h2 d0", "h0 d0", "h1 d0", "h0 d4", "h1 d3"}, of("ssd 3:1", "ce", "focal", "rpn 512 + ce", "rpn all + focal"), "in whichever order they stand")
	assert.Equal(t, []string{"h0 d0", "h1 d1", "h2 d2"}, of("mine", "yours", "theirs"), "by their place where the name says nothing")
	assert.Equal(t, []string{"h2 d2", "h0 d0", "h1 d0"}, of("mine", "ce", "focal"), "the next place whose hue is free")
	assert.Equal(t, []string{"h0 d4", "h1 d1"}, of("rpn 512 + ce", "512 + ce"), "two of one look")
	many := make([]string, 3*hues)
	for i := range many {
		many[i] = string(rune('a' + i))
	}
	lines := of(append([]string{"focal", "ce"}, many...)...)
	slices.Sort(lines)
	assert.Len(t, slices.Compact(lines), 3*hues+2, "each its own as long as there are some left")
	for hue := range hues {
		for dash := range looks.Kinds {
			s := styled(looks.Look{Hue: hue, Dashes: looks.Dashes(dash)})
			assert.Equal(t, [2]int{hue, dash}, [2]int{s.hue(), s.dash()})
		}
	}
}

func TestTheReportShowsTheRecallOfProposals(t *testing.T) {
	s := fake{strategies: names(3), seeds: 2}.study(t)
	assert.NotContains(t, write(t, "without", s), "Recall of the first stage")
	s.Summary.Strategies[2].Proposals = append(s.Summary.Strategies[2].Proposals, recall(100, 0.512), recall(300, 0.623))
	s.Summary.Strategies[1].Proposals = s.Summary.Strategies[2].Proposals
	html := write(t, "with", s)
	_, table, _ := strings.Cut(html, "Recall of the first stage")
	table, _, _ = strings.Cut(table, "</table>")
	assert.Len(t, strings.Split(table, "<tbody>")[1:], 2, "one of each strategy, so that no rule ends before the last")
	for _, rows := range strings.Split(table, "<tbody>")[1:] {
		assert.Equal(t, 2, strings.Count(rows, "<tr>"))
	}
	assert.Regexp(t, `rowspan="2">.*</td><td>100</td><td>51\.2</td><td>–</td><td>51\.2</td><td>51\.2</td></tr>\s*<tr><td>300</td><td>62\.3</td>`, html)
}
