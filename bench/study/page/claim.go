package page

import (
	"cmp"

	"detsample/bench/stats"
	"detsample/bench/study/evidence"
)

// claim is what the literature says, and what it predicts of the experiments.
type claim struct {
	Number    int
	Statement string
	Contrasts []contrast
}

// contrast is one prediction: of the difference of a figure between two
// strategies, or of one to a constant.
type contrast struct {
	Experiment string
	A, B       string // B empty: A is compared with Constant
	Constant   float64
	Measure    *evidence.Measure // nil is AP
	Trained    string            // whose states, in an experiment that keeps them
	Untrained  bool              // before the first step, and at no other moment
	Expect     expectation
	Published  string // the figure, and where it is from
	Says       string // what is predicted, in words, but for the condition of the experiment
	Beside     bool   // shown beside the claim, for comparison: no part of the verdict
}

// by returns the measure of a contrast.
func (c *contrast) by() *evidence.Measure { return cmp.Or(c.Measure, evidence.AP) }

// expectation is what a claim predicts of a difference.
type expectation int

// The predictions, and what the interval of the difference makes of them.
const (
	above   expectation = iota // above 0: it holds; below 0: it fails; below 1 point: it is slight
	below                      // the same of the difference the other way round
	little                     // within 1 point of 0: it holds; without: it fails
	differs                    // without 0: it holds; within 1 point of it: it is slight
)

// outcome is what an interval makes of a prediction.
type outcome string

// The outcomes.
const (
	holds   outcome = "holds"
	slight  outcome = "no point gained" // neither side is told, and what was predicted is less, or not there at all
	fails   outcome = "fails"
	unclear outcome = "not decided"
)

// judge returns what an interval makes of a prediction; least is the difference
// from which an effect is worth speaking of.
func (e expectation) judge(r stats.Range, least float64) outcome {
	inside := r.Low > -least && r.High < least
	switch e {
	case above:
		switch {
		case r.Low > 0:
			return holds
		case r.High < 0:
			return fails
		case r.High < least:
			return slight
		}
	case below:
		return above.judge(stats.Range{Low: -r.High, High: -r.Low}, least)
	case little:
		if inside {
			return holds
		} else if r.Low > least || r.High < -least {
			return fails
		}
	case differs:
		if r.Low > 0 || r.High < 0 {
			return holds
		} else if inside {
			return slight
		}
	}
	return unclear
}
