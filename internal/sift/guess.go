package sift

import (
	"math"

	"detsample/internal/reuse"
)

// A guess is a threshold from a sample of the values that count.
type guess struct {
	keys   []uint32   // of the sample
	counts *histogram // memory

	rank  int     // the threshold's among the sample; 0 lets all values pass
	least float32 // the threshold
	tied  bool    // so many of the sample are equal to it that it says little
}

// sampled returns how many of n values a guess looks at: an eighth, so that it
// costs little beside the pass that it spares, and no more than say enough. Of
// few values none, since selecting from all is as fast.
func sampled(n int) int {
	if n < 1024 {
		return 0
	}
	return min(n/8, 1024)
}

// guess returns a threshold that at least k values pass with a probability
// close to 1: of the sample, of which x = k sampled/len(value) should pass,
// some three standard deviations more do.
func (s *Selector) guess(value []float32, label []int32, in Labels, k int) guess {
	g := guess{counts: &s.counts, least: float32(math.Inf(-1))}
	sample := sampled(len(value))
	if sample == 0 {
		return g
	}
	s.keys = reuse.Grow(s.keys, sample)
	n, span := 0, uint32(in.span())
	for j := range sample {
		i := place(j, sample, len(value))
		s.keys[n] = key(value[i])
		if label == nil || uint32(label[i]-in.Low) <= span {
			n++
		}
	}
	g.keys = s.keys[:n]
	x := float64(k) * float64(sample) / float64(len(value))
	g.lowerTo(int(x + 3*math.Sqrt(x) + 4))
	return g
}

// place returns the j-th of a sample of n: one in each of as many equal parts, at
// a place within it that has no period, as candidates of a grid have.
func place(j, sample, n int) int {
	part := uint64(n) / uint64(sample)
	within := uint64(uint32(j)*0x9e3779b9) * part >> 32 // multiplicative hashing (Knuth)
	return int(uint64(j)*uint64(n)/uint64(sample) + within)
}

func (g *guess) lower() { g.lowerTo(4 * g.rank) }

func (g *guess) lowerTo(rank int) {
	if rank >= len(g.keys) {
		g.rank, g.least, g.tied = 0, float32(math.Inf(-1)), false
		return
	}
	least, larger, equal := g.counts.kth(g.keys, rank)
	g.rank, g.least, g.tied = rank, value(least), larger+equal > 2*rank
}
