package sampling

import "detsample/internal/registry"

// Entry describes a sampler to the configuration layer: its name, a line of
// meaning, its source, and New, which returns it with its defaults. The
// exported fields of what New returns are its parameters.
type Entry = registry.Entry[Sampler]

// Samplers holds every registered sampler.
var Samplers = registry.New[Sampler]("sampler")

// Register makes a sampler available by name in configurations. It panics if
// the name is empty or taken.
func Register(e Entry) { Samplers.Register(e) }

func init() {
	Register(Entry{
		Name:    "all",
		Meaning: "every candidate that is not ignored",
		Source:  "Lin 2017; mmdetection PseudoSampler",
		New:     func() Sampler { return All{} },
	})
	Register(Entry{
		Name:    "random",
		Meaning: "a fixed number drawn uniformly, positives up to a fraction, negatives to fill",
		Source:  "Ren 2015; mmdetection RandomSampler, detectron2 subsample_labels",
		New:     func() Sampler { return NewRandom(256, 0.5) },
	})
	Register(Entry{
		Name:    "hard_negative",
		Meaning: "all positives and the hardest negatives, n for each positive",
		Source:  "Liu 2016 (SSD); torchvision SSD",
		New:     func() Sampler { return NewHardNegative(3) },
	})
	Register(Entry{
		Name:    "ohem",
		Meaning: "the candidates of highest loss, positive or negative alike",
		Source:  "Shrivastava 2016",
		New:     func() Sampler { return NewOHEM(64) },
	})
}
