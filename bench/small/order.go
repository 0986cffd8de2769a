package small

import "math/rand/v2"

// Streams of randomness of one run. Each has its own generator, so that a
// strategy that draws more does not change the order of the data, and data,
// weights and samples can be varied apart.
const (
	streamWeights uint64 = 0x77656967 // "weig"
	streamOrder   uint64 = 0x6f726465 // "orde"
	streamFlip    uint64 = 0x666c6970 // "flip"
)

// order is the sequence in which a run sees the training images: one
// permutation after another.
type order struct {
	seed  uint64
	perm  []int
	at    int
	epoch uint64
}

func newOrder(seed uint64, images int) *order {
	o := &order{seed: seed, perm: make([]int, images), at: images}
	for i := range o.perm {
		o.perm[i] = i
	}
	return o
}

// next returns the index of the next image.
func (o *order) next() int {
	if o.at == len(o.perm) {
		rng := rand.New(rand.NewPCG(o.seed^streamOrder, o.epoch))
		rng.Shuffle(len(o.perm), func(i, j int) { o.perm[i], o.perm[j] = o.perm[j], o.perm[i] })
		o.at = 0
		o.epoch++
	}
	o.at++
	return o.perm[o.at-1]
}
