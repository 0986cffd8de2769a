package anchors

import (
	"fmt"
	"math"

	"detsample/internal/reuse"
)

// matching is the memory of the assigners that judge candidates by their
// predictions.
type matching struct {
	allowed    []int32   // candidates that may be positive, ascending
	points     []point   // their centres
	background []float64 // of each of them, the class cost of matching nothing
	overlaps   []ranked
	cheapest   []ranked
	contested  []int32 // positions in allowed that several ground truths claim
	hulls      []hull  // of the allowed, hullSize at a time
	decoded    []Box   // their predicted boxes
	rivals     rivals  // those
	prices     classPrices
	likely     []ranked // of each ground truth, the best of the candidates that overlap it most
	read       float32  // scores that were read, for the sake of reading
	regions    []Box    // of each ground truth, on one level
	near       []int32  // ground truths

	simOTA      simOTAPricing
	dynamicSoft dynamicSoftPricing

	transport transport
	linearSum linearSum
	bestIoU   []float32 // per ground truth, over its positives
	bestAlign []float64 // likewise
}

// requirePredictions panics, on behalf of the named assigner, unless every
// candidate has a score for every class and a predicted box, and every ground
// truth has one of those classes.
func (c *Candidates) requirePredictions(assigner string, t *Truth) {
	n := len(c.Box)
	if n > 0 && c.Classes < 1 || len(c.Score) != n*c.Classes || len(c.Decoded) != n {
		panic(fmt.Sprintf("anchors: %s.Assign: needs predictions, got %d scores and %d boxes for %d candidates of %d classes",
			assigner, len(c.Score), len(c.Decoded), n, c.Classes))
	}
	if c.Classes <= 1 {
		return
	}
	if len(t.Class) != len(t.Box) {
		panic(fmt.Sprintf("anchors: %s.Assign: %d classes for %d ground truths", assigner, len(t.Class), len(t.Box)))
	}
	for g, class := range t.Class {
		if class < 0 || int(class) >= c.Classes {
			panic(fmt.Sprintf("anchors: %s.Assign: ground truth %d has class %d of %d", assigner, g, class, c.Classes))
		}
	}
}

// requireGrid panics, on behalf of the named assigner, unless the levels of
// the grid, one after the other, make up the candidates.
func (c *Candidates) requireGrid(assigner string) {
	n := 0
	for _, g := range c.Grid {
		start, end := g.bounds()
		if start != n {
			n = -1
			break
		}
		n = end
	}
	if n != len(c.Box) {
		panic(fmt.Sprintf("anchors: %s.Assign: needs the grid of its %d candidates, got one that does not make them up", assigner, len(c.Box)))
	}
}

// scores returns the probabilities of candidate i.
func (c *Candidates) scores(i int32) []float32 {
	return c.Score[int(i)*c.Classes : (int(i)+1)*c.Classes]
}

// score returns the probability that candidate i has a class.
func (c *Candidates) score(i, class int) float32 { return c.Score[i*c.Classes+class] }

// column returns the class of ground truth g among the predicted ones: 0 if
// only objectness is predicted, or nothing of no candidate.
func (c *Candidates) column(t *Truth, g int) int {
	if c.Classes <= 1 {
		return 0
	}
	return int(t.Class[g])
}

// point is the centre of a candidate, and the stride of its level.
type point struct{ x, y, stride float32 }

// centre returns the box's midpoint, without the stride of a level.
func centre(b Box) point {
	x, y := b.Center()
	return point{x: x, y: y}
}

// inside reports whether p lies in b, more than margin from every side.
func (p point) inside(b Box, margin float32) bool {
	return min(p.x-b[0], p.y-b[1], b[2]-p.x, b[3]-p.y) > margin
}

// near returns the square around the centre of b whose half side is radius
// strides.
func (p point) near(b Box, radius float32) Box {
	x, y := b.Center()
	r := radius * p.stride
	return Box{x - r, y - r, x + r, y + r}
}

// distance returns how far p is from the centre of b, in strides.
func (p point) distance(b Box) float64 {
	x, y := b.Center()
	return math.Hypot(float64(p.x-x), float64(p.y-y)) / float64(p.stride)
}

// startPredicted makes every candidate Negative, with the IoU of its predicted
// box and the ground truth that this overlaps most, which it notes.
func startPredicted(dst *Assignment, c *Candidates, t *Truth) {
	dst.Reset(len(c.Box))
	dst.nearest = reuse.Grow(dst.nearest, len(c.Box))
	dst.overlapOf(dst.IoU, dst.nearest, c.Decoded, t.Box)
}

// finishPredicted gives every positive the IoU of its predicted box with its
// own ground truth, and ignores the negatives that lie in an ignore region by
// more than the given share.
func finishPredicted(dst *Assignment, c *Candidates, t *Truth, ignoreIoF float64) {
	for i, g := range dst.GT {
		if g >= 0 {
			dst.IoU[i] = IoU(c.Decoded[i], t.Box[g])
		}
	}
	dst.ignoreNegatives(c.Box, t.Ignore, ignoreIoF)
}

// startQuality makes room for a soft target for every candidate, all 0.
func (a *Assignment) startQuality() {
	a.Quality = reuse.Grow(a.Quality, len(a.GT))
	clear(a.Quality)
}

// logProbability returns log p, and -100 where p is so small that the
// logarithm lies below: the floor of PyTorch's binary cross entropy.
func logProbability(p float64) float64 { return max(math.Log(p), -100) }

// power is [math.Pow], quickly for whole exponents, which are those in common use:
// the products are the same, but for its powers of two.
func power(x, exponent float64) float64 {
	n := int(exponent)
	if float64(n) != exponent || n < 1 || n > 16 || !(1e-18 < x && x < 1e18) {
		return math.Pow(x, exponent)
	}
	product := 1.0
	for ; n > 1; n >>= 1 {
		if n&1 == 1 {
			product *= x
		}
		x *= x
	}
	return product * x
}

// powerAbove is at least [math.Pow], for a bound.
func powerAbove(x, exponent float64) float64 { return power(x, exponent) * (1 + 1e-9) }
