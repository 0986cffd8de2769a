// Package looks says how strategies are drawn, by their names alone, so that one has
// the same look in every picture: its hue is by what it weighs or chooses by, its
// dashes by how many candidates it samples, by gamma, by its link or by the weight of its
// loss. Who draws has the colours.
package looks

import "strings"

// Look is how a strategy is drawn: the number of a hue, and dashes.
type Look struct {
	Hue    int
	Dashes Dashes
}

// Dashes tell strategies of one hue apart.
type Dashes int

// The dashes, and how many there are.
const (
	Solid Dashes = iota
	Dashed
	Dotted
	DotDashed
	DrawnOut
	Kinds int = iota
)

// The hues are by what a strategy weighs or chooses by.
const (
	byCE = iota
	byFocal
	byRatio // the hardest, so many for each positive
	byOHEM
	byHarmony    // and what else weighs by how many are alike
	byOther      // importance, for one
	bySuppressed // OHEM among what is left of overlapping ones
	byAlpha
)

var bySampled = map[string]Dashes{"512": DrawnOut, "256": Dashed, "128": Dotted, "all": DotDashed}

// known are the looks of strategies whose names do not say how many they sample.
var known = map[string]Look{
	"ce": {byCE, Solid}, "focal": {byFocal, Solid}, "alpha-ce .75": {byAlpha, Solid}, "ssd 3:1": {byRatio, Solid}, "ohem 64": {byOHEM, Solid},
	"ghm": {byHarmony, Solid}, "focal, one alpha": {byFocal, Dashed}, "quality focal": {byHarmony, Dashed},
	"importance + ce": {byOther, Solid}, "importance + focal": {byOther, Dashed},

	"softmax ce": {byCE, Solid}, "sigmoid ce": {byCE, Dashed}, "sigmoid focal": {byFocal, Solid}, "softmax focal": {byFocal, Dashed},
	"softmax ce, positives": {byCE, Dotted}, "sigmoid ce, sampled": {byCE, DotDashed}, "softmax ce, weight 4": {byCE, DrawnOut}, "sigmoid ohem 64": {byOHEM, Dashed},
	"softmax ohem 64": {byOHEM, Solid},

	"gamma 0, weight .177": {byFocal, DrawnOut}, "gamma 2, weight .177": {byFocal, Dashed}, "gamma 2, weight .122": {byFocal, Solid},

	"3:1": {byRatio, Solid}, "1:1": {byRatio, Dotted}, "2:1": {byRatio, Dashed}, "5:1": {byRatio, DrawnOut}, "10:1": {byRatio, DotDashed},

	"ohem 16": {byOHEM, Dotted}, "ohem 128": {byOHEM, DotDashed}, "ohem 256": {byOHEM, Dashed}, "ohem 1024": {byOHEM, DrawnOut},
	"ohem 64, nms 0.5": {bySuppressed, Dotted}, "ohem 64, nms 0.7": {bySuppressed, Solid}, "ohem 256, nms 0.7": {bySuppressed, Dashed},
	"caffe ohem 64": {bySuppressed, DrawnOut}, "caffe ohem 64 + focal": {bySuppressed, DotDashed},

	"max-iou": {byCE, Solid}, "atss": {byRatio, Solid}, "nwd": {byHarmony, Solid}, "rfla": {byAlpha, Solid},
	"128 random": {byCE, Dotted}, "128 instance-balanced": {byRatio, Dotted}, "128 iou-balanced": {byHarmony, Dotted}, "128 both": {byAlpha, Dotted},
}

// unknown is how a strategy is drawn of which [Of] knows nothing.
var unknown = Look{byOther, Solid}

// Of returns how a strategy is drawn; false where its name says nothing.
func Of(name string) (Look, bool) {
	if l, ok := known[name]; ok {
		return l, true
	}
	if gamma, alpha, ok := strings.Cut(name, ", alpha "); ok { // .25 is focal loss's own with gamma 2, and .75 alpha-balanced cross entropy's
		hue, ok := map[string]int{".25": byFocal, ".5": byHarmony, ".75": byAlpha}[alpha]
		return Look{hue, map[string]Dashes{"gamma 0": DrawnOut, "gamma .5": Dotted, "gamma 1": Dashed, "gamma 5": DotDashed}[gamma]}, ok
	}
	if base, times, ok := strings.Cut(name, ", weight x"); ok { // of what it weighs elsewhere
		l, ok := Of(base)
		if !ok {
			return unknown, false
		}
		l.Dashes = map[string]Dashes{".25": Dotted, "4": DrawnOut}[times]
		if strings.HasPrefix(base, "all ") { // beside those of 512
			l.Dashes = map[string]Dashes{".25": DotDashed, "4": Dashed}[times]
		}
		return l, true
	}
	if strings.HasPrefix(name, "alpha ") {
		return Look{byAlpha, Solid}, true
	}
	sampled, loss, _ := strings.Cut(strings.TrimPrefix(name, "rpn "), " + ")
	l, ok := known[loss]
	if !ok {
		return unknown, false
	}
	l.Dashes = bySampled[sampled]
	return l, true
}
