package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"detsample/bench/stats"
)

// size is how much is simulated.
type size struct {
	strategies, seeds       []int // of the comparisons whose intervals are counted
	setStrategies, setSeeds []int // and of those whose sets are
	repeats, sets, worlds   int
	tens                    []int // seeds of ten comparisons each
}

var full = size{
	strategies: []int{2, 3, 4, 9}, seeds: []int{2, 3, 4, 8, 16},
	setStrategies: []int{2, 4}, setSeeds: []int{3, 8},
	repeats: 250, sets: 100, worlds: 25, tens: []int{3, 6, 12},
}

// simulated writes the tables of simulated comparisons.
func simulated(b *strings.Builder, z size) error {
	fmt.Fprintf(b, "**Intervals of 95%%, in percent of %d comparisons**: mean over all differences (lowest of any difference) / mean over the strategies' AP. ", z.repeats)
	fmt.Fprintf(b, "Monte Carlo error: %.1f for one difference, less for a mean.\n\n", 100*math.Sqrt(0.05*0.95/float64(z.repeats)))
	head(b, append([]string{"deviations", "strategies"}, formatted(z.seeds, "%d seeds")...))
	halves := map[[3]int]float64{}
	for s := range shapes {
		for _, strategies := range z.strategies {
			row := []string{shapes[s].name, fmt.Sprint(strategies)}
			for _, seeds := range z.seeds {
				c, err := equals(shapes[s], strategies, seeds, z.repeats, 0, key(s, strategies, seeds))
				if err != nil {
					return err
				}
				halves[[3]int{s, strategies, seeds}] = c.half
				row = append(row, fmt.Sprintf("%s (%s) / %s", percent(mean(c.differences)), percent(least(c.differences)), percent(mean(c.means))))
			}
			line(b, row)
		}
	}
	fmt.Fprintf(b, "\n**Mean half-width of a difference**, in AP, where a strategy deviates by 1, from 0.5 to 2, or one by 2 and the others by 0.5:\n\n")
	head(b, append([]string{"deviations", "strategies"}, formatted(z.seeds, "%d seeds")...))
	for s := range shapes {
		if shapes[s].heavy {
			continue
		}
		for _, strategies := range z.strategies {
			row := []string{shapes[s].name, fmt.Sprint(strategies)}
			for _, seeds := range z.seeds {
				row = append(row, fmt.Sprintf("%.1f", halves[[3]int{s, strategies, seeds}]))
			}
			line(b, row)
		}
	}
	if err := z.simulatedSets(b); err != nil {
		return err
	}
	if err := z.simulatedVerdicts(b); err != nil {
		return err
	}
	return z.simulatedRounds(b)
}

// simulatedSets writes how often the best is among those that may be.
func (z size) simulatedSets(b *strings.Builder) error {
	fmt.Fprintf(b, "\n**Sets of equally good strategies, in percent of %d comparisons**: the best is in the set at 99%%, at 95%%: mean over the strategies that it may be (lowest); ", z.sets)
	fmt.Fprintf(b, "all simultaneous intervals of 95%% hold at once; \"use\" is said, which is false here. Monte Carlo error: %.1f at 99, %.1f at 95.\n\n",
		100*math.Sqrt(0.01*0.99/float64(z.sets)), 100*math.Sqrt(0.05*0.95/float64(z.sets)))
	head(b, []string{"deviations", "strategies", "seeds", "in the set, 99%", "95%", "all at once", "use"})
	for s := range shapes {
		for _, strategies := range z.setStrategies {
			for _, seeds := range z.setSeeds {
				c, err := equals(shapes[s], strategies, seeds, z.sets, z.sets, 1000+key(s, strategies, seeds))
				if err != nil {
					return err
				}
				line(b, []string{shapes[s].name, fmt.Sprint(strategies), fmt.Sprint(seeds),
					fmt.Sprintf("%s (%s)", percent(mean(c.inCertain)), percent(least(c.inCertain))),
					fmt.Sprintf("%s (%s)", percent(mean(c.inSet)), percent(least(c.inSet))), percent(c.together), percent(c.use)})
			}
		}
	}
	return nil
}

// simulatedVerdicts writes what ten comparisons with other seeds say.
func (z size) simulatedVerdicts(b *strings.Builder) error {
	fmt.Fprintf(b, "\n**Ten comparisons of the same strategies on the same test images, with other seeds each**, in percent; %d times ten:\n\n", z.worlds)
	head(b, []string{"deviations", "strategies", "means", "seeds", "use of a best one", "use of another", "two contradict each other"})
	for s := range shapes[:2] {
		for _, m := range []struct {
			name       string
			strategies int
			step       float64
		}{{"equal", 2, 0}, {"equal", 4, 0}, {"1 AP apart each", 4, 1}, {"0.25 AP apart each", 4, 0.25}} {
			for _, seeds := range z.tens {
				r, err := repeated(shapes[s], apart(m.strategies, m.step), seeds, z.worlds, 2000+key(s, m.strategies, seeds)+uint64(100*m.step))
				if err != nil {
					return err
				}
				line(b, []string{shapes[s].name, fmt.Sprint(m.strategies), m.name, fmt.Sprint(seeds), percent(r.right), percent(r.wrong), percent(r.contradict)})
			}
		}
	}
	return nil
}

// simulatedRounds writes how races and rounds to a half-width end.
func (z size) simulatedRounds(b *strings.Builder) error {
	const most = 24
	fmt.Fprintf(b, "\n**Rounds of at most %d seeds**, %d each: six strategies, of which two are the best and the others 1, 2, 3 and 4 AP behind:\n\n", most, z.worlds)
	head(b, []string{"deviations", "rounds", "a best one was taken out", "one was left", "runs trained", "seeds at the end", "intervals of differences that hold at the end"})
	means := []float64{0, 0, -1, -2, -3, -4}
	for s := range shapes[:3] {
		for _, r := range []struct {
			name   string
			rounds stats.Rounds
		}{
			{"race", stats.Rounds{Seeds: seedsTo(most), Race: true}},
			{"race, to ± 1 AP", stats.Rounds{Seeds: seedsTo(most), Race: true, Half: 1}},
			{"to ± 1.5 AP", stats.Rounds{Seeds: seedsTo(most), Half: 1.5}},
		} {
			e, err := rounds(shapes[s], means, r.rounds, z.worlds, 3000+key(s, 6, most))
			if err != nil {
				return err
			}
			line(b, []string{shapes[s].name, r.name, percent(e.lost) + "%", percent(e.alone) + "%", percent(e.trained) + "%",
				fmt.Sprintf("%.1f", e.seeds), percent(e.covered) + "%"})
		}
	}
	return nil
}

// study writes the tables of the stored runs.
func (d *stored) study(b *strings.Builder, z size) error {
	fmt.Fprintf(b, "\n**Stored runs: %s, %d seeds each.** Subsets of the seeds against the mean of all of them, as a finite population, over the seeds alone, in percent of %d draws (sets: %d):\n\n",
		strings.Join(d.strategies, ", "), len(d.seeds), 4*z.repeats, 2*z.sets)
	head(b, []string{"seeds", "differences (lowest)", "AP (lowest)", "half-width of a difference", "all at once", "best in the set, 99%", "95%", "set, of " + fmt.Sprint(len(d.strategies)), "use of another"})
	for _, k := range []int{2, 3, 4, 6, 8} {
		if k >= len(d.seeds) {
			break
		}
		c, err := d.finite(k, 4*z.repeats, 2*z.sets)
		if err != nil {
			return err
		}
		line(b, []string{fmt.Sprint(k), fmt.Sprintf("%s (%s)", percent(mean(c.differences)), percent(least(c.differences))),
			fmt.Sprintf("%s (%s)", percent(mean(c.means)), percent(least(c.means))), fmt.Sprintf("%.1f", c.half), percent(c.together),
			percent(c.inCertain[0]), percent(c.inSet[0]), fmt.Sprintf("%.1f", c.size), percent(c.use)})
	}
	fmt.Fprintf(b, "\nTen comparisons of drawn seeds, %d times, said \"use\" (and of two different strategies): ", z.worlds)
	rng := rand.New(rand.NewPCG(1, 0x74656e)) // "ten"
	var parts []string
	for _, k := range []int{3, 6} {
		if k >= len(d.seeds) {
			break
		}
		said, contradicted := 0, 0
		for range z.worlds {
			used, err := d.repeated(k, rng)
			if err != nil {
				return err
			}
			said += len(used)
			slices.Sort(used)
			if len(slices.Compact(used)) > 1 {
				contradicted++
			}
		}
		parts = append(parts, fmt.Sprintf("with %d seeds in %d of %d comparisons (in %d of %d tens)", k, said, 10*z.worlds, contradicted, z.worlds))
	}
	fmt.Fprintf(b, "%s.\n", strings.Join(parts, ", "))
	said, n, err := d.apart(3)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "\nIn order of the seeds, three at a time, %d comparisons that share no run said: %s.\n", n, strings.Join(said, "; "))
	return nil
}

// key makes the draws of each kind of comparison its own.
func key(shape, strategies, seeds int) uint64 { return uint64(shape*1e6 + strategies*1e4 + seeds*10) }

func formatted(list []int, format string) []string {
	var out []string
	for _, v := range list {
		out = append(out, fmt.Sprintf(format, v))
	}
	return out
}

func head(b *strings.Builder, columns []string) {
	line(b, columns)
	fmt.Fprintf(b, "|%s\n", strings.Repeat("---|", len(columns)))
}

func line(b *strings.Builder, cells []string) {
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
}

func percent(share float64) string { return fmt.Sprintf("%.1f", 100*share) }
