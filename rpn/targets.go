package rpn

import (
	"fmt"

	"detsample/losses"
)

// Targets is [Config.Step] without its losses, for a program that evaluates
// them elsewhere. Logits may be left out unless [Config.ReadsLogits], and
// Deltas unless [Config.ReadsAllDeltas]; gradients are not written. It panics as
// Step does, and where what the strategy looks at was left out.
func (c *Config) Targets(w *Work, b *Batch) losses.Targets {
	c.begin(w, b.Classes, "rpn: Targets")
	c.checkRead(b)
	b.checkGiven("rpn: Targets")
	c.gather(w, b, "rpn: Targets")
	w.checkNumbers(b, "rpn: Targets")
	return w.batch.Targets(c.terms(), c.output(w, b))
}

// checkRead panics unless b has what the assigner and the sampler look at.
func (c *Config) checkRead(b *Batch) {
	n, columns := len(b.Anchors.Box)*len(b.Images), c.Cls.Link().Columns(b.Classes)
	reads, hardness := c.ReadsLogits()
	if reads && !(hardness && len(b.Hardness) > 0) || len(b.Logits) > 0 {
		if len(b.Logits) != n*columns {
			panic(fmt.Sprintf("rpn: Targets: %d logits for %d images of %d anchors with %d columns",
				len(b.Logits), len(b.Images), len(b.Anchors.Box), columns))
		}
	}
	if c.ReadsAllDeltas() || len(b.Deltas) > 0 {
		if len(b.Deltas) != 4*n {
			panic(fmt.Sprintf("rpn: Targets: %d deltas for %d images of %d anchors", len(b.Deltas), len(b.Images), len(b.Anchors.Box)))
		}
	}
}
