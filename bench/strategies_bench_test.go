package bench

import (
	"flag"
	"strings"
	"testing"

	"detsample/bench/config"
	"detsample/bench/small"
	"detsample/bench/trainer"
)

var budget = flag.Float64("budget", 0.2, "share of the default preset's training that BenchmarkStrategy gives each run")

// BenchmarkStrategy trains every strategy of the default preset once for each
// iteration, on the preset's scenes, and reports what came of it:
//
//	AP, AP_S   on the test images after training, in %
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
	c, set, err := prepare(b.Context(), scaled(preset, *budget), "", false)
	if err != nil {
		b.Fatal(err)
	}
	c.Training.Checkpoints = 1
	train := small.Trainer{Network: c.Detector, Training: c.Training, Areas: c.Areas}
	for i := range c.Strategies {
		s := &c.Strategies[i]
		b.Run(s.Name, func(b *testing.B) {
			var ap, aps, step float64
			for b.Loop() {
				benchmarked[s.Name]++
				job := trainer.Job{Strategy: s, Seed: benchmarked[s.Name], Data: set, Images: c.Training.Images}
				r, err := train.Train(b.Context(), job, func(int) {})
				if err != nil || strings.HasPrefix(r.Run.Failed, "diverged") {
					b.Fatal("seed ", job.Seed, ": ", err, r.Run.Failed)
				}
				ap, aps, step = ap+r.Run.AP, aps+r.Run.APS, step+1e6*r.Run.Time.StepMS
			}
			n := float64(b.N)
			b.ReportMetric(100*ap/n, "AP")
			b.ReportMetric(100*aps/n, "AP_S")
			b.ReportMetric(step/n, "ns/step")
			b.ReportMetric(0, "ns/op") // training and evaluation together say nothing
		})
	}
}

// benchmarked is the last seed that each strategy has been trained with.
var benchmarked = map[string]uint64{}
