package bench

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Summary compares the strategies over all their seeds: what summary.json
// holds.
type Summary struct {
	Title      string            `json:"title"`
	Data       DataSummary       `json:"data"`
	Seeds      []uint64          `json:"seeds"`
	Resamples  int               `json:"resamples"`  // of the test images, behind the intervals
	Strategies []StrategySummary `json:"strategies"` // in the configuration's order
	Config     string            `json:"config"`     // the configuration, as YAML with every parameter
}

// DataSummary says what was trained and tested on.
type DataSummary struct {
	Name          string   `json:"name"`
	Width         int      `json:"width"`
	Height        int      `json:"height"`
	Classes       []string `json:"classes"`
	TrainImages   int      `json:"train_images"`
	TestImages    int      `json:"test_images"`
	TrainObjects  []int    `json:"train_objects"` // of each class
	TestObjects   []int    `json:"test_objects"`  // of each class
	SmallestSide  float64  `json:"smallest_side"` // 5% quantile of sqrt(area), network pixels
	MedianSide    float64  `json:"median_side"`
	LargestSide   float64  `json:"largest_side"` // 95% quantile
	AnchorsPerImg int      `json:"anchors_per_image"`
	Problems      []string `json:"problems"` // found in the data, and what was done
}

// StrategySummary is a strategy's mean over its seeds.
type StrategySummary struct {
	Strategy   string         `json:"strategy"`
	Detector   string         `json:"detector"`
	LR         float64        `json:"lr"`
	LRReason   string         `json:"lr_reason,omitempty"`
	Runs       int            `json:"runs"`
	Failed     []string       `json:"failed,omitempty"` // a reason for each run that failed to train
	AP         Estimate       `json:"ap"`
	AP50       Estimate       `json:"ap50"`
	AP75       Estimate       `json:"ap75"`
	APS        Estimate       `json:"ap_s"`
	APM        Estimate       `json:"ap_m"`
	APL        Estimate       `json:"ap_l"`
	AR100      Estimate       `json:"ar100"`
	Untrained  Estimate       `json:"untrained_ap"`
	Difference Estimate       `json:"difference"` // of AP to the first strategy, seeds and test images paired
	Classes    []ClassFigures `json:"classes"`    // means
	Curve      []CurvePoint   `json:"curve"`
	Stages     []StageFigures `json:"stages"` // means
	StepMS     float64        `json:"step_ms"`
}

// Estimate is a mean over seeds. SD is the deviation over seeds, 0 for one
// seed. Low and High bound a 95% interval: for AP and differences of it, it
// covers both the seeds' spread and the choice of test images; for the other
// figures, the seeds' spread alone, and with one seed it is the mean itself.
type Estimate struct {
	Mean float64 `json:"mean"`
	SD   float64 `json:"sd"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// CurvePoint is the mean of a moment of training over seeds.
type CurvePoint struct {
	Images int     `json:"images"`
	AP     float64 `json:"ap"`
	Low    float64 `json:"low"` // lowest of the seeds
	High   float64 `json:"high"`
}

// estimate returns the mean of a figure over seeds, with a Student interval.
func estimate(values []float64) Estimate { return interval(values, 0) }

// interval returns the mean of values, one for each seed, and an interval of
// 95% for it: the variance of the mean over seeds and the variance from the
// choice of test images add up. The first has a Student quantile, the second,
// known from many resamples, a normal one; both widths join as squares.
func interval(values []float64, imageVariance float64) Estimate {
	if len(values) == 0 {
		return Estimate{Mean: -1, Low: -1, High: -1}
	}
	e := Estimate{Mean: stat.Mean(values, nil)}
	half := normal975 * math.Sqrt(imageVariance)
	if n := float64(len(values)); n > 1 {
		e.SD = stat.StdDev(values, nil)
		half = math.Hypot(half, student975(n-1)*e.SD/math.Sqrt(n))
	}
	e.Low, e.High = e.Mean-half, e.Mean+half
	return e
}

const normal975 = 1.959963984540054

func student975(freedom float64) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}.Quantile(0.975)
}

// paired returns the interval of the mean of AP, or of its difference to base
// if that is not nil. The runs are in the same order of seeds, and their
// resamples are over the same images.
func paired(runs, base []*Run) Estimate {
	values := make([]float64, len(runs))
	var resamples []float64
	for i, r := range runs {
		values[i] = r.AP
		if resamples == nil {
			resamples = make([]float64, len(r.Resamples))
		}
		for k, v := range r.Resamples {
			resamples[k] += v / float64(len(runs))
		}
		if base == nil {
			continue
		}
		values[i] -= base[i].AP
		for k, v := range base[i].Resamples {
			resamples[k] -= v / float64(len(runs))
		}
	}
	variance := 0.0
	if len(resamples) > 1 {
		variance = stat.Variance(resamples, nil)
	}
	return interval(values, variance)
}

// summarize compares runs, which hold every strategy's seeds in the same
// order.
func summarizeStrategies(c *Config, runs []*Run) []StrategySummary {
	var out []StrategySummary
	var base []*Run
	for i := range c.Strategies {
		s := &c.Strategies[i]
		var mine []*Run
		for _, r := range runs {
			if r.Strategy == s.Name {
				mine = append(mine, r)
			}
		}
		if len(mine) == 0 {
			continue
		}
		slices.SortStableFunc(mine, func(a, b *Run) int { return int(int64(a.Seed) - int64(b.Seed)) })
		if base == nil {
			base = mine
		}
		summary := summarizeRuns(mine)
		summary.LRReason = s.LRReason
		if len(mine) == len(base) {
			summary.Difference = paired(mine, base)
		}
		out = append(out, summary)
	}
	return out
}

// summarizeRuns averages the runs of one strategy.
func summarizeRuns(runs []*Run) StrategySummary {
	first := runs[0]
	s := StrategySummary{Strategy: first.Strategy, Detector: first.Detector, LR: first.LR, Runs: len(runs)}
	mean := func(figure func(*Run) float64) Estimate {
		values := make([]float64, len(runs))
		for i, r := range runs {
			values[i] = figure(r)
		}
		return estimate(values)
	}
	s.AP = paired(runs, nil)
	s.AP50 = mean(func(r *Run) float64 { return r.AP50 })
	s.AP75 = mean(func(r *Run) float64 { return r.AP75 })
	s.APS = mean(func(r *Run) float64 { return r.APS })
	s.APM = mean(func(r *Run) float64 { return r.APM })
	s.APL = mean(func(r *Run) float64 { return r.APL })
	s.AR100 = mean(func(r *Run) float64 { return r.AR100 })
	s.Untrained = mean(func(r *Run) float64 { return r.UntrainedAP })
	s.StepMS = mean(func(r *Run) float64 { return r.Time.StepMS }).Mean
	for _, r := range runs {
		if r.Failed != "" {
			s.Failed = append(s.Failed, r.Failed)
		}
	}
	for k, c := range first.Classes {
		s.Classes = append(s.Classes, ClassFigures{
			Class: c.Class, Objects: c.Objects,
			AP:   mean(func(r *Run) float64 { return r.Classes[k].AP }).Mean,
			AP50: mean(func(r *Run) float64 { return r.Classes[k].AP50 }).Mean,
		})
	}
	s.Curve = meanCurve(runs)
	s.Stages = meanStages(runs)
	return s
}

// meanCurve averages the moments that every run reached.
func meanCurve(runs []*Run) []CurvePoint {
	var curve []CurvePoint
	for k := range runs[0].Curve {
		p := CurvePoint{Images: runs[0].Curve[k].Images, Low: math.Inf(1), High: math.Inf(-1)}
		for _, r := range runs {
			if k >= len(r.Curve) {
				return curve
			}
			p.AP += r.Curve[k].AP / float64(len(runs))
			p.Low, p.High = min(p.Low, r.Curve[k].AP), max(p.High, r.Curve[k].AP)
		}
		curve = append(curve, p)
	}
	return curve
}

func meanStages(runs []*Run) []StageFigures {
	var out []StageFigures
	n := float64(len(runs))
	for k := range runs[0].Stages {
		m := StageFigures{Stage: runs[0].Stages[k].Stage}
		for _, r := range runs {
			if k >= len(r.Stages) {
				continue
			}
			s := r.Stages[k]
			m.Positives += s.Positives / n
			m.Negatives += s.Negatives / n
			m.UsedPositives += s.UsedPositives / n
			m.UsedNegatives += s.UsedNegatives / n
			m.NegativeLoss += s.NegativeLoss / n
			m.NegativeGrad += s.NegativeGrad / n
		}
		out = append(out, m)
	}
	return out
}
