// Command external is detsample with a sampler and a loss of its own. To
// build it elsewhere, give it a go.mod that requires detsample and says where
// its checkout is,
//
//	require detsample v0.0.0
//	replace detsample => ../detsample
package main

import (
	"math"
	"math/rand/v2"
	"os"
	"slices"

	"detsample/bench/command"
	"detsample/losses"
	"detsample/sampling"
)

// Near keeps every positive and as many negatives, of those that overlap an
// object by at least Overlap.
type Near struct {
	Overlap float64 `range:"[0,1]" doc:"least IoU of a negative with an object"`
}

func (Near) Needs() sampling.Need { return sampling.NeedIoU }

func (s Near) Sample(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand) {
	pos, neg := dst.Split(c)
	near := slices.DeleteFunc(neg, func(i int32) bool { return float64(c.IoU[i]) < s.Overlap })
	dst.Keep(pos, sampling.Draw(near, len(pos), rng))
}

// Explain is what the list and the pages have of it.
func (Near) Explain() (formula, when string) {
	return "n positives: all, and n of the negatives with IoU >= overlap, drawn evenly", "Heads that confuse an object with its surroundings."
}

// Exponential is AdaBoost's loss of the margin m of each logit, exp(-m/2).
type Exponential struct{}

func (Exponential) Link() losses.Link { return losses.Sigmoid }

func (l Exponential) Eval(grad []float32, b *losses.Batch) float64 {
	return losses.EvalRows(l, grad, b)
}

func (Exponential) Row(grad, logits []float32, t losses.Target) (loss float64) {
	for k, x := range logits {
		sign := -1.0
		if t.Class == int32(k) {
			sign = 1
		}
		value := math.Exp(-sign * float64(x) / 2)
		loss += value
		if grad != nil {
			grad[k] = float32(-sign * value / 2)
		}
	}
	return loss
}

func main() {
	sampling.Register("near", "positives and as many near misses", "its own", func() sampling.Sampler { return Near{Overlap: 0.1} })
	losses.RegisterCls("exponential", "AdaBoost's loss", "Freund and Schapire 1997", func() losses.Cls { return Exponential{} })
	os.Exit(command.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
