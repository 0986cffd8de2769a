package stats_test

import (
	"fmt"

	"detsample/bench/stats"
)

// Which of three strategies is the best, by AP of four seeds each?
func Example() {
	ap := map[string][]float64{
		"ce":    {11.6, 12.2, 11.8, 11.1},
		"focal": {14.6, 13.5, 13.8, 15.2},
		"ssd":   {12.2, 13.5, 13.6, 12.4},
	}
	names := []string{"ce", "focal", "ssd"}
	var runs []stats.Run
	for _, name := range names {
		for seed, value := range ap[name] {
			runs = append(runs, stats.Run{Strategy: name, Seed: uint64(seed), Value: value})
		}
	}
	c, err := stats.Compare(names, runs)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range c.Differences {
		fmt.Printf("%s - %s: %.1f, from %.1f to %.1f\n", d.A, d.B, d.Mean, d.Low, d.High)
	}
	for _, b := range c.Best(0.95) {
		fmt.Println(b.Strategy, "may be the best:", b.MayBe)
	}
	d := stats.Decide(stats.Evidence{Final: c, Floor: 1})
	fmt.Println(d.Outcome, d.MayBe)
	// Output:
	// ce - focal: -2.6, from -4.0 to -1.2
	// ce - ssd: -1.2, from -2.5 to -0.0
	// focal - ssd: 1.4, from -0.2 to 2.9
	// ce may be the best: false
	// focal may be the best: true
	// ssd may be the best: true
	// not_told_apart [focal ssd]
}
