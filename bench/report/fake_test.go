package report

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/small/scene"
	"detsample/bench/stats"
	"detsample/bench/summary"
	"detsample/bench/trainer"
)

// fake describes a study that no training made.
type fake struct {
	strategies []string // every third is two-stage
	seeds      int
	classes    []string // none: the scene's
	pictures   int
	failed     int // strategies, from the last, whose first seed diverged early
}

// study draws plausible figures: later strategies are a little better.
func (f fake) study(t testing.TB) *summary.Study {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	cfg := config.Default()
	cfg.Title = "Which anchors should a small detector learn from?"
	cfg.Scenes.Train, cfg.Scenes.Test = 1, 12
	set, err := scene.Generate(cfg.Scenes, 7)
	require.NoError(t, err)
	if f.classes != nil {
		set.Classes = f.classes
	}
	s := &summary.Study{Config: &cfg, Set: set}
	s.Summary = summary.Summary{
		Title: cfg.Title, Resamples: 500, Config: "title: <x> & y\nstrategies: []\n",
		Data: summary.Data{
			Name: "generated scenes", Width: 96, Height: 96, Classes: set.Classes, TrainImages: 1200, TestImages: 300,
			TrainObjects: slices.Repeat([]int{1007}, len(set.Classes)), TestObjects: slices.Repeat([]int{251}, len(set.Classes)),
			SmallestSide: 6.4, MedianSide: 11.8, LargestSide: 31.5, AnchorsPerImg: 1719,
			Problems: []summary.Finding{
				{Text: "a.xml:12: object 3 (RBC): box outside the image: clipped"}, {Text: "b.xml: no image <b.jpg>: skipped"},
				{Text: "test: 300 of 412 images, as limited", Notice: true},
			},
		},
	}
	for k := range f.seeds {
		s.Summary.Seeds = append(s.Summary.Seeds, uint64(k+1))
	}
	for i, name := range f.strategies {
		s.Summary.Strategies = append(s.Summary.Strategies, f.strategy(rng, i, name, set.Classes))
		for k := range f.seeds {
			r := trainer.Record{Run: trainer.Run{Strategy: name, Seed: uint64(k + 1)}}
			if i < len(f.strategies)-f.failed {
				r.Trace = f.trace(rng, i, set)
			} else {
				r.Run.Failed = s.Summary.Strategies[i].Failed[0]
			}
			s.Records = append(s.Records, r)
		}
	}
	return s
}

func (f fake) strategy(rng *rand.Rand, i int, name string, classes []string) summary.Strategy {
	estimate := func(mean, half float64) stats.Estimate {
		e := stats.Estimate{Mean: mean, Low: mean, High: mean}
		if f.seeds > 1 {
			e.SD, e.Low, e.High = half/2, mean-half, mean+half
		}
		return e
	}
	ap := 0.2 + 0.018*float64(i) + 0.03*rng.Float64()
	s := summary.Strategy{
		Strategy: name, Detector: "one-stage", LR: 0.002, LRReason: "best of 0.001, 0.002 and 0.004 at a third of the budget",
		Runs: f.seeds, StepMS: 21 + 9*rng.Float64(),
		AP:   stats.Estimate{Mean: ap, SD: 0.008, Low: ap - 0.022, High: ap + 0.022},
		AP50: estimate(1.8*ap, 0.02), AP75: estimate(0.9*ap, 0.02), APS: estimate(0.6*ap, 0.02),
		APM: estimate(1.3*ap, 0.02), APL: stats.Estimate{Mean: -1, Low: -1, High: -1}, AR100: estimate(1.5*ap, 0.02),
	}
	d := 0.018*float64(i) + 0.02*rng.Float64() - 0.015
	if i > 0 {
		s.Difference = &stats.Estimate{Mean: d, SD: 0.01, Low: d - 0.025, High: d + 0.025}
	}
	s.Stages = []trainer.StageFigures{{Stage: "dense", Positives: 4.31, Negatives: 1640, UsedPositives: 4.31, UsedNegatives: 12.9, NegativeLoss: 0.62, NegativeGrad: 0.71,
		Trunk: trainer.TrunkGradient{Cls: 0.0123, Box: 0.00456, Both: 0.0131}}}
	if i%3 == 2 {
		s.Detector = "two-stage"
		s.Stages[0].Stage = "rpn"
		s.Stages = append(s.Stages, trainer.StageFigures{Stage: "roi", Positives: 11.2, Negatives: 288, UsedPositives: 10.9, UsedNegatives: 97, NegativeLoss: 0.44, NegativeGrad: 0.38})
	}
	for _, c := range classes {
		v := ap * (0.6 + 0.8*rng.Float64())
		s.Classes = append(s.Classes, trainer.ClassFigures{Class: c, Objects: 40 + rng.IntN(300), AP: v, AP50: min(1, 1.7*v)})
	}
	for k := range 6 {
		at := ap * (1 - math.Exp(-float64(k)*(0.5+0.3*rng.Float64())))
		s.Curve = append(s.Curve, summary.CurvePoint{Images: 1920 * k, AP: at, Low: at * 0.94, High: at * 1.05})
	}
	if i >= len(f.strategies)-f.failed {
		undefined := stats.Estimate{Mean: -1, Low: -1, High: -1}
		s.Failed = []string{"diverged at step 37: loss 1e+31; lower the learning rate or add a prior bias"}
		s.Curve = s.Curve[:2]
		if f.seeds == 1 {
			s.AP, s.AP50, s.APS, s.Difference, s.Stages, s.Classes = undefined, undefined, undefined, nil, nil, nil
		}
	}
	return s
}

func (f fake) trace(rng *rand.Rand, i int, set *dataset.Set) trainer.Trace {
	var out trainer.Trace
	for _, positives := range []bool{true, false} {
		l := trainer.LossDistribution{Stage: "dense", Positives: positives, Candidates: 1290}
		if i%3 == 2 {
			l.Stage = "roi"
		}
		power := 1.5 + 0.3*float64(i)
		if !positives {
			l.Candidates, power = 490_000, 3*math.Pow(1.9, float64(i%9))
		}
		for k := 1; k <= 200; k++ {
			x := 1 - math.Pow(1-float64(k)/200, 3)
			l.Share = append(l.Share, x)
			l.Loss = append(l.Loss, math.Pow(x, power))
		}
		out.Losses = append(out.Losses, l)
	}
	for k := range f.pictures {
		p := trainer.Picture{Image: k}
		for _, o := range set.Test[k].Objects {
			d := trainer.DrawnDetection{Box: o.Box, Class: o.Class, Score: 0.35 + 0.64*rng.Float32()}
			for e := range d.Box {
				d.Box[e] += 3*rng.Float32() - 1.5
			}
			if rng.Float64() < 0.75 {
				p.Detections = append(p.Detections, d)
			}
		}
		x, y := 70*rng.Float32(), 70*rng.Float32()
		p.Detections = append(p.Detections, trainer.DrawnDetection{
			Box: [4]float32{x, y, x + 14, y + 12}, Class: int32(rng.IntN(len(set.Classes))), Score: rng.Float32(),
		})
		out.Pictures = append(out.Pictures, p)
	}
	return out
}

func names(n int) []string {
	known := []string{
		"CE, all anchors", "CE alpha 0.75", "RPN 256 + ROI 128 random", "focal 0.25/2", "OHEM 3:1", "RPN focal + ROI 512",
		"SSD 3:1 mining", "GHM-C", "RPN 256 + ROI OHEM", "quality focal", "varifocal", "RPN 512 + ROI IoU-balanced",
	}
	for len(known) < n {
		known = append(known, fmt.Sprintf("strategy %d", len(known)))
	}
	return known[:n]
}
