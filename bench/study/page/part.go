package page

import (
	"slices"
	"strings"

	"detsample/bench/study/evidence"
)

// The experiments on a part of a detector that ask the same, the shortest training
// first.
var (
	onDenseHead   = []string{"default", "dense", "dense-long"}
	inRPN         = []string{"default", "rpn", "rpn-long"}
	inSecondStage = []string{"roi", "roi-long"}
)

// The parts of a detector.
const (
	densePart = "dense head"
	rpnPart   = "region proposal network" // which the default comparison has beside its one-stage heads
	roiPart   = "second stage"
)

// ofRPN reports whether a part is of the region proposal network.
func ofRPN(part string) bool { return strings.HasPrefix(part, rpnPart) }

// asking are experiments on a part of a detector that ask the same under the same
// condition, but for the length of their trainings.
type asking struct {
	part        string
	experiments []string
}

// asked are the parts of a detector, with these experiments.
var asked = []asking{
	{densePart, onDenseHead},
	{densePart, []string{"dense-norm"}},
	{densePart, []string{"dense-tiny"}},
	{densePart, []string{"dense-faint"}},
	{densePart, []string{"dense-faint-decay"}},
	{rpnPart, inRPN},
	{rpnPart, []string{"rpn-tiny", "rpn-tiny-long"}},
	{rpnPart, []string{"rpn-tiny-small"}},
	{rpnPart, []string{"rpn-faint"}},
	{rpnPart, []string{"rpn-settled"}},
	{roiPart, inSecondStage},
	{roiPart, []string{"roi-norm"}},
	{roiPart, []string{"roi-tiny", "roi-tiny-long"}},
	{roiPart, []string{"roi-faint"}},
	{roiPart, []string{"roi-settled"}},
	{roiPart, []string{"roi-faint-settled"}},
	{roiPart, []string{"roi-small"}},
}

// where is the part as the experiments have it.
func (a *asking) where() string { return conditions[a.experiments[0]].of(a.part) }

// ofPart names the strategies of an experiment that are of one part of a
// detector: of the default comparison those of the region proposal network, or the
// one-stage ones.
func ofPart(s *evidence.Experiment, part string) []string {
	if s.Name != "default" {
		return s.Strategies("")
	}
	return slices.DeleteFunc(slices.Clone(s.Configured()), func(name string) bool { return strings.HasPrefix(name, inDefaultRPN) != ofRPN(part) })
}

// named gives strategies of a part of a detector the names that an experiment has
// for them.
func named(s *evidence.Experiment, part string, pair [2]string) [2]string {
	if s.Name == "default" && ofRPN(part) {
		return [2]string{inDefaultRPN + pair[0], inDefaultRPN + pair[1]}
	}
	return pair
}
