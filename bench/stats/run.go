package stats

import (
	"fmt"
	"math"
	"slices"
)

// Run is what one strategy gave with one seed.
type Run struct {
	Strategy string
	Seed     uint64
	Value    float64 // the figure; NaN where it is not defined
	Failed   string  // why the run failed, empty if it did not

	// Resamples is the figure over the test images drawn anew: the k-th of
	// every run is over the same images. NaN where it is not defined; empty
	// where it was not measured: if that of any run is, the choice of test
	// images has no part in any interval.
	Resamples []float64

	// Images is how many test images with objects the draws are of; 0 where that
	// is not known, which counts as many.
	Images int
}

// Exclusion is a run that no figure is made of, and why.
type Exclusion struct {
	Strategy string `json:"strategy"`
	Seed     uint64 `json:"seed"`
	Why      string `json:"why"`
}

// table holds runs by strategy and seed.
type table struct {
	names     []string
	seeds     []uint64
	value     [][]float64   // of strategy and seed, NaN where there is none
	resamples [][][]float64 // of strategy and seed, at the draws that are defined for all runs
	images    int           // the fewest that draws are of; 0 where that is not known
	excluded  []Exclusion
}

// tabulate sorts runs by strategy and seed, and leaves out, by name, those that
// failed and those without a figure.
func tabulate(strategies []string, runs []Run) (*table, error) {
	t := &table{names: strategies}
	for i, name := range strategies {
		if slices.Contains(strategies[:i], name) {
			return nil, fmt.Errorf("two strategies are named %q", name)
		}
	}
	for _, r := range runs {
		if !slices.Contains(t.seeds, r.Seed) {
			t.seeds = append(t.seeds, r.Seed)
		}
	}
	slices.Sort(t.seeds)
	t.value, t.resamples = make([][]float64, len(strategies)), make([][][]float64, len(strategies))
	for i := range strategies {
		t.value[i], t.resamples[i] = make([]float64, len(t.seeds)), make([][]float64, len(t.seeds))
		for s := range t.seeds {
			t.value[i][s] = math.NaN()
		}
	}
	taken := map[[2]int]bool{}
	for _, r := range runs {
		i, s := slices.Index(strategies, r.Strategy), slices.Index(t.seeds, r.Seed)
		switch {
		case i < 0:
			return nil, fmt.Errorf("a run is of strategy %q, which is not among those compared", r.Strategy)
		case taken[[2]int{i, s}]:
			return nil, fmt.Errorf("two runs are of strategy %q and seed %d", r.Strategy, r.Seed)
		}
		taken[[2]int{i, s}] = true
		switch {
		case r.Failed != "":
			t.excluded = append(t.excluded, Exclusion{r.Strategy, r.Seed, r.Failed})
		case math.IsNaN(r.Value) || math.IsInf(r.Value, 0):
			t.excluded = append(t.excluded, Exclusion{r.Strategy, r.Seed, "the figure is not defined"})
		default:
			t.value[i][s], t.resamples[i][s] = r.Value, r.Resamples
			if r.Images > 0 && (t.images == 0 || r.Images < t.images) {
				t.images = r.Images
			}
		}
	}
	return t, t.pairResamples()
}

// pairResamples keeps the draws that are defined for all runs: none, if a run
// has none.
func (t *table) pairResamples() error {
	var first []float64
	var defined []bool
	for i := range t.value {
		for s, v := range t.value[i] {
			r := t.resamples[i][s]
			switch {
			case math.IsNaN(v):
				continue
			case defined == nil:
				first, defined = r, make([]bool, len(r))
				for k := range defined {
					defined[k] = true
				}
			case len(r) == 0 || len(first) == 0:
				first, defined = nil, []bool{}
				continue
			case len(r) != len(first):
				return fmt.Errorf("strategy %q, seed %d: %d resamples, another run has %d: their test images cannot be paired", t.names[i], t.seeds[s], len(r), len(first))
			}
			for k, x := range r {
				defined[k] = defined[k] && !math.IsNaN(x) && !math.IsInf(x, 0)
			}
		}
	}
	for i := range t.value {
		for s, r := range t.resamples[i] {
			var kept []float64
			for k, x := range r {
				if k < len(defined) && defined[k] {
					kept = append(kept, x)
				}
			}
			t.resamples[i][s] = kept
		}
	}
	return nil
}

// common returns the seeds, as places in t.seeds, that all of the strategies
// have.
func (t *table) common(strategies ...int) []int {
	var list []int
	for s := range t.seeds {
		if !slices.ContainsFunc(strategies, func(i int) bool { return math.IsNaN(t.value[i][s]) }) {
			list = append(list, s)
		}
	}
	return list
}
