package anchors

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"detsample/internal/overlap"
)

// contest is a cost by which boxes compete for a ground truth, and what it is at
// least within an extent.
type contest struct {
	cost  func(b, truth Box) float64
	least func(r *rivals, truth Box, least []float64, first int)
}

func contests() map[string]contest {
	alike := func(m Measure) contest {
		s := Similarity{m, 12.8}
		return contest{func(b, t Box) float64 { return float64(-s.rank(b, t)) }, func(r *rivals, t Box, least []float64, first int) {
			r.each(least, first, func(e *overlap.Extent) float64 { return s.leastCost(e, t) })
		}}
	}
	h := NewHungarian()
	oneToOne := func(width, height float64) contest {
		return contest{
			func(b, t Box) float64 {
				return h.L1Weight*boxL1(b, t, width, height) - h.GIoUWeight*float64(giou(b, t))
			},
			func(r *rivals, t Box, least []float64, first int) {
				h.leastBoxCosts(least, r, first, t, h.weights(width, height))
			},
		}
	}
	return map[string]contest{
		"nwd": alike(MeasureNWD), "kl": alike(MeasureKL), "iou": alike(MeasureIoU), "giou": alike(MeasureGIoU),
		"l1": {func(b, t Box) float64 { return float64(l1(b, t)) }, func(r *rivals, t Box, least []float64, first int) {
			for i, v := range r.leastDistance(len(least), first, t, ones) {
				least[i] = float64(v)
			}
		}},
		"overlap": {func(b, t Box) float64 { return -float64(IoU(b, t)) }, func(r *rivals, t Box, least []float64, first int) {
			for i, v := range r.mostIoU(len(least), first, t) {
				least[i] = -float64(v)
			}
		}},
		"one to one": oneToOne(200, 90), "one to one, upright": oneToOne(90, 200),
	}
}

// anyBoxes draws boxes that follow a grid, lie anywhere, are the same again, or
// are none.
func anyBoxes(t *rapid.T) []Box {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 8))
	kind := rapid.IntRange(0, 3).Draw(t, "kind")
	boxes := make([]Box, rapid.IntRange(0, 200).Draw(t, "boxes"))
	if rapid.IntRange(0, 9).Draw(t, "more") == 0 {
		boxes = make([]Box, 3000)
	}
	for i := range boxes {
		x, y := float32(4*(i%40)), float32(8*(i/40%12))
		if kind == 1 {
			x, y = 200*rng.Float32(), 90*rng.Float32()
		}
		w, h := float32(8+8*(i%3)), float32(24-8*(i%3))
		if kind == 2 {
			w, h = 40*rng.Float32()-2, 40*rng.Float32()-2
		}
		boxes[i] = Box{x - w/2, y - h/2, x + w/2, y + h/2}
		if kind == 3 && i > 0 && rng.IntN(2) == 0 {
			boxes[i] = boxes[rng.IntN(i)]
		}
	}
	if len(boxes) > 0 && rapid.IntRange(0, 5).Draw(t, "oddity") == 0 {
		boxes[rng.IntN(len(boxes))][rng.IntN(4)] = []float32{float32(math.NaN()), float32(math.Inf(1))}[rng.IntN(2)]
	}
	return boxes
}

func TestRivalsThatArePassedOverWouldNotBeKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		boxes := anyBoxes(t)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "truth"), 9))
		x, y, side := 240*rng.Float32()-20, 100*rng.Float32()-10, rapid.SampledFrom([]float32{1, 16, 100}).Draw(t, "side")
		truth := Box{x, y, x + side*(0.3+rng.Float32()), y + side*(0.3+rng.Float32())}
		if len(boxes) > 0 && rng.IntN(3) == 0 {
			truth = boxes[rng.IntN(len(boxes))]
		}
		k := rapid.IntRange(1, 40).Draw(t, "kept")
		var r rivals
		r.reset(boxes)
		for name, c := range contests() {
			offer := func(kept []ranked, i int) []ranked {
				return keepSmallest(kept, k, ranked{c.cost(boxes[i], truth), int32(i)})
			}
			var want []ranked
			for i := range boxes {
				want = offer(want, i)
			}
			least := func(least []float64, first int) { c.least(&r, truth, least, first) }
			bounds := make([]float64, len(r.extents))
			for e := range bounds {
				least(bounds[e:e+1], e)
			}
			got := r.smallest(nil, k, truth, least, offer)
			require.Len(t, got, len(want), name)
			for i := range want {
				require.Equal(t, want[i].index, got[i].index, name)
			}
			for i, box := range boxes {
				require.False(t, r.finite && (c.cost(box, truth) < bounds[i/hullSize] || c.cost(box, truth) < bounds[r.fine+i/hullSize/superSize]), "%s: box %v costs less than the least of its extent", name, box)
			}
		}
	})
}

// A bound of one box is what it costs.
func TestABoxAloneCostsItsLeast(t *testing.T) {
	rng := rand.New(rand.NewPCG(73, 74))
	h := NewHungarian()
	h.GIoUWeight = 0
	for range 200 {
		b, truth := around(rng, Box{0, 0, 60, 40}, 1)[0], around(rng, Box{90, 30, 130, 90}, 1)[0]
		var r rivals
		r.reset([]Box{b})
		least := make([]float64, 1)
		h.leastBoxCosts(least, &r, 0, truth, h.weights(200, 90))
		cost := h.L1Weight * boxL1(b, truth, 200, 90)
		require.LessOrEqual(t, least[0], cost)
		require.InEpsilon(t, cost, least[0], 3e-6)
	}
}

// What costs as much as the limit is within it, and so is what costs nothing.
func TestWhatCostsTheLimitIsWithinIt(t *testing.T) {
	truth := Box{10, 10, 20, 20}
	var r rivals
	r.reset([]Box{truth, {500, 500, 510, 510}})
	for name, c := range contests() {
		visited := 0
		limit := c.cost(truth, truth)
		r.within(limit, func(least []float64, first int) { c.least(&r, truth, least, first) }, func(int) { visited++ })
		assert.Equal(t, 1, visited, name)
	}
}

// A box that is none costs infinitely much or no number, and is kept where there
// are too few others.
func TestBoxesThatAreNoneAreKeptLast(t *testing.T) {
	inf := float32(math.Inf(1))
	boxes := []Box{{0, 0, inf, 8}, {1, 1, 9, 9}, {8, 8, 16, 16}}
	truth := Box{8, 8, 16, 16}
	var r rivals
	r.reset(boxes)
	bound := func(least []float64, first int) {
		for i, v := range r.leastDistance(len(least), first, truth, ones) {
			least[i] = float64(v)
		}
	}
	offer := func(kept []ranked, i int) []ranked {
		return keepSmallest(kept, 3, ranked{float64(l1(boxes[i], truth)), int32(i)})
	}
	before := []ranked{{-1, 7}, {-1, 8}}
	for _, kept := range [][]ranked{
		r.smallest(before, 3, truth, bound, offer),
		r.smallestUseful(before, 3, truth, math.Inf(1), bound, func(_ []ranked, e int) uint32 { return r.whole(e) }, offer),
	} {
		require.Len(t, kept, 3)
		assert.Equal(t, []int32{2, 1, 0}, []int32{kept[0].index, kept[1].index, kept[2].index})
	}
}

func TestOnlyWhatIsNearIsLookedAt(t *testing.T) {
	for _, objects := range []int{1, 40} {
		c, truth := pyramidScene(640, 400, 3, objects, 4)
		far := Truth{Box: []Box{{8, 8, 40, 40}}, Class: []int32{0}}
		var r rivals
		r.reset(c.Decoded)
		looked := 0
		for _, box := range append(truth.Box, far.Box...) {
			least := func(least []float64, first int) {
				for i, v := range r.leastDistance(len(least), first, box, ones) {
					least[i] = float64(v)
				}
			}
			r.smallest(nil, 4, box, least, func(kept []ranked, i int) []ranked {
				looked++
				return keepSmallest(kept, 4, ranked{float64(l1(c.Decoded[i], box)), int32(i)})
			})
		}
		assert.Less(t, looked, len(c.Box)*(objects+1)/4)
	}
}

// An assigner's memory is that of its labels, of what is the same for all ground
// truths, and of what these keep: nothing for each pair.
func TestAssignersKeepNoMatrix(t *testing.T) {
	if testing.Short() {
		t.Skip("assigns many objects")
	}
	size := func(a Assigner, objects int) float64 {
		c, truth := pyramidScene(320, 320, 3, objects, 4)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		a.Assign(new(Assignment), &c, &truth)
		runtime.ReadMemStats(&after)
		return float64(after.TotalAlloc-before.TotalAlloc) / float64(len(c.Box))
	}
	for _, e := range registered.All() {
		a := e.New()
		assert.Less(t, size(a, 1), 700.0, e.Name)
		assert.Less(t, size(a, 300)-size(a, 1), 4*299.0, "%s: bytes a candidate for 299 objects more", e.Name)
	}
}
