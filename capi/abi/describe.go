package abi

import (
	"encoding/json"

	"github.com/goccy/go-yaml"

	"detsample/anchors"
	"detsample/bench/strategy"
	"detsample/internal/strictyaml"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
)

// description is what a program may know of a strategy.
type description struct {
	Name     string               `json:"name"`
	YAML     string               `json:"yaml"`   // every parameter, defaults too
	Values   json.RawMessage      `json:"values"` // the same, nested
	Stages   map[string]stageInfo `json:"stages"`
	Warnings []anchors.Warning    `json:"warnings"`
}

// stageInfo is what a program must know of a stage to feed it and to evaluate
// its losses.
type stageInfo struct {
	Link      string     `json:"link"`      // sigmoid, softmax
	BoxSpace  string     `json:"box_space"` // deltas, decoded
	Coder     [4]float32 `json:"coder"`     // weights of dx, dy, dw, dh
	MaxScale  float32    `json:"max_scale"` // of decoding
	PerClass  bool       `json:"per_class"` // boxes are regressed per class
	Joint     bool       `json:"joint"`     // a loss of both heads is among the box loss
	Remembers bool       `json:"remembers"` // between steps
	Memory    []string   `json:"memory"`    // what does: cls, box, norm, box_norm
	Reads     reads      `json:"reads"`
}

// reads is what assigner and sampler look at besides boxes and ground truth.
type reads struct {
	Logits   bool `json:"logits"`
	Hardness bool `json:"hardness"` // suffices in place of logits
	Deltas   bool `json:"deltas"`
	Grid     bool `json:"grid"`
	Size     bool `json:"size"`
	Assigner bool `json:"assigner"` // the assigner too looks at predictions
}

// Describe returns the strategy as JSON.
func Describe(s *strategy.Strategy) (string, error) {
	text, err := strictyaml.Marshal(s, strategy.Types())
	if err != nil {
		return "", err
	}
	values, err := yaml.YAMLToJSON(text)
	if err != nil {
		return "", err
	}
	d := description{Name: s.Name, YAML: string(text), Values: values, Stages: map[string]stageInfo{}, Warnings: s.Warnings()}
	if d.Warnings == nil {
		d.Warnings = []anchors.Warning{}
	}
	if s.Dense != nil {
		d.Stages["dense"] = describeDense(&s.Dense.Config)
	}
	if s.RPN != nil {
		d.Stages["rpn"] = describeDense(&s.RPN.Config)
	}
	if s.ROI != nil {
		d.Stages["roi"] = describeROI(&s.ROI.Config)
	}
	out, err := json.Marshal(d)
	return string(out), err
}

func describeDense(c *rpn.Config) stageInfo {
	info := describeLosses(c.Cls, c.Box, c.Norm, c.BoxNorm)
	info.Coder, info.MaxScale, info.Joint = c.Coder.Weights, c.Coder.MaxScale, c.CARL != nil
	info.Reads = readsOf(c.Assigner)
	info.Reads.Logits, info.Reads.Hardness = c.ReadsLogits()
	info.Reads.Deltas = c.ReadsAllDeltas()
	return info
}

func describeROI(c *roi.Config) stageInfo {
	info := describeLosses(c.Cls, c.Box, c.Norm, c.BoxNorm)
	info.Coder, info.MaxScale, info.Joint, info.PerClass = c.Coder.Weights, c.Coder.MaxScale, c.CARL != nil, c.PerClass
	info.Reads = readsOf(c.Assigner)
	info.Reads.Logits, info.Reads.Deltas = c.Mines(), c.Mines()
	return info
}

func describeLosses(cls losses.Cls, box losses.Box, norm, boxNorm losses.Norm) stageInfo {
	info := stageInfo{Link: cls.Link().String(), BoxSpace: "deltas"}
	if box.Space() == losses.Decoded {
		info.BoxSpace = "decoded"
	}
	info.Memory = []string{}
	columns := cls.Link().Columns(1)
	for _, part := range []struct {
		name    string
		value   any
		columns int
	}{{"cls", cls, columns}, {"box", box, 4}, {"norm", norm, 0}, {"box_norm", boxNorm, 0}} {
		if losses.NewState(part.value, part.columns) != nil {
			info.Memory = append(info.Memory, part.name)
		}
	}
	info.Remembers = len(info.Memory) > 0
	return info
}

func readsOf(a anchors.Assigner) reads {
	needs := a.Needs()
	return reads{
		Grid: needs&anchors.NeedGrid != 0, Size: needs&anchors.NeedSize != 0,
		Assigner: needs&anchors.NeedPredictions != 0,
	}
}

// ScarcityWarnings returns the traps of a training as JSON.
func ScarcityWarnings(counts []int64) (string, error) {
	list := scarcity(counts).Warnings()
	if list == nil {
		list = []anchors.Warning{}
	}
	out, err := json.Marshal(list)
	return string(out), err
}

// scarcity returns what a caller added up.
func scarcity(n []int64) losses.Scarcity {
	return losses.Scarcity{
		Images: int(n[0]), Truths: int(n[1]), Unmatched: int(n[2]), Smaller: int(n[3]), Larger: int(n[4]), Narrower: int(n[5]),
		FewPositives: int(n[6]), Asked: int(n[7]), Kept: int(n[8]), Beside: int(n[9]), NoNegatives: int(n[10]),
		Repeated: int(n[11]),
	}
}

// scarcityOf is its inverse.
func scarcityOf(s losses.Scarcity) [16]int64 {
	return [16]int64{
		int64(s.Images), int64(s.Truths), int64(s.Unmatched), int64(s.Smaller), int64(s.Larger), int64(s.Narrower),
		int64(s.FewPositives), int64(s.Asked), int64(s.Kept), int64(s.Beside), int64(s.NoNegatives),
		int64(s.Repeated),
	}
}
