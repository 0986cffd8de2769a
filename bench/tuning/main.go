// Tuning finds the learning rates of a preset's strategies: every strategy is
// trained with every rate of the same grid, on generated scenes that no
// comparison uses, and the table goes to docs/tuning.md.
//
//	go run ./bench/tuning -preset default -out docs/tuning.md
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"detsample/bench"
	"detsample/bench/config"
	"detsample/bench/store"
	"detsample/bench/strategy"
)

// tuningScenes is the seed of the scenes that rates are chosen on; presets are
// compared on those of seed 1.
const tuningScenes = 2

func main() {
	preset := flag.String("preset", "default", "preset whose strategies are tuned")
	grid := flag.String("grid", "0.001,0.002,0.004,0.008", "learning rates to try, ascending")
	seeds := flag.Int("seeds", 1, "runs at each rate")
	only := flag.String("only", "", "tune only strategies whose name contains this")
	out := flag.String("out", "", "file for the table; standard output if empty")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *preset, *grid, *seeds, *only, *out); err != nil {
		fmt.Fprintln(os.Stderr, "tuning:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, preset, grid string, seeds int, only, out string) error {
	rates, err := parse(grid)
	if err != nil {
		return err
	}
	c, err := config.Preset(preset)
	if err != nil {
		return err
	}
	c.SceneSeed = tuningScenes
	c.Strategies = slices.DeleteFunc(c.Strategies, func(s strategy.Strategy) bool { return !strings.Contains(s.Name, only) })
	table, err := tune(ctx, *c, rates, seeds)
	if err != nil || out == "" {
		fmt.Print(table)
		return err
	}
	return store.WriteFile(out, []byte(table))
}

func parse(grid string) ([]float64, error) {
	var rates []float64
	for word := range strings.SplitSeq(grid, ",") {
		rate, err := strconv.ParseFloat(word, 64)
		if err != nil || rate <= 0 {
			return nil, fmt.Errorf("-grid: %q is not a learning rate: give positive numbers separated by commas", word)
		}
		rates = append(rates, rate)
	}
	return rates, nil
}

// tune trains every strategy at every rate and returns a Markdown table of
// the APs.
func tune(ctx context.Context, c config.Config, rates []float64, seeds int) (string, error) {
	plain := c.Strategies
	c.Strategies = nil
	for _, s := range plain {
		for _, rate := range rates {
			at := s
			at.LR, at.Name = rate, name(s.Name, rate)
			c.Strategies = append(c.Strategies, at)
		}
	}
	study, err := bench.Compare(ctx, &c, bench.Options{Seeds: seeds, Jobs: runtime.NumCPU(), Progress: report})
	if err != nil {
		return "", err
	}
	ap := map[string]float64{}
	for _, s := range study.Summary.Strategies {
		ap[s.Strategy] = s.AP.Mean
		if len(s.Failed) > 0 {
			ap[s.Strategy] = 0
		}
	}
	return table(plain, rates, ap, &c, seeds), nil
}

func name(strategy string, rate float64) string { return fmt.Sprintf("%s at %g", strategy, rate) }

func report(e bench.Event) {
	if e.Done != nil {
		fmt.Fprintf(os.Stderr, "%d/%d %s: AP %.3f\n", e.Finished, e.Runs, e.Strategy, e.Done.AP)
	}
}

func table(strategies []strategy.Strategy, rates []float64, ap map[string]float64, c *config.Config, seeds int) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "AP in %% after %d images, %d run(s) each, on scenes of seed %d:\n\n| strategy |", c.Training.Images, seeds, c.SceneSeed)
	for _, rate := range rates {
		fmt.Fprintf(&b, " %g |", rate)
	}
	fmt.Fprintf(&b, "\n|---|%s\n", strings.Repeat("---|", len(rates)))
	for _, s := range strategies {
		best := slices.MaxFunc(rates, func(x, y float64) int {
			return int(1e6 * (ap[name(s.Name, x)] - ap[name(s.Name, y)]))
		})
		fmt.Fprintf(&b, "| %s |", s.Name)
		for _, rate := range rates {
			cell := fmt.Sprintf("%.1f", 100*ap[name(s.Name, rate)])
			if rate == best {
				cell = "**" + cell + "**"
			}
			fmt.Fprintf(&b, " %s |", cell)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
