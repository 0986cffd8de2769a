package anchors

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// assignPlainly assigns pair by pair, as by any similarity.
func assignPlainly(m MaxIoU, a *Assignment, c *Candidates, t *Truth) {
	m.assignSimilar(a, c, t)
	m.mask(a, c)
	for i, box := range c.Box {
		a.IoU[i] = largestIoU(box, t.Box)
		if m.Measure == MeasureIoU && a.nearest[i] != excluded {
			a.IoU[i] = a.similar[i] // the same but for IoUs that are no numbers
		}
	}
}

// requireSame compares labels, and overlaps by their bits.
func requireSame(t *testing.T, want, got *Assignment, where string, args ...any) {
	t.Helper()
	require.Equal(t, want.GT, got.GT, append([]any{where}, args...)...)
	require.Len(t, got.IoU, len(want.IoU))
	for i, v := range want.IoU {
		if g := got.IoU[i]; math.Float32bits(v) != math.Float32bits(g) && (v == v || g == g) {
			require.Equal(t, v, g, append([]any{where}, args...)...)
		}
	}
}

// spoil makes some boxes empty, inverted, vast, infinite or no numbers.
func spoil(boxes []Box, rng *rand.Rand) {
	inf := float32(math.Inf(1))
	odd := []float32{float32(math.NaN()), inf, -inf, 1e30, -1e19, 1e18, 0, 1e-40}
	for range rng.IntN(8) {
		if len(boxes) == 0 {
			return
		}
		b := &boxes[rng.IntN(len(boxes))]
		switch rng.IntN(4) {
		case 0:
			b[2] = b[0]
		case 1:
			b[0], b[2] = b[2], b[0]
		default:
			b[rng.IntN(4)] = odd[rng.IntN(len(odd))]
		}
	}
}

func TestAnyBoxesAreAssignedAsPairByPairBitByBit(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	var want, got Assignment // shared: what one scene leaves behind must not show in the next
	for scene := range nearScenes {
		p, width, height, truth := anyNearScene(rng)
		m := anyNearOptions(rng)
		if rng.IntN(2) == 0 {
			m.Straddle, m.Border = Straddle(rng.IntN(3)), float64(rng.IntN(20))
		}
		c := Candidates{Box: p.Append(nil, width, height), Width: float32(width), Height: float32(height)}
		if rng.IntN(2) == 0 {
			rng.Shuffle(len(c.Box), func(i, j int) { c.Box[i], c.Box[j] = c.Box[j], c.Box[i] })
			c.Box = c.Box[:min(len(c.Box), rng.IntN(200))]
		}
		switch rng.IntN(4) {
		case 0:
			spoil(c.Box, rng)
		case 1:
			spoil(truth.Box, rng)
			spoil(truth.Ignore, rng)
		}
		assignPlainly(m, &want, &c, &truth)
		m.Assign(&got, &c, &truth)
		requireSame(t, &want, &got, "scene %d: %+v", scene, m)
	}
}

func TestManyGroundTruthsTieOnManyCandidates(t *testing.T) {
	// Blocks full of equals, and more ground truths than a vector holds.
	var c Candidates
	var truth Truth
	for i := range 300 {
		x := float32(10 * (i % 3))
		c.Box = append(c.Box, Box{x, 0, x + 10, 10})
		if i%5 == 0 {
			truth.Box = append(truth.Box, Box{x, 0, x + 5, 10})
		}
	}
	truth.Class = make([]int32, len(truth.Box))
	var want, got Assignment
	for _, forced := range []Forced{ForcedKeep, ForcedTaken, ForcedLowest} {
		for _, ties := range []Ties{TiesAll, TiesFirst} {
			m := MaxIoU{PosIoU: 0.7, NegIoU: 0.6, Forced: forced, Ties: ties}
			assignPlainly(m, &want, &c, &truth)
			m.Assign(&got, &c, &truth)
			requireSame(t, &want, &got, "%+v", m)
			assert.NotZero(t, got.Positives())
		}
	}
}

func TestAssigningAnyBoxesStaysOffTheHeap(t *testing.T) {
	c, truth := crowdedScene(2001, 40)
	for _, m := range []MaxIoU{
		NewMaxIoU(0.5, 0.4),
		{PosIoU: 0.5, NegIoU: 0.4, Forced: ForcedKeep, ForceZero: true},
		{PosIoU: 0.5, NegIoU: 0.4, Forced: ForcedTaken, IgnoreOrder: IgnoreFirst, Straddle: StraddleDropped},
	} {
		var a Assignment
		assert.Zero(t, testing.AllocsPerRun(3, func() { m.Assign(&a, &c, &truth) }))
	}
}
