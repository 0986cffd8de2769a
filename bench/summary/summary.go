// Package summary compares strategies by the runs of a comparison.
package summary

import (
	"detsample/bench/config"
	"detsample/bench/plan"
	"detsample/bench/stats"
	"detsample/bench/trainer"
)

// Summary compares the strategies over all their seeds: what summary.json
// holds.
type Summary struct {
	Title      string             `json:"title"`
	Data       Data               `json:"data"`
	Seeds      []uint64           `json:"seeds"`
	Resamples  int                `json:"resamples"`        // of the test images, behind the intervals
	Verdict    Verdict            `json:"verdict"`          // which to train with
	Strategies []Strategy         `json:"strategies"`       // in the configuration's order
	Pairs      []stats.Difference `json:"pairs"`            // of AP, of every two strategies that share a seed, paired over seeds and test images; empty where nothing was learned
	Excluded   []stats.Exclusion  `json:"excluded"`         // runs that diverged or have no AP: no part of any mean
	Mixed      []string           `json:"mixed,omitempty"`  // files that the trainer's command names, and how many runs are of which version, where means are of several
	Rounds     *Rounds            `json:"rounds,omitempty"` // by which seeds were added; nil for a fixed number
	LossScale  *Spread            `json:"loss_scale"`       // how far the sizes of losses differ; nil where no two strategies share a stage
	Warnings   []config.Warning   `json:"warnings"`         // traps that strategies are in
	Tuning     *plan.Tuning       `json:"tuning,omitempty"` // by which learning rates were chosen; nil where they were not
	Config     string             `json:"config"`           // the configuration, as YAML with every parameter
}

// Data says what was trained and tested on.
type Data struct {
	Name          string    `json:"name"`
	Width         int       `json:"width"`
	Height        int       `json:"height"`
	UpTo          bool      `json:"up_to,omitempty"`   // images have sizes of their own, of which Width and Height are the largest of each
	Cropped       *Size     `json:"cropped,omitempty"` // of the largest image, where crops of Width x Height are trained on; nil where images are whole
	Classes       []string  `json:"classes"`
	Fresh         bool      `json:"fresh"` // training images never repeat; those below are a sample
	TrainImages   int       `json:"train_images"`
	TestImages    int       `json:"test_images"`
	TrainObjects  []int     `json:"train_objects"`            // of each class
	TestObjects   []int     `json:"test_objects"`             // of each class
	TrainIgnored  int       `json:"train_crowds_and_ignored"` // beside the objects
	TestIgnored   int       `json:"test_crowds_and_ignored"`
	SmallestSide  float64   `json:"smallest_side"` // 5% quantile of sqrt(area), network pixels
	MedianSide    float64   `json:"median_side"`
	LargestSide   float64   `json:"largest_side"`      // 95% quantile
	AnchorsPerImg int       `json:"anchors_per_image"` // 0 where a program of one's own trains
	Problems      []Finding `json:"problems"`          // found in the data, and what was done
}

// Size is that of an image in pixels.
type Size struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Finding is something worth knowing about the data.
type Finding struct {
	Text   string `json:"text"`           // its place, what it is, and what was done
	Notice bool   `json:"notice"`         // no defect of the data, such as a limit on the number of images
	More   int    `json:"more,omitempty"` // findings that it stands for, where it does for several
}

// Strategy is a strategy's mean over its seeds. Figures that are not
// defined are left out of a mean, and so are those of a run that diverged or broke;
// a mean of nothing is -1. Where all runs stopped early, those that diverged are
// what Curve, as far as all of them came, Stages and StepMS are of. The interval of AP is over seeds and test images,
// the others' over seeds alone; see package stats.
type Strategy struct {
	Strategy    string                   `json:"strategy"`
	Detector    string                   `json:"detector"`
	LR          float64                  `json:"lr"`
	ScaleReason string                   `json:"scale_reason,omitempty"`
	LRReason    string                   `json:"lr_reason,omitempty"`
	Runs        int                      `json:"runs"`
	Failed      []string                 `json:"failed,omitempty"` // a reason for each run that failed to train
	AP          stats.Estimate           `json:"ap"`
	AP50        stats.Estimate           `json:"ap50"`
	AP75        stats.Estimate           `json:"ap75"`
	APS         stats.Estimate           `json:"ap_s"`
	APM         stats.Estimate           `json:"ap_m"`
	APL         stats.Estimate           `json:"ap_l"`
	AR100       stats.Estimate           `json:"ar100"`
	Untrained   stats.Estimate           `json:"untrained_ap"`
	Difference  *stats.Estimate          `json:"difference"`  // of AP to the first strategy, paired over the seeds that both have and the test images; nil for that one, and where they share none
	MayBeBest   bool                     `json:"may_be_best"` // it is in the verdict's set
	Reached     []Reached                `json:"reached"`     // images needed for every whole ten of AP that some strategy reached
	Classes     []trainer.ClassFigures   `json:"classes"`     // means
	Curve       []CurvePoint             `json:"curve"`
	Stages      []trainer.StageFigures   `json:"stages"`              // means; of Scarcity, sums
	Proposals   []trainer.ProposalRecall `json:"proposals,omitempty"` // means; nil where there are none, or none were measured
	StepMS      float64                  `json:"step_ms"`
}

// CurvePoint is the mean of a moment of training over seeds, all of which were
// evaluated there.
type CurvePoint struct {
	Images int     `json:"images"`
	AP     float64 `json:"ap"`
	Low    float64 `json:"low"` // lowest of the seeds
	High   float64 `json:"high"`
}
