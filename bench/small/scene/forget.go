package scene

import (
	"math/rand/v2"
	"slices"

	"detsample/bench/dataset"
)

// forget leaves objects of a training image without annotation. It draws from a
// stream of its own: the pictures are those of a set in which nothing is
// missing, and what is missing at a low probability is missing at a higher one.
func (p *painter) forget(m *dataset.Image, key, index uint64) {
	if p.c.Missing == 0 {
		return
	}
	rng := rand.New(rand.NewPCG(mix(key+forgotten), index))
	m.Objects = slices.DeleteFunc(m.Objects, func(dataset.Object) bool { return rng.Float64() < p.c.Missing })
}

// forgotten sets the stream of what is missing apart from the picture's.
const forgotten = 0x6d697373
