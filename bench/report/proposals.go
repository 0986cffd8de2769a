package report

import (
	"strconv"

	"detsample/bench/summary"
)

// proposalRow is the recall of a strategy's proposals, so many of an image.
type proposalRow struct {
	Strategy string // empty where the row above has it
	Style    style
	Span     int // rows that the strategy has
	Limit    string
	Recall   []string // AR, AR_S, AR_M, AR_L
}

// proposals lists the recall of first stages in the order of the ranking, nothing
// where it was not measured.
func proposals(sum *summary.Summary) []proposalRow {
	var rows []proposalRow
	look := styles(sum.Strategies)
	for _, i := range order(sum) {
		s := &sum.Strategies[i]
		for k, p := range s.Proposals {
			r := proposalRow{Limit: strconv.Itoa(p.Limit), Recall: []string{points(p.AR), points(p.ARS), points(p.ARM), points(p.ARL)}}
			if k == 0 {
				r.Strategy, r.Style, r.Span = s.Strategy, look[i], len(s.Proposals)
			}
			rows = append(rows, r)
		}
	}
	return rows
}
