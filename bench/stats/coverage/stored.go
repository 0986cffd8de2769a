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
	var seeds []uint64
	for _, at := range rng.Perm(len(d.seeds))[:k] {
		seeds = append(seeds, d.seeds[at])
	}
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

// finite is the coverage of subsets of k seeds against the mean of all.
func (d *stored) finite(k, repeats, sets int) (cell, error) {
	rng := rand.New(rand.NewPCG(uint64(k), 0x73746f726564)) // "stored"
	n := len(d.strategies)
	r := cell{
		repeats: repeats, sets: min(sets, repeats), differences: make([]float64, n*(n-1)/2), means: make([]float64, n),
		inSet: make([]float64, 1), inCertain: make([]float64, 1),
	}
	truth := make([]float64, n)
	for i, name := range d.strategies {
		truth[i] = d.mean(name, d.seeds)
	}
	best := slices.Index(truth, slices.Max(truth))
	for repeat := range repeats {
		c, err := stats.Compare(d.strategies, d.subset(k, rng))
		if err != nil {
			return r, err
		}
		for i, m := range c.Means {
			count(&r.means[i], m.Low <= truth[i] && m.High >= truth[i], repeats)
		}
		p := 0
		for i := range n {
			for j := i + 1; j < n; j++ {
				e, apart := c.Differences[p], truth[i]-truth[j]
				count(&r.differences[p], e.Low <= apart && e.High >= apart, repeats)
				r.half += e.Half() / float64(repeats*len(c.Differences)) / math.Sqrt(1-float64(k)/float64(len(d.seeds)))
				p++
			}
		}
		if repeat >= r.sets {
			continue
		}
		p, all := 0, true
		joint := c.Simultaneous(stats.Confidence)
		for i := range n {
			for j := i + 1; j < n; j++ {
				all = all && joint[p].Low <= truth[i]-truth[j] && joint[p].High >= truth[i]-truth[j]
				p++
			}
		}
		count(&r.together, all, r.sets)
		count(&r.inSet[0], c.Best(stats.Confidence)[best].MayBe, r.sets)
		certain := c.Best(stats.Certainty)
		count(&r.inCertain[0], certain[best].MayBe, r.sets)
		for _, b := range certain {
			count(&r.size, b.MayBe, r.sets)
		}
		decision := stats.Decide(stats.Evidence{Final: c})
		count(&r.use, decision.Outcome == stats.Use && decision.Leader != d.strategies[best], r.sets)
	}
	return r, nil
}

// repeated compares ten draws of k of the seeds, with the test images' share,
// and reports which strategies were to be used.
func (d *stored) repeated(k int, rng *rand.Rand) ([]string, error) {
	var used []string
	for range 10 {
		var seeds []uint64
		for _, at := range rng.Perm(len(d.seeds))[:k] {
			seeds = append(seeds, d.seeds[at])
		}
		c, err := stats.Compare(d.strategies, d.runs(seeds))
		if err != nil {
			return nil, err
		}
		if e := stats.Decide(stats.Evidence{Final: c}); e.Outcome == stats.Use {
			used = append(used, e.Leader)
		}
	}
	return used, nil
}

// runs returns the runs of some seeds, with the test images' share.
func (d *stored) runs(seeds []uint64) []stats.Run {
	var runs []stats.Run
	for _, s := range seeds {
		for _, name := range d.strategies {
			runs = append(runs, stats.Run{Strategy: name, Seed: s, Value: d.value[name][s], Resamples: d.resamples[name][s]})
		}
	}
	return runs
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
		c, err := stats.Compare(d.strategies, d.runs(seeds))
		if err != nil {
			return nil, 0, err
		}
		comparisons++
		switch e := stats.Decide(stats.Evidence{Final: c}); e.Outcome {
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
