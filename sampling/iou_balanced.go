package sampling

import (
	"math"
	"math/rand/v2"
	"slices"

	"detsample/internal/choice"
	"detsample/internal/registry"
)

// Semantics says what [IoUBalanced] takes for the upper end of its bins.
type Semantics uint8

// The two ends.
const (
	AsWritten Semantics = iota // the highest IoU of a negative, which belongs to the last bin
	AsCoded                    // the highest IoU of any candidate, which belongs to none
)

var semanticsNames = []string{"as_written", "as_coded"}

// MarshalText writes the value as UnmarshalText reads it.
func (s Semantics) MarshalText() ([]byte, error) { return choice.Marshal(s, semanticsNames) }

// UnmarshalText accepts as_written or as_coded.
func (s *Semantics) UnmarshalText(text []byte) error {
	return choice.Unmarshal(s, "semantics of the bins", semanticsNames, text)
}

// IoUBalanced draws its [Quota], positives uniformly and negatives evenly over
// their IoU with the ground truth: hard negatives, which overlap an object,
// are few among thousands that overlap none, and a uniform draw misses them.
//
// Where there are more negatives than the k to be kept, floor(k*(1-
// FloorFraction)) of them come from IoU FloorIoU and above, the others from
// below (at a FloorIoU of 0: from IoU above 0, and from IoU 0; a negative
// FloorIoU is no floor). The interval from the floor to the highest IoU is cut
// into Bins equal ones, each of which gives floor(k/Bins), or all that it has.
// What is missing is drawn uniformly from what was not drawn.
//
// The paper cuts the negatives' IoU, up to the assigner's threshold: AsWritten.
// mmdetection cuts the IoU of all candidates, which reaches 1 with ground truth
// among them. Then the last of three bins is empty, the second ends where
// negatives do, and what they lack is drawn uniformly after all: AsCoded.
// mmdetection's sampler also changes its floor from -1 to 0 in its first call.
// This one is a function of its parameters: a FloorIoU of -1 is that first
// call, 0 every later one.
//
// Source: Libra R-CNN (Pang et al. 2019, section 3.1); mmdetection's
// IoUBalancedNegSampler.
type IoUBalanced struct {
	Quota
	FloorIoU      float64   `param:"floor_iou" range:"[-1,1)" doc:"IoU from which negatives are balanced; below 0 all are"`
	FloorFraction float64   `range:"[0,1]" doc:"share of the negatives drawn from below the floor"`
	Bins          int       `range:"[1,)" doc:"bins of equal width that give equally many negatives"`
	Semantics     Semantics `oneof:"as_written|as_coded" doc:"the bins of the paper (as_written) or of mmdetection's code (as_coded)"`
}

// NewIoUBalanced returns the paper's rule: three bins over all negatives.
// It panics if the configuration is invalid.
func NewIoUBalanced(num int, positiveFraction float64) IoUBalanced {
	return registry.Must("sampling: NewIoUBalanced", IoUBalanced{Quota: Quota{Num: num, PositiveFraction: positiveFraction}, FloorIoU: -1, Bins: 3})
}

var _ Sampler = IoUBalanced{}

// Needs implements [Sampler].
func (IoUBalanced) Needs() Need { return NeedIoU }

// Sample implements [Sampler].
func (b IoUBalanced) Sample(dst *Sample, c *Candidates, rng *rand.Rand) {
	c.mustHave(b.Needs())
	pos, neg := dst.Split(c)
	pos = Draw(pos, b.positives(), rng)
	if k := b.negatives(len(pos)); len(neg) > k {
		neg = b.balance(dst, neg, c, k, rng)
	}
	dst.Keep(pos, neg)
}

// balance draws k of the negatives, of which there are more.
func (b IoUBalanced) balance(s *Sample, neg []int32, c *Candidates, k int, rng *rand.Rand) []int32 {
	// The balanced ones go to the front, those below the floor to the back.
	balanced := len(neg)
	if b.FloorIoU >= 0 {
		balanced = gather(neg, c.IoU, b.floor(), math.Inf(1))
	}
	s.pick, s.rest = s.pick[:0], s.rest[:0]
	s.bins(b, neg[:balanced], c, int(float64(k)*(1-b.FloorFraction)), rng)
	s.take(neg[balanced:], k-len(s.pick), rng)
	if missing := k - len(s.pick); missing > 0 {
		s.pick = append(s.pick, Draw(s.rest, missing, rng)...)
	}
	slices.Sort(s.pick)
	return s.pick
}

// floor returns the IoU from which a negative is balanced.
func (b IoUBalanced) floor() float64 {
	if b.FloorIoU == 0 {
		return math.SmallestNonzeroFloat64
	}
	return b.FloorIoU
}

// bins draws k negatives, as many from each bin of IoU.
func (s *Sample) bins(b IoUBalanced, neg []int32, c *Candidates, k int, rng *rand.Rand) {
	if len(neg) <= k || b.Bins == 1 {
		s.take(neg, k, rng)
		return
	}
	low := max(b.FloorIoU, 0)
	width := (b.top(neg, c) - low) / float64(b.Bins)
	for bin := range b.Bins {
		start, end := low+float64(bin)*width, low+float64(bin+1)*width
		if bin == b.Bins-1 && b.Semantics != AsCoded {
			end = math.Inf(1)
		}
		// Members move to the front, and what is drawn leaves the list.
		members := gather(neg, c.IoU, start, end)
		s.take(neg[:members], k/b.Bins, rng)
		neg = neg[members:]
	}
	s.rest = append(s.rest, neg...)
	// What the bins did not have comes from all that they left.
	s.rest, s.left = s.left[:0], s.rest
	s.take(s.left, k-len(s.pick), rng)
}

// top returns the upper end of the bins.
func (b IoUBalanced) top(neg []int32, c *Candidates) float64 {
	top := float32(0)
	if b.Semantics == AsCoded {
		top = slices.Max(c.IoU)
	} else {
		for _, at := range neg {
			top = max(top, c.IoU[at])
		}
	}
	return float64(top)
}

// take moves k uniformly drawn ones of list to the picked and the others to
// the rest.
func (s *Sample) take(list []int32, k int, rng *rand.Rand) {
	k = max(0, min(k, len(list)))
	if k < len(list) {
		shuffle(list, k, rng)
	}
	s.pick = append(s.pick, list[:k]...)
	s.rest = append(s.rest, list[k:]...)
}
