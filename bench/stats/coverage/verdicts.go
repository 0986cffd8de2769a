package main

import (
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"detsample/bench/stats"
)

// each calls f for 0 to n-1, on all cores.
func each(n int, f func(k int) error) error {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for k := range n {
		group.Go(func() error { return f(k) })
	}
	return group.Wait()
}

// repeats is what ten comparisons of the same strategies, on the same test
// images, with other seeds each, said.
type repeats struct {
	worlds     int
	right      float64 // share of comparisons that said "use" of a best strategy
	wrong      float64 // and of another
	contradict float64 // share of worlds in which two were said to be the one to use
}

// repeated draws worlds and compares ten times in each.
func repeated(s shape, means []float64, seeds, worlds int, key uint64) (repeats, error) {
	r := repeats{worlds: worlds}
	used := make([][]string, worlds)
	err := each(worlds, func(k int) error {
		w := newWorld(s, means, key, uint64(k))
		for range 10 {
			c, err := stats.Compare(names(len(means)), w.runs(seeds))
			if err != nil {
				return err
			}
			if d := stats.Decide(stats.Evidence{Final: c, Floor: math.Inf(-1)}); d.Outcome == stats.Use {
				used[k] = append(used[k], d.Leader)
			}
		}
		return nil
	})
	for _, list := range used {
		for _, name := range list {
			best := means[slices.Index(names(len(means)), name)] == slices.Max(means)
			count(&r.right, best, 10*worlds)
			count(&r.wrong, !best, 10*worlds)
		}
		count(&r.contradict, len(slices.Compact(slices.Sorted(slices.Values(list)))) > 1, worlds)
	}
	return r, err
}

// apart are the means of strategies of which each is a step worse than the one
// before.
func apart(strategies int, step float64) []float64 {
	list := make([]float64, strategies)
	for i := range list {
		list[i] = -step * float64(i)
	}
	return list
}

// ended is how rounds ended.
type ended struct {
	repeats int
	lost    float64 // share in which a best strategy was taken out
	alone   float64 // share in which one was left
	trained float64 // share of the runs that all strategies with all seeds would be
	seeds   float64 // mean number of the last look
	covered float64 // share of the intervals of differences that held at the end
}

// rounds runs them to their end.
func rounds(s shape, means []float64, r stats.Rounds, repeat int, key uint64) (ended, error) {
	e := ended{repeats: repeat}
	ends := make([]stats.Standing, repeat)
	err := each(repeat, func(k int) error {
		w := newWorld(s, means, key, uint64(k))
		all := w.runs(len(r.Seeds))
		var runs []stats.Run
		for {
			standing, err := r.Stand(names(len(means)), runs)
			if err != nil {
				return err
			}
			if len(standing.Next) == 0 {
				ends[k] = standing
				return nil
			}
			runs = runs[:0]
			for _, run := range all {
				most := uint64(len(standing.Next))
				for _, o := range standing.Out {
					if o.Strategy == run.Strategy {
						most = uint64(o.Seeds)
					}
				}
				if run.Seed <= most {
					runs = append(runs, run)
				}
			}
		}
	})
	if err != nil {
		return e, err
	}
	for _, s := range ends {
		held, of := 0, 0
		for i := range means {
			e.trained += float64(s.Comparison.Means[i].Seeds) / float64(repeat*len(means)*len(r.Seeds))
			for j := i + 1; j < len(means); j++ {
				if d, truth := s.Comparison.Between(i, j), means[i]-means[j]; d.Seeds > 0 {
					of++
					if d.Low <= truth && truth <= d.High {
						held++
					}
				}
			}
		}
		e.covered += float64(held) / float64(of*repeat)
		last := 0
		for _, m := range s.Comparison.Means {
			last = max(last, m.Seeds)
		}
		e.seeds += float64(last) / float64(repeat)
		count(&e.alone, len(s.In) == 1, repeat)
		count(&e.lost, slices.ContainsFunc(s.Out, func(o stats.Out) bool {
			return means[slices.Index(names(len(means)), o.Strategy)] == slices.Max(means)
		}), repeat)
	}
	return e, nil
}

// seedsTo returns 1 to n.
func seedsTo(n int) []uint64 {
	list := make([]uint64, n)
	for i := range list {
		list[i] = uint64(i + 1)
	}
	return list
}
