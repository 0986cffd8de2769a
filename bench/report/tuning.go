package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"detsample/bench/plan"
	"detsample/bench/summary"
)

// tuningTable shows the trials by which learning rates were chosen.
type tuningTable struct {
	How   string
	Rates []string
	Rows  []tuningRow
}

// tuningRow is a step of a strategy's search.
type tuningRow struct {
	Strategy string // empty where the row above has it
	Span     int    // rows that the strategy has
	Images   string
	Cells    []tuningCell
}

type tuningCell struct {
	AP     string // "" where the rate was not tried
	Chosen bool
}

// tuningOf lists the trials, nil without a search.
func tuningOf(t *plan.Tuning) *tuningTable {
	if t == nil {
		return nil
	}
	rates := triedRates(t)
	table := &tuningTable{How: fmt.Sprintf("AP on %s, none of which the comparison is tested on. Rates within 0.5 points of the best, and within a tenth of it, count as equal, and the lower one is taken, since the best rate falls with the length of training.", number(t.Validation, "validation image"))}
	for i := range t.Strategies {
		if caution := summary.RateCaution(t.Rungs, &t.Strategies[i]); caution != "" {
			table.How += fmt.Sprintf(" %s: %s.", short(t.Strategies[i].Strategy, 60), caution)
		}
	}
	for _, rate := range rates {
		table.Rates = append(table.Rates, strconv.FormatFloat(rate, 'g', 3, 64))
	}
	for _, s := range t.Strategies {
		for k, rung := range t.Rungs {
			row := tuningRow{Images: count(rung.Images), Cells: make([]tuningCell, len(rates))}
			if k == 0 {
				row.Strategy, row.Span = s.Strategy, len(t.Rungs)
			}
			for _, trial := range s.Trials {
				if trial.Images == rung.Images && trial.Scale == 0 {
					row.Cells[slices.Index(rates, trial.LR)] = tuningCell{apOf(trial), trial.LR == s.LR}
				}
			}
			table.Rows = append(table.Rows, row)
		}
	}
	return table
}

// triedRates returns all learning rates of a search, ascending.
func triedRates(t *plan.Tuning) []float64 {
	var rates []float64
	for _, s := range t.Strategies {
		for _, trial := range s.Trials {
			rates = append(rates, trial.LR)
		}
	}
	slices.SortFunc(rates, cmp.Compare[float64])
	return slices.Compact(rates)
}

func apOf(t plan.Trial) string {
	if t.Failed != "" {
		return "failed"
	}
	return points(t.AP)
}
