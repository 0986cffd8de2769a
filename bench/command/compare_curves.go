package command

import (
	"slices"
	"strconv"

	"detsample/bench/summary"
)

// maxMoments is how many moments of training a table shows.
const maxMoments = 10

// curves are AP along training, a column for each moment.
func curves(ranked []summary.Strategy) grid {
	g := grid{
		title:   "AP along training, by images seen",
		keys:    2,
		columns: []column{{head: "#"}, {head: "strategy", left: true}},
	}
	var longest []summary.CurvePoint
	for _, s := range ranked {
		if len(s.Curve) > len(longest) {
			longest = s.Curve
		}
	}
	var moments []int
	for k := range longest {
		if slices.ContainsFunc(ranked, func(s summary.Strategy) bool { return k < len(s.Curve) && s.Curve[k].AP >= 0 }) {
			moments = append(moments, k)
		}
	}
	for i, k := range spread(len(moments), maxMoments) {
		moments[i] = moments[k]
		g.columns = append(g.columns, column{head: strconv.Itoa(longest[moments[i]].Images)})
	}
	moments = moments[:min(len(moments), maxMoments)]
	for i, s := range ranked {
		row := []string{strconv.Itoa(i + 1), s.Strategy}
		for _, k := range moments {
			cell := undefined // a run ended before
			if k < len(s.Curve) {
				cell = percent(s.Curve[k].AP)
			}
			row = append(row, cell)
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// spread returns up to limit places of n, the first and the last among them.
func spread(n, limit int) []int {
	if n <= limit {
		return all(n)
	}
	places := make([]int, limit)
	for i := range places {
		places[i] = i * (n - 1) / (limit - 1)
	}
	return places
}
