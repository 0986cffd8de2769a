package page

import (
	"slices"
	"strings"
)

// The experiments on a part of a detector that ask the same, the shortest training
// first.
var (
	onDenseHead   = []string{"default", "dense", "dense-long"}
	inRPN         = []string{"default", "rpn", "rpn-long"}
	inSecondStage = []string{"roi", "roi-long"}
)

// rpnPart is the part of a detector that the default comparison has beside its
// one-stage heads.
const rpnPart = "region proposal network"

// ofRPN reports whether a part is of the region proposal network.
func ofRPN(part string) bool { return strings.HasPrefix(part, rpnPart) }

// asked are the parts of a detector, with these experiments.
var asked = []struct {
	where       string
	experiments []string
}{
	{"dense head", onDenseHead},
	{"dense head, a normalised trunk", []string{"dense-norm"}},
	{"dense head, a faint object, a normalised trunk", []string{"dense-tiny"}},
	{rpnPart, inRPN},
	{rpnPart + ", a faint object of 12 px, a normalised trunk", []string{"rpn-tiny", "rpn-tiny-long"}},
	{rpnPart + ", one of 8 px, a normalised trunk", []string{"rpn-tiny-small"}},
	{"second stage", inSecondStage},
	{"second stage, a normalised trunk", []string{"roi-norm"}},
	{"second stage, a faint object of 12 px, a normalised trunk", []string{"roi-tiny", "roi-tiny-long"}},
	{"second stage, small objects", []string{"roi-small"}},
}

// comparable names the strategies of an experiment that are of one part of a
// detector: of the default comparison those of the region proposal network, or the
// one-stage ones.
func (s *archived) comparable(part string) []string {
	if s.Name != "default" {
		return s.strategies("")
	}
	return slices.DeleteFunc(slices.Clone(s.configured()), func(name string) bool { return strings.HasPrefix(name, inDefaultRPN) != ofRPN(part) })
}

// named gives strategies of a part of a detector the names that an experiment has
// for them.
func (s *archived) named(part string, pair [2]string) [2]string {
	if s.Name == "default" && ofRPN(part) {
		return [2]string{inDefaultRPN + pair[0], inDefaultRPN + pair[1]}
	}
	return pair
}
