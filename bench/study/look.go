package study

import (
	"image/color"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"detsample/bench/figure"
)

// hues are by what a strategy weighs or chooses by: on every picture of the page
// the same has the same.
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

// The dashes tell strategies of one hue apart: by how many candidates they sample
// where they do.
var (
	dashed, dotted      = []vg.Length{5, 3}, []vg.Length{2, 2}
	drawnOut, dotDashed = []vg.Length{9, 3}, []vg.Length{9, 3, 2, 3}
	dashesOf            = map[string][]vg.Length{"512": drawnOut, "256": dashed, "128": dotted, "all": dotDashed}
)

// looks are those of strategies whose names do not say how many they sample.
var looks = map[string]look{
	"ce": {byCE, nil}, "focal": {byFocal, nil}, "alpha-ce .75": {byAlpha, nil}, "ssd 3:1": {byRatio, nil}, "ohem 64": {byOHEM, nil},
	"ghm": {byHarmony, nil}, "focal, one alpha": {byFocal, dashed}, "quality focal": {byHarmony, dashed},
	"importance + ce": {byOther, nil}, "importance + focal": {byOther, dashed},

	"3:1": {byRatio, nil}, "1:1": {byRatio, dotted}, "2:1": {byRatio, dashed}, "5:1": {byRatio, drawnOut}, "10:1": {byRatio, dotDashed},

	"ohem 16": {byOHEM, dotted}, "ohem 128": {byOHEM, dotDashed}, "ohem 256": {byOHEM, dashed}, "ohem 1024": {byOHEM, drawnOut},
	"ohem 64, nms 0.5": {bySuppressed, dotted}, "ohem 64, nms 0.7": {bySuppressed, nil}, "ohem 256, nms 0.7": {bySuppressed, dashed},
	"caffe ohem 64": {bySuppressed, drawnOut}, "caffe ohem 64 + focal": {bySuppressed, dotDashed},

	"max-iou": {byCE, nil}, "atss": {byRatio, nil}, "nwd": {byHarmony, nil}, "rfla": {byAlpha, nil},
	"128 random": {byCE, dotted}, "128 instance-balanced": {byRatio, dotted}, "128 iou-balanced": {byHarmony, dotted}, "128 both": {byAlpha, dotted},
}

// look is how a strategy is drawn.
type look struct {
	hue    int
	dashes []vg.Length
}

// lookOf returns how a strategy is drawn, by its name alone.
func lookOf(name string) look {
	if l, ok := looks[name]; ok {
		return l
	}
	if gamma, alpha, ok := strings.Cut(name, ", alpha "); ok { // .25 is focal loss's own with gamma 2, and .75 alpha-balanced cross entropy's
		hue := map[string]int{".25": byFocal, ".5": byHarmony, ".75": byAlpha}[alpha]
		return look{hue, map[string][]vg.Length{"gamma .5": dotted, "gamma 1": dashed, "gamma 5": dotDashed}[gamma]}
	}
	if strings.HasPrefix(name, "alpha ") {
		return look{byAlpha, nil}
	}
	sampled, loss, _ := strings.Cut(strings.TrimPrefix(name, "rpn "), " + ")
	l, ok := looks[loss]
	if !ok {
		return look{byOther, nil}
	}
	l.dashes = dashesOf[sampled]
	return l
}

func (l look) color() color.RGBA { return figure.Hues[l.hue] }

func (l look) line() draw.LineStyle {
	return draw.LineStyle{Color: l.color(), Width: 1.8, Dashes: l.dashes}
}
