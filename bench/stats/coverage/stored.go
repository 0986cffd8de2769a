package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"detsample/bench/stats"
)

// stored is a comparison that was run with many seeds, in points of AP.
type stored struct {
	strategies []string
	seeds      []uint64
	value      map[string]map[uint64]float64
	resamples  map[string]map[uint64][]float64
}

// read reads the lines of a results.jsonl.
func read(r io.Reader) (*stored, error) {
	d := &stored{value: map[string]map[uint64]float64{}, resamples: map[string]map[uint64][]float64{}}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<26)
	for n := 1; lines.Scan(); n++ {
		var run struct {
			Strategy  string
			Seed      uint64
			AP        float64
			Resamples []float64
		}
		if err := json.Unmarshal(lines.Bytes(), &run); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if d.value[run.Strategy] == nil {
			d.strategies = append(d.strategies, run.Strategy)
			d.value[run.Strategy], d.resamples[run.Strategy] = map[uint64]float64{}, map[uint64][]float64{}
		}
		if !slices.Contains(d.seeds, run.Seed) {
			d.seeds = append(d.seeds, run.Seed)
		}
		for k := range run.Resamples {
			run.Resamples[k] *= 100
		}
		d.value[run.Strategy][run.Seed], d.resamples[run.Strategy][run.Seed] = 100*run.AP, run.Resamples
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	slices.Sort(d.seeds)
	for _, s := range d.strategies {
		if len(d.value[s]) != len(d.seeds) {
			return nil, fmt.Errorf("strategy %q has %d seeds, another has %d: the study needs the same for all", s, len(d.value[s]), len(d.seeds))
		}
	}
	if len(d.strategies) < 2 || len(d.seeds) < 4 {
		return nil, fmt.Errorf("%d strategies with %d seeds: the study needs 2 with 4 at least", len(d.strategies), len(d.seeds))
	}
	return d, nil
}

// mean returns a strategy's mean over some seeds.
func (d *stored) mean(strategy string, seeds []uint64) float64 {
	sum := 0.0
	for _, s := range seeds {
		sum += d.value[strategy][s] / float64(len(seeds))
	}
	return sum
}

// subset draws k seeds and returns their runs without resamples. All seeds are
// a finite population, and the mean of k out of n differs from that of all by
// 1-k/n of the variance that it has among any seeds: the runs are drawn towards
// their mean by its root, which leaves their own spread, and all that is made
// of it, the same share.
func (d *stored) subset(k int, rng *rand.Rand) []stats.Run {
	seeds := d.draw(k, rng)
	shrink := math.Sqrt(1 - float64(k)/float64(len(d.seeds)))
	var runs []stats.Run
	for _, name := range d.strategies {
		m := d.mean(name, seeds)
		for _, s := range seeds {
			runs = append(runs, stats.Run{Strategy: name, Seed: s, Value: m + shrink*(d.value[name][s]-m)})
		}
	}
	return runs
}

// draw returns k of the seeds.
func (d *stored) draw(k int, rng *rand.Rand) (seeds []uint64) {
	for _, at := range rng.Perm(len(d.seeds))[:k] {
		seeds = append(seeds, d.seeds[at])
	}
	return seeds
}

// finite is the coverage of subsets of k seeds against the mean of all.
func (d *stored) finite(k, repeats, sets int) (cell, error) {
	rng := rand.New(rand.NewPCG(uint64(k), 0x73746f726564)) // "stored"
	truth := make([]float64, len(d.strategies))
	for i, name := range d.strategies {
		truth[i] = d.mean(name, d.seeds)
	}
	best := slices.Index(truth, slices.Max(truth))
	outcomes := make([]outcome, repeats)
	for at := range outcomes {
		c, err := stats.Compare(d.strategies, d.subset(k, rng))
		if err != nil {
			return cell{}, err
		}
		outcomes[at] = held(c, truth, at < sets)
		if at < sets {
			decision := stats.Decide(stats.Evidence{Final: c})
			outcomes[at].use = decision.Outcome == stats.Use && decision.Leader != d.strategies[best]
		}
	}
	r := tally(outcomes, len(d.strategies), sets)
	r.half /= math.Sqrt(1 - float64(k)/float64(len(d.seeds)))
	r.inSet, r.inCertain = r.inSet[best:best+1], r.inCertain[best:best+1]
	return r, nil
}

// repeated compares ten draws of k of the seeds, with the test images' share,
// and reports which strategies were to be used.
func (d *stored) repeated(k int, rng *rand.Rand) ([]string, error) {
	var used []string
	for range 10 {
		e, err := d.decide(d.draw(k, rng))
		if err != nil {
			return nil, err
		}
		if e.Outcome == stats.Use {
			used = append(used, e.Leader)
		}
	}
	return used, nil
}

// decide returns what a comparison with some seeds says, with the test images'
// share.
func (d *stored) decide(seeds []uint64) (stats.Decision, error) {
	var runs []stats.Run
	for _, s := range seeds {
		for _, name := range d.strategies {
			runs = append(runs, stats.Run{Strategy: name, Seed: s, Value: d.value[name][s], Resamples: d.resamples[name][s]})
		}
	}
	c, err := stats.Compare(d.strategies, runs)
	if err != nil {
		return stats.Decision{}, err
	}
	return stats.Decide(stats.Evidence{Final: c}), nil
}

// apart compares every k seeds by themselves, each once, and returns how many
// comparisons said what, most often said first: "use" one, those that may be the
// best, or no conclusion.
func (d *stored) apart(k int) (said []string, comparisons int, err error) {
	count := map[string]int{}
	for seeds := range slices.Chunk(d.seeds, k) {
		if len(seeds) < k {
			break
		}
		e, err := d.decide(seeds)
		if err != nil {
			return nil, 0, err
		}
		comparisons++
		switch e.Outcome {
		case stats.Use:
			count["use "+e.Leader]++
		case stats.NotToldApart:
			count[strings.Join(slices.Sorted(slices.Values(e.MayBe)), " or ")]++
		default:
			count["no conclusion"]++
		}
	}
	said = slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	for i, s := range said {
		said[i] = fmt.Sprintf("%s: %d", s, count[s])
	}
	return said, comparisons, nil
}
