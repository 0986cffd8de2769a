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
	moments := moments(ranked)
	for i, k := range spread(len(moments), maxMoments) {
		moments[i] = moments[k]
		g.columns = append(g.columns, column{head: strconv.Itoa(moments[i])})
	}
	moments = moments[:min(len(moments), maxMoments)]
	for i, s := range ranked {
		row := []string{strconv.Itoa(i + 1), s.Strategy}
		for _, images := range moments {
			cell := undefined // not evaluated there, or its runs ended before
			if k := slices.IndexFunc(s.Curve, func(p summary.CurvePoint) bool { return p.Images == images }); k >= 0 {
				cell = percent(s.Curve[k].AP)
			}
			row = append(row, cell)
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// moments returns the images after which any strategy has an AP, ascending.
func moments(strategies []summary.Strategy) (list []int) {
	for _, s := range strategies {
		for _, p := range s.Curve {
			if p.AP >= 0 {
				list = append(list, p.Images)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
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
