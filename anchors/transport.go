package anchors

import (
	"math"

	"detsample/internal/reuse"
)

// transport is a problem of optimal transport with an entropy, and Sinkhorn's
// solution: rows are ground truths with a supply and one row is the
// background, columns are candidates that each demand one unit. Costs are in
// units of the entropy. A ground truth reaches only the columns listed for it;
// what nobody but the background reaches is not listed at all, only counted.
//
// The plan is exp(row + column - cost), where rows and columns are what the
// iterations find; everything stays a logarithm until it is summed, so that no
// cost is too large.
type transport struct {
	column []int32   // of each pair, row by row
	cost   []float64 // of each pair
	end    []int32   // of each row, where its pairs end
	supply []float64 // of each row

	none      []float64 // of each column, its cost from the background
	left      float64   // the background's supply
	elsewhere float64   // the columns that only the background reaches

	row, col      []float64 // potentials
	peak, sum     []float64 // of each column, largest exponent and scaled sum
	background    float64   // potential of the background
	elsewherePlan float64   // logarithm of the plan at a column elsewhere
	best          []float64 // of each column, the largest scaled plan
}

// nearlyZero stands in for zero in a supply, as in the published code.
const nearlyZero = 1e-8

func (t *transport) reset() {
	t.column, t.cost, t.end, t.supply, t.none = t.column[:0], t.cost[:0], t.end[:0], t.supply[:0], t.none[:0]
}

// add lists a pair of the present row.
func (t *transport) add(column int32, cost float64) {
	t.column, t.cost = append(t.column, column), append(t.cost, cost)
}

// endRow ends the present row, which has the given supply.
func (t *transport) endRow(supply float64) {
	t.end, t.supply = append(t.end, int32(len(t.column))), append(t.supply, supply)
}

// solve runs the iterations: columns first, then rows.
func (t *transport) solve(iterations int) {
	t.row, t.col = reuse.Grow(t.row, len(t.end)), reuse.Grow(t.col, len(t.none))
	t.peak, t.sum = reuse.Grow(t.peak, len(t.none)), reuse.Grow(t.sum, len(t.none))
	clear(t.row)
	t.background = 0
	for range iterations {
		t.fitColumns()
		t.fitRows()
	}
}

// fitColumns makes every column of the plan sum to its demand of 1.
func (t *transport) fitColumns() {
	for k, none := range t.none {
		t.peak[k] = t.background - none
	}
	t.eachPair(func(g int, k int32, cost float64) { t.peak[k] = max(t.peak[k], t.row[g]-cost) })
	for k, none := range t.none {
		t.sum[k] = math.Exp(t.background - none - t.peak[k])
	}
	t.eachPair(func(g int, k int32, cost float64) { t.sum[k] += math.Exp(t.row[g] - cost - t.peak[k]) })
	demand := math.Log(1 + nearlyZero)
	for k := range t.none {
		t.col[k] = demand - t.peak[k] - math.Log(t.sum[k])
	}
	// A column elsewhere has the potential demand - background + its cost, and
	// its cost cancels wherever that is used.
	t.elsewherePlan = demand - t.background
}

// fitRows makes every row of the plan sum to its supply.
func (t *transport) fitRows() {
	start := int32(0)
	for g, end := range t.end {
		peak, sum := math.Inf(-1), 0.0
		for e := start; e < end; e++ {
			peak = max(peak, t.col[t.column[e]]-t.cost[e])
		}
		for e := start; e < end; e++ {
			sum += math.Exp(t.col[t.column[e]] - t.cost[e] - peak)
		}
		t.row[g] = math.Log(t.supply[g]+nearlyZero) - peak - math.Log(sum)
		start = end
	}
	peak := t.elsewherePlan
	for k, none := range t.none {
		peak = max(peak, t.col[k]-none)
	}
	sum := t.elsewhere * math.Exp(t.elsewherePlan-peak)
	for k, none := range t.none {
		sum += math.Exp(t.col[k] - none - peak)
	}
	t.background = math.Log(t.left+nearlyZero) - peak - math.Log(sum)
}

// deliver matches every column to the row whose plan, scaled to a maximum of
// 1, is largest there. labels[index[k]] is column k's.
func (t *transport) deliver(labels, index []int32) {
	t.best = reuse.Grow(t.best, len(t.none))
	for k := range t.best {
		t.best[k] = math.Inf(-1)
	}
	start := int32(0)
	for g, end := range t.end {
		most := math.Inf(-1)
		for e := start; e < end; e++ {
			most = max(most, t.col[t.column[e]]-t.cost[e])
		}
		for e := start; e < end; e++ {
			k := t.column[e]
			if v := t.col[k] - t.cost[e] - most; v > t.best[k] {
				t.best[k], labels[index[k]] = v, int32(g)
			}
		}
		start = end
	}
	most := math.Inf(-1)
	if t.elsewhere > 0 {
		most = t.elsewherePlan
	}
	for k, none := range t.none {
		most = max(most, t.col[k]-none)
	}
	for k, none := range t.none {
		if t.col[k]-none-most > t.best[k] {
			labels[index[k]] = Negative
		}
	}
}

// eachPair visits the listed pairs of a row and a column.
func (t *transport) eachPair(visit func(g int, k int32, cost float64)) {
	start := int32(0)
	for g, end := range t.end {
		for e := start; e < end; e++ {
			visit(g, t.column[e], t.cost[e])
		}
		start = end
	}
}
