package bench

import (
	"flag"
	"testing"

	"detsample/bench/config"
)

var budget = flag.Float64("budget", 0.2, "share of the default preset's training that BenchmarkStrategy gives each run")

// BenchmarkStrategy trains every strategy of the default preset once for each
// iteration, on the preset's scenes, and reports what came of it:
//
//	AP, AP_S   on the test images after training, in hundredths
//	ns/step    a training step of the preset's batch
//
// Every iteration takes the next seed, so -count 5 gives five seeds, and
// benchstat shows their spread and whether a change of the code changes AP or
// only the time:
//
//	go test ./bench -run xxx -bench Strategy -benchtime 1x -count 5 >old.txt
//	...
//	go test ./bench -run xxx -bench Strategy -benchtime 1x -count 5 >new.txt
//	benchstat old.txt new.txt
//
// The default -budget shows in about a minute that every strategy trains;
// -budget 1 is the whole training of the preset, by which strategies can be
// judged. To compare strategies rather than commits, run detsample compare.
func BenchmarkStrategy(b *testing.B) {
	preset, err := config.Preset("default")
	if err != nil {
		b.Fatal(err)
	}
	c, set, err := prepare(scaled(preset, *budget), "")
	if err != nil {
		b.Fatal(err)
	}
	for i := range c.Strategies {
		s := &c.Strategies[i]
		b.Run(s.Name, func(b *testing.B) {
			var ap, small, step float64
			for b.Loop() {
				benchmarked[s.Name]++
				t, r := newTrainer(&c, set, s, benchmarked[s.Name]), Run{}
				if err := t.until(b.Context(), c.Training.Images, func(int) {}); err != nil {
					b.Fatal("seed ", t.seed, ": ", err)
				}
				if err := t.checkpoint(&r); err != nil {
					b.Fatal(err)
				}
				ap, small, step = ap+r.AP, small+r.APS, step+float64(t.elapsed)/float64(t.step)
			}
			n := float64(b.N)
			b.ReportMetric(100*ap/n, "AP")
			b.ReportMetric(100*small/n, "AP_S")
			b.ReportMetric(step/n, "ns/step")
			b.ReportMetric(0, "ns/op") // training and evaluation together say nothing
		})
	}
}

// benchmarked is the last seed that each strategy has been trained with.
var benchmarked = map[string]uint64{}
