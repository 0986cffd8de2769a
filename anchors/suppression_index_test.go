package anchors

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sortByScore orders detections by falling score; equal scores keep their order, and
// NaN comes last.
func sortByScore(d []Detection) {
	slices.SortStableFunc(d, func(a, b Detection) int { return cmp.Compare(b.Score, a.Score) })
}

// plainNMS compares every detection with every kept one, in a stable order.
func plainNMS(d []Detection, iou float32, keep int) []Detection {
	d = slices.Clone(d)
	sortByScore(d)
	kept := []Detection{}
	for _, c := range d {
		if len(kept) == keep {
			break
		}
		if !slices.ContainsFunc(kept, func(k Detection) bool { return k.Class == c.Class && IoU(k.Box, c.Box) > iou }) {
			kept = append(kept, c)
		}
	}
	return kept
}

// bitsOf returns the bits of detections, by which NaN is equal to itself.
func bitsOf(d []Detection) [][6]uint32 {
	all := make([][6]uint32, len(d))
	for i, e := range d {
		for k, v := range e.Box {
			all[i][k] = math.Float32bits(v)
		}
		all[i][4], all[i][5] = math.Float32bits(e.Score), uint32(e.Class)
	}
	return all
}

// landscapes are boxes that a grid has trouble with.
var landscapes = map[string]func(rng *rand.Rand, i int) Box{
	"identical": func(*rand.Rand, int) Box { return Box{3, 4, 50, 60} },
	"one huge among tiny": func(rng *rand.Rand, i int) Box {
		if i == 0 {
			return Box{-1e6, -1e6, 1e6, 1e6}
		}
		return near4(rng, 100, 1)
	},
	"one far away": func(rng *rand.Rand, i int) Box {
		if i == 0 {
			return Box{1e9, 1e9, 2e9, 2e9}
		}
		return near4(rng, 100, 30)
	},
	"of every scale": func(rng *rand.Rand, _ int) Box {
		s := float32(math.Exp2(40*rng.Float64() - 20))
		return near4(rng, s, s)
	},
	"of every shape at one centre": func(rng *rand.Rand, _ int) Box {
		w, h := float32(math.Exp2(8*rng.Float64())), float32(math.Exp2(8*rng.Float64()))
		return Box{-w, -h, w, h}
	},
	"far from the origin": func(rng *rand.Rand, _ int) Box {
		b := near4(rng, 4, 2)
		for k := range b {
			b[k] += 1 << 20
		}
		return b
	},
	"on a lattice": func(rng *rand.Rand, _ int) Box {
		x, y := float32(rng.IntN(6)), float32(rng.IntN(6))
		return Box{x, y, x + 1 + float32(rng.IntN(4)), y + 1 + float32(rng.IntN(4))}
	},
	"thin": func(rng *rand.Rand, _ int) Box {
		x, y := rng.Float32(), 1000*rng.Float32()
		return Box{x, y, x + 1e-3, y + 1000}
	},
	"almost alike": func(rng *rand.Rand, _ int) Box {
		return Box{0, 0, math.Nextafter32(10, 20) - 4e-6*float32(rng.IntN(3)), 10 + 1e-6*float32(rng.IntN(3))}
	},
	"of areas that underflow":        func(rng *rand.Rand, _ int) Box { return near4(rng, 1e-22, 2e-22) },
	"of areas that nearly underflow": func(rng *rand.Rand, _ int) Box { return near4(rng, 2e-15, 2e-15) },
	"of areas of which some underflow": func(rng *rand.Rand, _ int) Box {
		b := near4(rng, 10, 10)
		if rng.IntN(2) == 0 {
			b[1], b[3] = 0, 1e-32*rng.Float32()
		}
		return b
	},
	"of areas that overflow": func(rng *rand.Rand, _ int) Box { return near4(rng, 1e19, 4e19) },
	"inverted, NaN and infinite": func(rng *rand.Rand, _ int) Box {
		b := near4(rng, 10, 10)
		odd := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), -5, 0}
		if rng.IntN(2) == 0 {
			b[rng.IntN(4)] = odd[rng.IntN(len(odd))]
		}
		return b
	},
}

// near4 is a box of up to size in both directions, within an extent.
func near4(rng *rand.Rand, extent, size float32) Box {
	x, y := extent*rng.Float32(), extent*rng.Float32()
	return Box{x, y, x + size*rng.Float32(), y + size*rng.Float32()}
}

func TestTheIndexLosesNoPair(t *testing.T) {
	var s Suppressor
	for name, box := range landscapes {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(31, 32))
			for _, iou := range []float32{
				-0.5, 0, 1e-40, 1e-12, 1e-6, 0.01, 0.1, 0.3, 0.5, 0.7, 0.95, 0.999999, 1, 2, float32(math.NaN()),
			} {
				for _, n := range []int{0, 1, 40, 500} {
					d := make([]Detection, n)
					for i := range d {
						d[i] = Detection{box(rng, i), rng.Int32N(2), float32(rng.IntN(200)) / 199}
						if rng.IntN(50) == 0 {
							d[i].Score = []float32{float32(math.NaN()), float32(math.Copysign(0, -1)), -1, float32(math.Inf(1))}[rng.IntN(4)]
						}
					}
					for _, keep := range []int{-1, 0, 1, n / 4, n} {
						require.Equal(t, bitsOf(plainNMS(d, iou, keep)), bitsOf(s.NMS(slices.Clone(d), iou, keep)), "%v %d %d", iou, n, keep)
					}
				}
			}
		})
	}
}

func TestSuppressionLeavesSortedDetectionsWhereTheyAre(t *testing.T) {
	d := spreadDetections(700, 3)
	want := plainNMS(d, 0.5, 700)
	assert.Equal(t, want, NMS(slices.Clone(d), 0.5, 700))
	sortByScore(d)
	assert.Equal(t, want, NMS(d, 0.5, 700))
}

// However the boxes lie, a search looks at a bounded number of kept ones.
func TestNoBucketGrowsWithTheNumberOfDetections(t *testing.T) {
	for name, box := range landscapes {
		var s Suppressor
		longest := func(n int) int {
			rng := rand.New(rand.NewPCG(33, 34))
			d := make([]Detection, n)
			for i := range d {
				d[i] = Detection{Box: box(rng, i), Score: rng.Float32()}
			}
			s.NMS(d, 0.5, n)
			most := 0
			for _, i := range s.index.bucket {
				length := 0
				for ; i > 0; length++ {
					i = s.index.entries[i-1].next
				}
				most = max(most, length)
			}
			return most
		}
		if !strings.Contains(name, "areas") { // whose IoU is not what the bound is of
			assert.LessOrEqual(t, longest(4000), 60, name)
		}
	}
}
