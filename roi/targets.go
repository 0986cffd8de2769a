package roi

import (
	"detsample/internal/stage"
	"detsample/losses"
)

// Targets is [Config.Loss] without its losses, for a program that evaluates
// them elsewhere: what the regions of the last [Config.Sample], [Work.ROIs],
// should say and how strongly. Like Loss it is asked once a sample, since
// running normalisers take their step.
func (c *Config) Targets(w *Work) losses.Targets {
	return w.batch.Targets(c.terms(), stage.Output{
		Class: w.class, Columns: c.Cls.Link().Columns(w.classes), BoxColumns: c.BoxColumns(w.classes),
	})
}
