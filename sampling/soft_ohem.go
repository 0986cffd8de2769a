package sampling

import (
	"math"
	"math/rand/v2"

	"detsample/internal/registry"
	"detsample/internal/sift"
)

// SoftOHEM draws Num candidates, positive or negative alike, without
// replacement and in proportion to hardness^(1/Temperature): the next draw
// among those left takes candidate i with probability h_i^(1/T) / sum h^(1/T).
//
// Temperature 0 is [OHEM], which drops all but the hardest, outliers and
// mistakes of the annotation first of all, and takes the same ones at every
// step; infinite temperature is a uniform draw, nearly all easy. Between the
// two, moderately hard candidates have their share, as under focal loss, which
// weighs by a power of the difficulty where this chooses by one. So it
// separates two explanations of focal loss's lead over mining: the smooth
// attention, which it has, and the use of every candidate, which it lacks.
// Weights are 1: the emphasis on the hard is intended (for a draw that leaves
// the expected gradient as it is, see [Importance]).
//
// It keeps the Num largest of log h - T log e, e exponential: one pass, no
// running sums (Gumbel's trick).
//
// Source: this library. Efraimidis and Spirakis 2006 (weighted sampling without
// replacement by random keys).
type SoftOHEM struct {
	Num         int     `range:"[1,)" doc:"candidates drawn per image"`
	Temperature float64 `range:"[0,)" doc:"0 keeps the hardest; the higher, the more alike the chances"`
}

// NewSoftOHEM returns a draw of num candidates in proportion to their loss.
// It panics if the configuration is invalid.
func NewSoftOHEM(num int) SoftOHEM {
	return registry.Must("sampling: NewSoftOHEM", SoftOHEM{Num: num, Temperature: 1})
}

var _ Sampler = SoftOHEM{}

// Needs implements [Sampler].
func (SoftOHEM) Needs() Need { return NeedHardness }

// Sample implements [Sampler].
func (o SoftOHEM) Sample(dst *Sample, c *Candidates, rng *rand.Rand) {
	c.mustHave(o.Needs())
	dst.pick = sift.Labelled(dst.pick, c.GT, notIgnored)
	if len(dst.pick) <= o.Num || o.Temperature == 0 {
		dst.keepMixed(dst.largest.Largest(c.Hardness, c.GT, notIgnored, o.Num), c.GT)
		return
	}
	dst.real = append(dst.real[:0], c.Hardness...)
	for _, i := range dst.pick {
		key := math.Log(float64(c.Hardness[i])) - o.Temperature*math.Log(rng.ExpFloat64())
		dst.real[i] = float32(key)
	}
	dst.keepMixed(dst.largest.Largest(dst.real, c.GT, notIgnored, o.Num), c.GT)
}
