package trainer

import (
	"detsample/bench/cocoeval"
	"detsample/losses"
)

// Run is the outcome of training one strategy once: what results.jsonl has a
// line of. Everything but Time follows from the configuration, the data and
// the seed, to the last bit, and under a program of one's own from Code. Figures that
// are not defined (AP of a size that no object has) are -1, as in COCO.
type Run struct {
	Strategy string  `json:"strategy"`
	Detector string  `json:"detector"` // "one-stage" or "two-stage"
	Seed     uint64  `json:"seed"`
	Images   int     `json:"images"` // seen in training, repetitions counted
	Steps    int     `json:"steps"`
	LR       float64 `json:"lr"`
	Failed   string  `json:"failed,omitempty"`   // why the run failed to train; empty if it did not
	Diverged bool    `json:"diverged,omitempty"` // it failed as its numbers were no longer finite; its figures are those before
	Broken   bool    `json:"broken,omitempty"`   // it failed for another reason than its numbers: nothing is known of the strategy by it

	Figures
	UntrainedAP float64        `json:"untrained_ap"` // of the same network before its first step
	Classes     []ClassFigures `json:"classes"`
	Curve       []Point        `json:"curve"`                 // along training; the first is untrained
	Stages      []StageFigures `json:"stages"`                // in the order of the data flow
	Resamples   []float64      `json:"resamples"`             // AP over resampled test images, the same ones for every run
	TestImages  int            `json:"test_images,omitempty"` // with objects that count, of which Resamples are; 0 where that was not recorded

	Calibration cocoeval.Calibration `json:"calibration,omitzero"` // of the detections at the end of training; zero where it was not measured
	Proposals   []ProposalRecall     `json:"proposals,omitempty"`  // of a first stage, by Limit; empty where it was not measured

	// Boxes says why the boxes that a program of one's own left do not look like x, y,
	// width and height in pixels; empty where they do.
	Boxes string `json:"boxes,omitempty"`

	// Code is the files that the command of a program of one's own names, as they
	// were when it trained the run, by name and digest; none where it names none, or
	// where a version of detsample did the run that kept none.
	Code []CodeFile `json:"code,omitempty"`

	Time Time `json:"time"`
}

// LearnedNothing is why a run failed that trained to its end for nothing.
const LearnedNothing = "ends no better than the untrained network"

// Begin notes what is known of a job's run before its training.
func (r *Run) Begin(job Job) {
	r.Strategy, r.Detector, r.Seed, r.LR = job.Strategy.Name, "one-stage", job.Seed, job.Strategy.LR
	if job.Strategy.TwoStage() {
		r.Detector = "two-stage"
	}
}

// Stopped reports whether the run ended before its time, so that its figures
// are no part of a mean: it diverged, or broke.
func (r *Run) Stopped() bool { return r.Diverged || r.Broken }

// Broken returns the record of a job that could not be done, for a reason that
// is not the strategy's: it has no figures.
func Broken(job Job, why error) Record {
	run := Run{
		Failed: why.Error(), Broken: true,
		Figures:     Figures{AP: -1, AP50: -1, AP75: -1, APS: -1, APM: -1, APL: -1, AR1: -1, AR10: -1, AR100: -1},
		UntrainedAP: -1, Classes: []ClassFigures{}, Curve: []Point{}, Stages: []StageFigures{}, Resamples: []float64{},
	}
	run.Begin(job)
	return Record{Run: run}
}

// Figures are COCO's figures at one moment.
type Figures struct {
	AP    float64 `json:"ap"`
	AP50  float64 `json:"ap50"`
	AP75  float64 `json:"ap75"`
	APS   float64 `json:"ap_s"`
	APM   float64 `json:"ap_m"`
	APL   float64 `json:"ap_l"`
	AR1   float64 `json:"ar1"`
	AR10  float64 `json:"ar10"`
	AR100 float64 `json:"ar100"`
}

// figuresOf returns the figures of an evaluation.
func figuresOf(s cocoeval.Summary) Figures {
	return Figures{
		AP: s.AP, AP50: s.AP50, AP75: s.AP75, APS: s.APS, APM: s.APM, APL: s.APL,
		AR1: s.AR1, AR10: s.AR10, AR100: s.AR100,
	}
}

// ClassFigures are the figures of one class.
type ClassFigures struct {
	Class   string  `json:"class"`
	Objects int     `json:"objects"` // to be found in the test images
	AP      float64 `json:"ap"`
	AP50    float64 `json:"ap50"`
}

// Point is a moment of training.
type Point struct {
	Images int     `json:"images"` // seen so far
	AP     float64 `json:"ap"`
	AP50   float64 `json:"ap50"`
	APS    float64 `json:"ap_s"`
}

// Unknown is a share of a loss that a trainer does not measure.
const Unknown = -1

// StageFigures say what a stage saw, used and weighed over the whole of
// training. What it saw, and what it used, is 0 of both where a trainer does not
// tell.
type StageFigures struct {
	Stage         string  `json:"stage"`             // "dense", "rpn" or "roi"
	Positives     float64 `json:"positives"`         // assigned per image
	Negatives     float64 `json:"negatives"`         // assigned per image
	UsedPositives float64 `json:"used_positives"`    // kept by the sampler per image
	UsedNegatives float64 `json:"used_negatives"`    // kept by the sampler per image
	NegativeLoss  float64 `json:"negative_loss"`     // the negatives' share of the classification loss, or Unknown
	NegativeGrad  float64 `json:"negative_gradient"` // and of the sum of |dL/dlogit|

	Trunk TrunkGradient `json:"trunk_gradient"`

	Scarcity losses.Scarcity `json:"scarcity"` // counts over the whole of training
}

// TrunkGradient is how much a stage moves the trunk that stages share: the
// Euclidean norms of dL/dfeatures, summed over all features that the trunk
// gives and all images of a batch, of the stage's classification loss, of its
// box loss and of their sum; of each the median over steps spread evenly over
// training, which the first, large gradients and odd batches do not move. 0
// where a trainer does not measure it.
type TrunkGradient struct {
	Cls  float64 `json:"cls"`
	Box  float64 `json:"box"`
	Both float64 `json:"both"`
}

// Seen returns the number of negatives for each positive before sampling.
func (s StageFigures) Seen() float64 { return s.Negatives / s.Positives }

// Used returns the number of negatives for each positive after sampling.
func (s StageFigures) Used() float64 { return s.UsedNegatives / s.UsedPositives }

// Time is what a run took; the only part of a Run that differs from machine to
// machine.
type Time struct {
	StepMS    float64 `json:"step_ms"`               // mean of a training step
	StepCPUMS float64 `json:"step_cpu_ms,omitempty"` // of it, the processor's own, which other work does not lengthen; 0 where it is not known
	TrainS    float64 `json:"train_s"`
	EvaluateS float64 `json:"evaluate_s"` // all checkpoints
}

// Trace is what a run leaves for pictures.
type Trace struct {
	Losses   []LossDistribution `json:"losses"`
	Pictures []Picture          `json:"pictures"`
}

// LossDistribution shows how the classification loss of a trained detector's
// final stage divides among the candidates that counted, positives or
// negatives, on test images: with them sorted from easiest to hardest, the
// cumulative share of the loss, normalised to 1, at each of the shares of
// candidates (RetinaNet, Lin et al. 2017, figure 4). Where no candidate has a
// loss, Share and Loss are empty.
type LossDistribution struct {
	Stage      string    `json:"stage"` // "dense" or "roi"
	Positives  bool      `json:"positives"`
	Candidates int       `json:"candidates"`
	Share      []float64 `json:"share"` // of the candidates, ascending, denser towards 1
	Loss       []float64 `json:"loss"`  // cumulative share of the loss
}

// ProposalRecall is how many objects the first stage's best proposals of a test
// image reach at the end of training, whatever their class: recall, as a mean over
// IoU 0.50 to 0.95 (average recall; Hosang et al. 2015). -1 of a size that no
// object has.
type ProposalRecall struct {
	Limit int     `json:"limit"` // proposals of an image, those of highest score
	AR    float64 `json:"ar"`
	ARS   float64 `json:"ar_s"`
	ARM   float64 `json:"ar_m"`
	ARL   float64 `json:"ar_l"`
}

// Picture holds a run's detections on one test image, in network pixels.
type Picture struct {
	Image      int              `json:"image"` // index into the set's test images
	Detections []DrawnDetection `json:"detections"`
}

// DrawnDetection is a detection worth drawing.
type DrawnDetection struct {
	Box   [4]float32 `json:"box"` // x1 y1 x2 y2
	Class int32      `json:"class"`
	Score float32    `json:"score"`
}

// Record is a run with its trace.
type Record struct {
	// Fingerprint stands for all that the run follows from; an interrupted
	// comparison takes over the runs whose fingerprints still hold.
	Fingerprint string `json:"fingerprint"`
	Run         Run    `json:"run"`
	Trace       Trace  `json:"trace"`
}
