// Command panicking is detsample with parts of its own that panic: always, or the
// sampler after so many calls.
package main

import (
	"math/rand/v2"
	"os"
	"sync/atomic"

	"detsample/anchors"
	"detsample/bench/command"
	"detsample/losses"
	"detsample/sampling"
)

// Beyond reads a label that there is not.
type Beyond struct {
	After int `range:"[0,)" doc:"calls that go well"`
}

var calls atomic.Int64

func (Beyond) Needs() sampling.Need { return sampling.NeedIoU }

func (s Beyond) Sample(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand) {
	at := 0
	if calls.Add(1) > int64(s.After) {
		at = len(c.GT) + 3
	}
	_ = c.GT[at]
	sampling.All{}.Sample(dst, c, rng)
}

// Nowhere is a loss of one row at a time.
type Nowhere struct{}

func (Nowhere) Link() losses.Link                                   { return losses.Sigmoid }
func (l Nowhere) Eval(grad []float32, b *losses.Batch) float64      { return losses.EvalRows(l, grad, b) }
func (Nowhere) Row(grad, logits []float32, t losses.Target) float64 { panic("no such margin") }

// Nobody is an assigner.
type Nobody struct{ anchors.MaxIoU }

func (Nobody) Assign(*anchors.Assignment, *anchors.Candidates, *anchors.Truth) { panic("no object") }

// Wary warns of nothing, and cannot do that.
type Wary struct{ sampling.All }

func (Wary) Warnings() []anchors.Warning {
	var none map[string]int
	none["warnings"]++
	return nil
}

func main() {
	sampling.Register("beyond", "panics", "its own", func() sampling.Sampler { return Beyond{} })
	sampling.Register("wary", "panics when it is asked to warn", "its own", func() sampling.Sampler { return Wary{} })
	losses.RegisterCls("nowhere", "panics", "its own", func() losses.Cls { return Nowhere{} })
	anchors.RegisterAssigner("nobody", "panics", "its own", func() anchors.Assigner { return Nobody{anchors.NewMaxIoU(0.5, 0.4)} })
	os.Exit(command.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
