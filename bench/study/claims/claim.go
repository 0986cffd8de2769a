package claims

import (
	"cmp"

	"detsample/bench/stats"
	"detsample/bench/study/evidence"
)

// Claim is what the literature says, and what it predicts of the experiments.
type Claim struct {
	Number    int
	Statement string
	Contrasts []Contrast
}

// Contrast is one prediction: of the difference of a figure between two strategies of an
// experiment, or of one to a constant.
type Contrast struct {
	Experiment string
	A, B       string // what A has less B, of strategies or weightings; B empty: A is compared with Constant
	Constant   float64
	Measure    *evidence.Measure // nil is AP
	Trained    string            // whose states, in an experiment that keeps them
	Untrained  bool              // before the first step, and at no other moment
	Expect     Expectation
	Published  string  // the figure, and where it is from
	Says       string  // what is predicted, in words, but for the condition of the experiment
	Negatives  float64 // for a positive, about which the claim is; 0: any
	Beside     bool    // shown beside the claim, for comparison: no part of the verdict
}

// By returns by which measure a contrast compares.
func (c *Contrast) By() *evidence.Measure { return cmp.Or(c.Measure, evidence.AP) }

// Expectation is what a claim predicts of a difference.
type Expectation int

// The predictions, and what the interval of the difference makes of them, where a least
// difference is worth speaking of.
const (
	Above   Expectation = iota // above 0: it holds; below 0: it fails; below the least: it is slight
	Below                      // the same of the difference the other way round
	Little                     // below the least, however far: it holds; above it: it fails
	Differs                    // without 0: it holds; within the least of it: it is slight
)

// Outcome is what an interval makes of a prediction.
type Outcome string

// The outcomes, by the words that are said for them.
const (
	Holds   Outcome = "holds"
	Slight  Outcome = "no point gained" // neither side is told, and what was predicted is less, or not there at all
	Fails   Outcome = "fails"
	Unclear Outcome = "not decided"
)

// Judge returns what an interval makes of a prediction; least is the difference from which
// an effect is worth speaking of, 0 for one of any size.
func (e Expectation) Judge(r stats.Range, least float64) Outcome {
	switch e {
	case Above:
		switch {
		case r.Low > 0:
			return Holds
		case r.High < 0:
			return Fails
		case r.High < least:
			return Slight
		}
	case Below:
		return Above.Judge(stats.Range{Low: -r.High, High: -r.Low}, least)
	case Little:
		if r.High < least {
			return Holds
		} else if r.Low > least {
			return Fails
		}
	case Differs:
		if r.Low > 0 || r.High < 0 {
			return Holds
		} else if r.Low > -least && r.High < least {
			return Slight
		}
	}
	return Unclear
}
