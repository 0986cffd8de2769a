package losses

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// everyBoxLoss is every registered box loss, and those whose parameters make
// another of them.
func everyBoxLoss() map[string]Box {
	all := map[string]Box{
		"iou linear": IoU{Mode: IoULinear}, "iou square": IoU{Mode: IoUSquare},
		"ciou from 0.5": CIoU{FromIoU: 0.5}, "smooth_l1 beta 0": SmoothL1{Beta: 0},
		"balanced_l1 beta 0.5": BalancedL1{Alpha: 0.7, Gamma: 1.1, Beta: 0.5},
	}
	for _, e := range boxLosses.All() {
		all[e.Name] = e.New()
	}
	return all
}

// kinked reports whether a central difference would reach over a kink: where
// sides meet, sizes agree, centres share an axis, or a curve becomes a line.
func kinked(l Box, pred, truth [4]float64) bool {
	const near = 1e-3
	touch := func(a, b float64) bool { return math.Abs(a-b) < near }
	if l.Space() == Deltas {
		for k := range pred {
			e := math.Abs(pred[k] - truth[k])
			for _, join := range joins(l) {
				if touch(e, join) {
					return true
				}
			}
		}
		return false
	}
	for k := range pred {
		if touch(pred[k], truth[k]) || touch(pred[k], truth[(k+2)%4]) || touch((pred[k]+pred[(k+2)%4])/2, (truth[k]+truth[(k+2)%4])/2) {
			return true
		}
	}
	iou := iouOf(pred, truth)
	return touch(widthOf(pred), widthOf(truth)) || touch(heightOf(pred), heightOf(truth)) || touch(iou, 0.5) || touch(1-iou, 0.1) || iou > 0 && iou < near
}

func joins(l Box) []float64 {
	switch l := l.(type) {
	case SmoothL1:
		return []float64{0, l.Beta}
	case Huber:
		return []float64{l.Delta}
	case BalancedL1:
		return []float64{0, l.Beta}
	}
	return []float64{0}
}

func TestEveryBoxLossIsItsReferenceAndSoIsItsGradient(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	for name, l := range everyBoxLoss() {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			for checked := 0; checked < 10_000; {
				pred, truth := operand(rng, l.Space()), operand(rng, l.Space())
				p, u := widen(pred), widen(truth)
				if kinked(l, p, u) {
					continue
				}
				checked++
				reference := referenceAt(l, p, u)
				var grad [4]float32
				value, want := l.Row(&grad, pred, truth), reference(p)
				require.InDelta(t, want, value, max(1e-12, 1e-9*want), "%v %v", pred, truth)
				for k := range p {
					const h = 1e-5
					plus, minus := p, p
					plus[k] += h
					minus[k] -= h
					slope := (reference(plus) - reference(minus)) / (2 * h)
					require.InDelta(t, slope, float64(grad[k]), max(1e-6, 1e-5*math.Abs(slope)), "%v %v side %d", pred, truth, k)
				}
			}
		})
	}
}

func TestEveryDecodedLossIsSymmetricAndAllButNWDScaleFree(t *testing.T) {
	for name, l := range everyBoxLoss() {
		if l.Space() != Decoded {
			continue
		}
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(3, 4))
			for range 2000 {
				a, b := operand(rng, Decoded), operand(rng, Decoded)
				v := l.Row(nil, a, b)
				assert.InDelta(t, v, l.Row(nil, b, a), 1e-12)
				scaled := l.Row(nil, scaleBox(a, 4), scaleBox(b, 4)) // a power of 2 is exact
				if _, ok := l.(NWD); ok {
					assert.Greater(t, scaled, v)
					c := l.(NWD).C
					assert.InDelta(t, v, NWD{C: 4 * c}.Row(nil, scaleBox(a, 4), scaleBox(b, 4)), 1e-12, "scales with C")
					continue
				}
				assert.InDelta(t, v, scaled, 1e-12)
			}
		})
	}
}

func scaleBox(b [4]float32, by float32) [4]float32 {
	scale(b[:], by)
	return b
}

func TestEveryDecodedLossButIoUPullsDisjointBoxesTogether(t *testing.T) {
	truth := [4]float32{0, 0, 10, 12}
	for name, l := range everyBoxLoss() {
		if l.Space() != Decoded {
			continue
		}
		t.Run(name, func(t *testing.T) {
			last := 0.0
			for _, x := range []float32{11, 14, 20, 30, 60} {
				var grad [4]float32
				v := l.Row(&grad, [4]float32{x, 1, x + 10, 13}, truth)
				pull := float64(grad[0]) + float64(grad[2])
				if _, ok := l.(IoU); ok {
					assert.Zero(t, grad, "knows no distance")
					continue
				}
				assert.Positive(t, pull, "moving right from %v makes it worse", x)
				assert.Greater(t, v, last)
				last = v
			}
		})
	}
}

// Whatever boxes a head decodes to, the loss and its gradient are numbers.
func TestEveryBoxLossIsFiniteForDegenerateAndHugeBoxes(t *testing.T) {
	degenerate := [][4]float32{
		{5, 5, 5, 5}, {5, 5, 5, 9}, {5, 5, 9, 5}, {0, 0, 0, 0}, {9, 9, 5, 5}, {0, 0, 1e-30, 1e-30},
		{-1e18, -1e18, 1e18, 1e18}, {1e18, 0, 2e18, 1}, {-3e38, -3e38, 3e38, 3e38}, {0, 0, 1e-38, 3e38},
		{1, 1, math.SmallestNonzeroFloat32, math.SmallestNonzeroFloat32}, {5, 5, 9, 9},
	}
	for name, l := range everyBoxLoss() {
		t.Run(name, func(t *testing.T) {
			for _, pred := range degenerate {
				for _, truth := range degenerate {
					var grad [4]float32
					v := l.Row(&grad, pred, truth)
					require.Zero(t, v-v, "%v %v: %v", pred, truth, v)
					for _, g := range grad {
						require.Zero(t, g-g, "%v %v: %v", pred, truth, grad)
					}
				}
			}
		})
	}
}
