package roi

import "detsample/anchors"

// Warnings returns the traps that the configuration is in, as far as it shows
// without data: those of its parts, and a focusing loss beside a sampler that
// takes its meaning. Where names the part, such as "cls". What training lacked
// is in losses.Balance.
func (c Config) Warnings() []anchors.Warning { return c.terms().Warnings(c.Assigner, c.Sampler, false) }
