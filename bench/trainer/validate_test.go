package trainer

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/cocoeval"
	"detsample/bench/dataset"
	"detsample/bench/strategy"
)

func valid(t *testing.T) (Job, Record) {
	s, err := strategy.Parse("s.yaml", []byte("{name: two, rpn: {}, roi: {}}"))
	require.NoError(t, err)
	job := Job{
		Strategy: &s, Seed: 3, Images: 8,
		Data: &dataset.Set{Classes: []string{"disc", "square"}, Test: make([]dataset.Image, 2)},
	}
	stage := StageFigures{Positives: 2, Negatives: 30, UsedPositives: 1, UsedNegatives: 3, NegativeLoss: 0.5, NegativeGrad: 0.25}
	rpn, roi := stage, stage
	rpn.Stage, roi.Stage = "rpn", "roi"
	return job, Record{
		Run: Run{
			Strategy: "two", Seed: 3, Detector: "two-stage", LR: 0.01, Images: 8, Steps: 2,
			Figures:     Figures{AP: 0.5, AP50: 1, AP75: 0.2, APS: 0.1, APM: -1, APL: 0, AR1: 0.3, AR10: 0.4, AR100: 0.5},
			UntrainedAP: 0.125,
			Classes:     []ClassFigures{{Class: "disc", Objects: 3, AP: 0.5, AP50: 1}, {Class: "square", AP: -1, AP50: -1}},
			Curve:       []Point{{AP: 0.125}, {Images: 8, AP: 0.5, AP50: 1, APS: 0.1}},
			Stages:      []StageFigures{rpn, roi},
			Resamples:   append(make([]float64, Resamples-1), -1),
			Calibration: cocoeval.Calibration{Detections: 9, Error: 0.1, Score: 0.4, Precision: 0.3},
			Proposals:   []ProposalRecall{{Limit: 100, AR: 0.5, ARS: -1, ARM: 0.5}, {Limit: 300, AR: 0.6, ARS: -1, ARM: 0.6}},
			Time:        Time{StepMS: 3, TrainS: 0.006, EvaluateS: 0.1},
		},
		Trace: Trace{
			Losses:   []LossDistribution{{Stage: "roi", Candidates: 5, Share: []float64{0, 1}, Loss: []float64{0, 1}}, {Stage: "roi", Positives: true}},
			Pictures: []Picture{{Image: 1, Detections: []DrawnDetection{{Class: 1, Score: 0.9}}}},
		},
	}
}

func TestARecordThatCannotBeOneOfTheJobIsRefused(t *testing.T) {
	job, r := valid(t)
	require.NoError(t, r.Validate(job))
	for cause, change := range map[string]func(*Record){
		`it is of strategy "ce"`:                             func(r *Record) { r.Run.Strategy = "ce" },
		`it is of strategy ""`:                               func(r *Record) { *r = Record{Fingerprint: r.Fingerprint} },
		"it is of seed 2":                                    func(r *Record) { r.Run.Seed = 2 },
		"it says that it saw 9 images of 8":                  func(r *Record) { r.Run.Images = 9 },
		"it says that it saw -1 images of 8":                 func(r *Record) { r.Run.Images = -1 },
		"it says that it took 9 steps over 8 images":         func(r *Record) { r.Run.Steps = 9 },
		"it says that it took -1 steps":                      func(r *Record) { r.Run.Steps = -1 },
		"it ended after 4 images of 8, and does not say why": func(r *Record) { r.Run.Images = 4 },
		"ap, ap50 and ap_s are 0.999, 1 and 0.1, and 0.5":    func(r *Record) { r.Run.AP = 0.999 },
		"ap50 is 1.5: expected 0 to 1":                       func(r *Record) { r.Run.AP50 = 1.5 },
		"ap75 is -0.5":                                       func(r *Record) { r.Run.AP75 = -0.5 },
		"ap_s is NaN":                                        func(r *Record) { r.Run.APS = math.NaN() },
		"ap_m is 50":                                         func(r *Record) { r.Run.APM = 50 },
		"ap_l is +Inf":                                       func(r *Record) { r.Run.APL = math.Inf(1) },
		"ar1 is 2":                                           func(r *Record) { r.Run.AR1 = 2 },
		"ar10 is -2":                                         func(r *Record) { r.Run.AR10 = -2 },
		"ar100 is 2":                                         func(r *Record) { r.Run.AR100 = 2 },
		"untrained_ap is 0, and 0.125 along training":        func(r *Record) { r.Run.UntrainedAP = 0 },
		"it has figures of 0 classes, the data have 2":       func(r *Record) { r.Run.Classes = []ClassFigures{} },
		"it has figures of 3 classes":                        func(r *Record) { r.Run.Classes = append(r.Run.Classes, ClassFigures{}) },
		`class 0 is "square", in the data "disc"`: func(r *Record) {
			r.Run.Classes[0].Class, r.Run.Classes[1].Class = "square", "disc"
		},
		`class "disc": objects is -1`:              func(r *Record) { r.Run.Classes[0].Objects = -1 },
		`class "square": ap is 7`:                  func(r *Record) { r.Run.Classes[1].AP = 7 },
		`class "square": ap50 is 7`:                func(r *Record) { r.Run.Classes[1].AP50 = 7 },
		"it has no evaluation":                     func(r *Record) { r.Run.Curve = nil },
		"curve[1]: ap_s is 3":                      func(r *Record) { r.Run.Curve[1].APS = 3 },
		"curve[0]: ap50 is 3":                      func(r *Record) { r.Run.Curve[0].AP50 = 3 },
		"curve[1] is after -1 images":              func(r *Record) { r.Run.Curve[1].Images = -1 },
		"curve[1] is after 9 images, out of order": func(r *Record) { r.Run.Curve[1].Images = 9 },
		"curve[0] is after 8 images, out of order": func(r *Record) {
			r.Run.Curve[0].Images, r.Run.Curve[1].Images = 8, 8
			r.Run.Images, r.Run.Steps, r.Run.Failed = 4, 1, "x"
		},
		"it has figures of 1 stages":                 func(r *Record) { r.Run.Stages = r.Run.Stages[:1] },
		`stage 0 is "roi", the strategy's "rpn"`:     func(r *Record) { r.Run.Stages[0].Stage = "roi" },
		"stage rpn: positives is -1":                 func(r *Record) { r.Run.Stages[0].Positives = -1 },
		"stage roi: negatives is NaN":                func(r *Record) { r.Run.Stages[1].Negatives = math.NaN() },
		"stage roi: used_positives is -1":            func(r *Record) { r.Run.Stages[1].UsedPositives = -1 },
		"stage roi: used_negatives is +Inf":          func(r *Record) { r.Run.Stages[1].UsedNegatives = math.Inf(1) },
		"stage roi: negative_loss is NaN":            func(r *Record) { r.Run.Stages[1].NegativeLoss = math.NaN() },
		"stage roi: negative_gradient is -Inf":       func(r *Record) { r.Run.Stages[1].NegativeGrad = math.Inf(-1) },
		"stage roi: scarcity.kept is -4":             func(r *Record) { r.Run.Stages[1].Scarcity.Kept = -4 },
		"stage rpn: scarcity.repeated is -1":         func(r *Record) { r.Run.Stages[0].Scarcity.Repeated = -1 },
		"it has 99 resamples, and not 100":           func(r *Record) { r.Run.Resamples = r.Run.Resamples[1:] },
		"resamples[7] is 1.5":                        func(r *Record) { r.Run.Resamples[7] = 1.5 },
		"step_ms is -1":                              func(r *Record) { r.Run.Time.StepMS = -1 },
		"step_cpu_ms is -1":                          func(r *Record) { r.Run.Time.StepCPUMS = -1 },
		"train_s is NaN":                             func(r *Record) { r.Run.Time.TrainS = math.NaN() },
		"evaluate_s is +Inf":                         func(r *Record) { r.Run.Time.EvaluateS = math.Inf(1) },
		"has 2 shares and 1 losses":                  func(r *Record) { r.Trace.Losses[0].Loss = []float64{1} },
		"over -1 candidates":                         func(r *Record) { r.Trace.Losses[0].Candidates = -1 },
		"the distribution of roi's loss: share is 2": func(r *Record) { r.Trace.Losses[0].Share[1] = 2 },
		"the distribution of roi's loss: loss is NaN": func(r *Record) {
			r.Trace.Losses[0].Loss[1] = math.NaN()
		},
		"the recall of 100 proposals an image is out of order": func(r *Record) { r.Run.Proposals[1].Limit = 100 },
		"the recall of 0 proposals an image is out of order":   func(r *Record) { r.Run.Proposals[0].Limit = 0 },
		"the recall of proposals: ar_m is 2":                   func(r *Record) { r.Run.Proposals[1].ARM = 2 },
		"the calibration: detections is -1":                    func(r *Record) { r.Run.Calibration.Detections = -1 },
		"the calibration: error is NaN":                        func(r *Record) { r.Run.Calibration.Error = math.NaN() },
		"the calibration: score is 1.5":                        func(r *Record) { r.Run.Calibration.Score = 1.5 },
		"the calibration: precision is -2":                     func(r *Record) { r.Run.Calibration.Precision = -2 },
		"it pictures test image 2 of 2":                        func(r *Record) { r.Trace.Pictures[0].Image = 2 },
		"it pictures test image -1 of 2":                       func(r *Record) { r.Trace.Pictures[0].Image = -1 },
		"it pictures an object of class 2 of 2":                func(r *Record) { r.Trace.Pictures[0].Detections[0].Class = 2 },
		"score is 2":                                           func(r *Record) { r.Trace.Pictures[0].Detections[0].Score = 2 },
		"a pictured box is +Inf":                               func(r *Record) { r.Trace.Pictures[0].Detections[0].Box[2] = float32(math.Inf(1)) },
	} {
		_, r := valid(t)
		change(&r)
		assert.ErrorContains(t, r.Validate(job), cause)
	}
	r.Run.Images, r.Run.Steps, r.Run.Failed, r.Run.Stages, r.Run.Resamples = 0, 0, "diverged", nil, nil
	r.Run.Curve = []Point{{AP: 0.5, AP50: 1, APS: 0.1}}
	r.Run.UntrainedAP = 0.5
	assert.NoError(t, r.Validate(job), "one that diverged at its first step")
}
