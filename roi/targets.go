package roi

import (
	"detsample/internal/stage"
	"detsample/losses"
)

// Targets is [Config.Loss] without its losses, for a program that evaluates
// them elsewhere: what the regions of the last [Config.Sample], [Work.ROIs],
// should say and how strongly. Like Loss it is asked once a sample, since
// running normalisers take their step. It panics if nothing was sampled since
// the last image joined.
func (c *Config) Targets(w *Work) losses.Targets {
	w.checkSampled("roi: Targets")
	w.looked = true
	return w.batch.Targets(c.terms(), stage.Output{
		Class: w.class, Columns: c.Cls.Link().Columns(w.classes), BoxColumns: c.BoxColumns(w.classes),
	})
}
