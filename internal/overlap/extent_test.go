package overlap

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// onEach runs a test with vectors and without.
func onEach(t *testing.T, test func(t *testing.T)) {
	for _, v := range []instructions{vectors, none} {
		t.Run("", func(t *testing.T) {
			defer func(before instructions) { vectors = before }(vectors)
			vectors = v
			test(t)
		})
	}
}

// someBoxes are at most n boxes, those of a block more often than not.
func someBoxes(rng *rand.Rand, n int, oddities bool) []box {
	boxes := make([]box, 1+rng.IntN(n))
	for i := range boxes {
		boxes[i] = anyBox(rng, oddities)
	}
	return boxes
}

func TestAnExtentIsTheRangeOfItsBoxes(t *testing.T) {
	onEach(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(5, 6))
		for range 2000 {
			boxes := someBoxes(rng, 4*Block, rng.IntN(2) == 0)
			extents, allTame := AppendExtents([]Extent{{}}, boxes)
			require.Len(t, extents, 1+Blocks(len(boxes)))
			wantTame := true
			for e, extent := range extents[1:] {
				some := boxes[e*Block : min((e+1)*Block, len(boxes))]
				first := Shape(some[0])
				want := Extent{first, first, some[0]}
				numbers := true
				for _, b := range some {
					one := Extent{Shape(b), Shape(b), b}
					want.Join(&one)
					wantTame = wantTame && Tame(b)
					numbers = numbers && one.Finite()
				}
				require.Equal(t, numbers, extent.Finite(), "%v of %v", extent, some)
				if numbers {
					require.True(t, want == extent, "%v, want %v", extent, want) // 0 is -0
				}
			}
			require.Equal(t, wantTame, allTame)
		}
	})
}

func TestNoBoxOverlapsMoreThanItsExtentMay(t *testing.T) {
	onEach(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(7, 8))
		missed, met := 0, 0
		for range 300 {
			boxes := someBoxes(rng, 40*Block, true)
			for i := range boxes {
				if !Tame(boxes[i]) {
					boxes[i] = box{1, 2, 3, 4}
				}
				if i%Block != 0 && rng.IntN(4) > 0 { // a neighbour
					boxes[i] = boxes[i-1]
					boxes[i][rng.IntN(4)] += rng.Float32()
				}
				if rng.IntN(60) == 0 { // whose sides' product is above 0
					boxes[i] = box{boxes[i][0], boxes[i][1], boxes[i][0] - 30*rng.Float32(), boxes[i][1] - 30*rng.Float32()}
				}
			}
			truth := anyBox(rng, true)
			if !Tame(truth) {
				continue
			}
			extents, _ := AppendExtents(nil, boxes)
			most := make([]float32, len(extents))
			MostIoU(most, extents, truth)
			own := [4]float32(truth)
			for i, b := range boxes {
				b := [4]float32(b)
				iou := exactIoU(&b, &own, area(&b), area(&own))
				if iou > most[i/Block] {
					t.Fatalf("%v of %v with %v: %v, at most %v", b, extents[i/Block], truth, iou, most[i/Block])
				}
			}
			for e, v := range most {
				require.Equal(t, extents[e].mostIoU(&Truth{Box: own, Area: area(&own)}), v)
				if v == 0 {
					missed++
				} else {
					met++
				}
			}
		}
		assert.Greater(t, min(missed, met), 300)
	})
}

func TestAnExtentOfOneBoxOverlapsAsThisDoes(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for range 3000 {
		b, truth := anyBox(rng, false), anyBox(rng, false)
		e, _ := AppendExtents(nil, []box{b})
		most := make([]float32, 1)
		MostIoU(most, e, truth)
		x, y := [4]float32(b), [4]float32(truth)
		assert.InEpsilon(t, 1+exactIoU(&x, &y, area(&x), area(&y)), 1+most[0], 2e-5)
	}
}

func TestNoBoxIsNearerThanItsExtentMayBe(t *testing.T) {
	onEach(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(11, 12))
		for range 300 {
			boxes := someBoxes(rng, 40*Block, false)
			truth := anyBox(rng, false)
			weight := [4]float32{rng.Float32(), rng.Float32(), rng.Float32(), float32(rng.IntN(2))}
			extents, _ := AppendExtents(nil, boxes)
			least := make([]float32, len(extents))
			LeastDistance(least, extents, Shape(truth), weight)
			n := NearnessTo(truth, weight, 0)
			for i, b := range boxes {
				if n.of(b) < least[i/Block] {
					t.Fatalf("%v of %v is nearer to %v than it may be", b, extents[i/Block], truth)
				}
			}
			for e := range extents {
				sum := float32(0)
				for k, v := range Shape(truth) {
					sum += float32(weight[k] * max(extents[e].Low[k]-v, v-extents[e].High[k], 0))
				}
				require.Equal(t, sum, least[e])
			}
		}
	})
}
