package summary

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"detsample/anchors"
	"detsample/bench/config"
	"detsample/bench/trainer"
)

// LossScale: strategies of one comparison whose losses differ in size where
// they meet, at the trunk. A normaliser, or a sampler that changes what a
// normaliser counts, then decides beside the strategy: divided by 2 positives
// an image in place of 512 samples, the box loss of a region proposal network
// is 250 times as large, and drowns the second stage's.
const LossScale anchors.Trap = "loss_scale"

// mostScale is the ratio of two gradients above which they differ.
const mostScale = 4

// scaleWarnings warns of the losses of the i-th strategy whose gradient at the
// trunk differs from that of a strategy before it, and names the one from which
// it differs most.
func scaleWarnings(c *config.Config, summaries []Strategy, i int) []config.Warning {
	var list []config.Warning
	s := &summaries[i]
	for _, stage := range s.Stages {
		weights := weightsOf(c, s.Strategy, stage.Stage)
		for p, key := range keys {
			by, other := furthest(summaries[:i], stage.Stage, p, parts(stage.Trunk)[p])
			if max(by, 1/by) <= mostScale {
				continue
			}
			detail := fmt.Sprintf("at the trunk its gradient is %s times that of %q, so that the two differ in the size of a loss too", significant(by), other.Strategy)
			remedy := []string{"scale: matched"}
			if chosen := cmp.Or(s.ScaleReason, other.ScaleReason); chosen != "" { // as a preset's were, on the images that it names, or in this comparison
				remedy = []string{"scale: matched, if that was on other images"}
				detail = fmt.Sprintf("at the trunk its gradient is %s times that of %q over the training, although weights were chosen before it (%s)", significant(by), other.Strategy, chosen)
			}
			if w := weights[p]; w != nil {
				remedy = append(remedy, fmt.Sprintf("%s_weight %s", key, significant(*w/by)))
			}
			list = append(list, config.Warning{Strategy: s.Strategy, Warning: anchors.Warning{
				Trap: LossScale, Where: stage.Stage + "." + key, Remedy: strings.Join(remedy, ", or "), Detail: detail,
			}})
		}
	}
	return list
}

// Spread is the loss whose size at the trunk differs most between two
// strategies.
type Spread struct {
	Where    string  `json:"where"` // such as "rpn.box"
	Times    float64 `json:"times"` // the larger gradient over the smaller, medians over training
	Largest  string  `json:"largest"`
	Smallest string  `json:"smallest"`
}

// lossScale returns the greatest difference, nil if no loss can be compared.
func lossScale(summaries []Strategy) *Spread {
	var most *Spread
	for i := range summaries {
		for _, stage := range summaries[i].Stages {
			for p, key := range keys {
				by, other := furthest(summaries[:i], stage.Stage, p, parts(stage.Trunk)[p])
				if other == nil || most != nil && max(by, 1/by) <= most.Times {
					continue
				}
				most = &Spread{Where: stage.Stage + "." + key, Times: by, Largest: summaries[i].Strategy, Smallest: other.Strategy}
				if by < 1 {
					most.Times, most.Largest, most.Smallest = 1/by, other.Strategy, summaries[i].Strategy
				}
			}
		}
	}
	return most
}

// keys name the two losses, in the order of parts.
var keys = [...]string{"cls", "box"}

// parts are the gradients of the two losses.
func parts(g trainer.TrunkGradient) [2]float64 { return [2]float64{g.Cls, g.Box} }

// furthest returns how many times as large as one of a part of a stage's
// gradients a value is, where that is furthest from 1, and whose it is. What
// was not measured, or is no gradient, has no size; nil if nobody's has one.
func furthest(summaries []Strategy, stage string, part int, value float64) (by float64, of *Strategy) {
	least := 0.0
	by = 1
	for i := range summaries {
		for _, o := range summaries[i].Stages {
			other := parts(o.Trunk)[part]
			if o.Stage != stage || !(other > 0) || !(value > 0) {
				continue
			}
			if r := value / other; max(r, 1/r) > least {
				by, of, least = r, &summaries[i], max(r, 1/r)
			}
		}
	}
	return by, of
}

// weightsOf returns where the weights of a strategy's stage stand.
func weightsOf(c *config.Config, name, stage string) [2]*float64 {
	for i := range c.Strategies {
		if c.Strategies[i].Name == name {
			cls, box := c.Strategies[i].Weights(stage)
			return [2]*float64{cls, box}
		}
	}
	return [2]*float64{}
}

// significant writes two digits of a number.
func significant(x float64) string {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 1, 64), 64)
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}
