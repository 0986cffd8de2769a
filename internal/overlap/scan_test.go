package overlap

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type box [4]float32

// with runs a test once for every set of instructions that the machine has.
func with(t *testing.T, run func(t *testing.T)) {
	for set, name := range []string{"portable", "AVX2", "AVX512"} {
		t.Run(name, func(t *testing.T) {
			defer func(old instructions) { vectors = old }(vectors)
			if instructions(set) > vectors {
				t.Skip("not on this machine")
			}
			vectors = instructions(set)
			run(t)
		})
	}
}

// naive is what Nearest documents.
func naive(boxes, truth []box, first int) (iou []float32, nearest []int32, found []Truth) {
	iou, nearest, found = make([]float32, len(boxes)), make([]int32, len(boxes)), make([]Truth, len(truth))
	for g := range found {
		found[g].Last = -1
	}
	for i := range boxes {
		block := int32(first + i/Block)
		for g := range truth {
			v := naiveIoU(boxes[i], truth[g])
			if g == 0 || v > iou[i] {
				iou[i], nearest[i] = v, int32(g)
			}
			switch f := &found[g]; {
			case v > f.Best:
				f.Best, f.First, f.Last = v, block, block
			case v == f.Best && v > 0:
				f.Last = block
			}
		}
	}
	return iou, nearest, found
}

func naiveIoU(a, b box) float32 {
	side := func(b box, k int) float32 { return b[k+2] - b[k] }
	own := func(b box) float32 {
		if side(b, 0) <= 0 || side(b, 1) <= 0 {
			return 0
		}
		return float32(side(b, 0) * side(b, 1))
	}
	w, h := min(a[2], b[2])-max(a[0], b[0]), min(a[3], b[3])-max(a[1], b[1])
	inter := float32(w * h) // no machine may multiply and add at once
	if w <= 0 || h <= 0 || inter == 0 {
		return 0
	}
	return inter / (own(a) + own(b) - inter)
}

// anyBox draws boxes that overlap, tie and repeat often, and with oddities
// some that are empty, inverted, vast, infinite, NaN, or too small to have an
// area.
func anyBox(rng *rand.Rand, oddities bool) box {
	x, y := float32(rng.IntN(40)), float32(rng.IntN(40))
	b := box{x, y, x + float32(1+rng.IntN(12)), y + float32(1+rng.IntN(12))}
	if rng.IntN(3) == 0 {
		for k := range b {
			b[k] += rng.Float32()
		}
	}
	if !oddities || rng.IntN(30) != 0 {
		return b
	}
	odd := []float32{float32(math.NaN()), inf, -inf, 1e18, -1e18, 2e18, math.MaxFloat32, 1e-42, 0, float32(math.Copysign(0, -1))}
	switch rng.IntN(4) {
	case 0:
		b[2] = b[0]
	case 1:
		b[2], b[3] = b[0]-3, b[3]-float32(rng.IntN(30))
	case 2:
		b = box{0, 0, 1e-30 * rng.Float32(), 1e-15 * rng.Float32()}
	default:
		for range 1 + rng.IntN(3) {
			b[rng.IntN(4)] = odd[rng.IntN(len(odd))]
		}
	}
	return b
}

func sameBits(t *testing.T, want, got []float32, where string) {
	t.Helper()
	for i := range want {
		if want[i] != want[i] && got[i] != got[i] {
			continue
		}
		require.Equal(t, math.Float32bits(want[i]), math.Float32bits(got[i]), "%s: at %d: %v, want %v", where, i, got[i], want[i])
	}
}

func TestNearestIsItsDocumentationOnEveryInstructionSet(t *testing.T) {
	with(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 2))
		var s Scan[box] // shared: what one scene leaves behind must not show in the next
		for scene := range 1200 {
			oddities := scene%3 != 0
			boxes, truth := make([]box, rng.IntN(150)), make([]box, rng.IntN(1+rng.IntN(60)))
			for i := range boxes {
				boxes[i] = anyBox(rng, oddities && scene%3 == 1)
			}
			for g := range truth {
				truth[g] = anyBox(rng, oddities && rng.IntN(4) == 0)
			}
			if rng.IntN(4) == 0 { // in the order of the image, where hulls exclude
				for i := range boxes {
					boxes[i][0] += float32(10 * i)
					boxes[i][2] += float32(10 * i)
				}
			}
			first := rng.IntN(1000)
			iou, nearest, summary := make([]float32, len(boxes)), make([]int32, len(boxes)), make([]Summary, Blocks(len(boxes)))
			for i := range iou {
				iou[i], nearest[i] = inf, 99
			}
			s.Reset(truth)
			s.Nearest(iou, nearest, summary, boxes, first)

			where := fmt.Sprintf("scene %d: %d boxes, %d ground truths", scene, len(boxes), len(truth))
			wantIoU, wantNearest, found := naive(boxes, truth, first)
			sameBits(t, wantIoU, iou, where)
			require.Equal(t, wantNearest, nearest, where)
			for g, want := range found {
				got := s.Truth[g]
				require.Equal(t, want.Last >= 0, got.Touched(), where)
				if got.Touched() {
					require.Equal(t, want.Best, got.Best, where)
					require.LessOrEqual(t, got.First, want.First, where)
					require.Equal(t, want.Last, got.Last, where)
				}
			}
			requireTies(t, &s, iou, summary, boxes, truth, where)
			for k, block := range summary {
				for i := k * Block; i < min(len(boxes), (k+1)*Block); i++ {
					require.False(t, iou[i] > block.Max, where)
					for g := range truth {
						b := [4]float32(truth[g])
						require.True(t, naiveIoU(boxes[i], truth[g]) == 0 || block.Meets(&b), where)
					}
				}
			}
		}
	})
}

// requireTies compares the ties of every ground truth in every block.
func requireTies(t *testing.T, s *Scan[box], iou []float32, summary []Summary, boxes, truth []box, where string) {
	for g := range truth {
		if !s.Truth[g].Touched() {
			continue
		}
		for k := range summary {
			from, to := k*Block, min(len(boxes), (k+1)*Block)
			mask := s.Ties(g, iou[from:to], &summary[k], boxes[from:to])
			for i := from; i < to; i++ {
				require.Equal(t, naiveIoU(boxes[i], truth[g]) == s.Truth[g].Best, mask>>(i-from)&1 == 1, where)
			}
		}
	}
}

func TestNearestPanicsOnLengthsThatDiffer(t *testing.T) {
	var s Scan[box]
	assert.PanicsWithValue(t, "overlap: Nearest: 1 overlaps, 2 ground truths and 1 summaries for 2 boxes", func() {
		s.Nearest(make([]float32, 1), make([]int32, 2), make([]Summary, 1), make([]box, 2), 0)
	})
}

func TestLabelsOnEveryInstructionSet(t *testing.T) {
	with(t, func(t *testing.T) {
		values := []float32{0, 0.1, 0.3, 0.4, 0.5, 0.7, 1, float32(math.NaN()), -1}
		for n := range 70 {
			iou, nearest, label := make([]float32, n), make([]int32, n), make([]int32, n+1)
			for i := range iou {
				iou[i], nearest[i] = values[(i+n)%len(values)], int32(i)
			}
			label[n] = 77
			for _, limit := range [][3]float32{{0.5, 0.4, 0.1}, {0.7, 0.3, -inf}, {0.3, 0.3, 0}, {0, 0, 0}} {
				Label(label[:n], nearest, iou, limit[0], limit[1], limit[2])
				for i, v := range iou {
					want := int32(-1)
					if v >= limit[0] {
						want = int32(i)
					} else if v >= limit[1] || v < limit[2] {
						want = -2
					}
					require.Equal(t, want, label[i], "%v by %v", v, limit)
				}
				require.Equal(t, int32(77), label[n])
			}
		}
	})
}

func BenchmarkNearest(b *testing.B) {
	for _, n := range []int{128, 2000, 200_000} {
		for _, m := range []int{1, 10, 100} {
			for _, order := range []string{"random", "rows"} {
				rng := rand.New(rand.NewPCG(3, 4))
				boxes, truth := make([]box, n), make([]box, m)
				for i := range boxes {
					x, y := 1300*rng.Float32(), 770*rng.Float32()
					if order == "rows" {
						side := int(math.Sqrt(float64(n)))
						x, y = 1300*float32(i%side)/float32(side), 770*float32(i/side)/float32(side)
					}
					boxes[i] = box{x, y, x + 8 + 100*rng.Float32(), y + 8 + 100*rng.Float32()}
				}
				for g := range truth {
					x, y := 1300*rng.Float32(), 770*rng.Float32()
					truth[g] = box{x, y, x + 8 + 100*rng.Float32(), y + 8 + 100*rng.Float32()}
				}
				for set, name := range []string{"portable", "AVX2", "AVX512"} {
					b.Run(fmt.Sprintf("boxes=%d/truths=%d/%s/%s", n, m, order, name), func(b *testing.B) {
						defer func(old instructions) { vectors = old }(vectors)
						if instructions(set) > vectors {
							b.Skip("not on this machine")
						}
						vectors = instructions(set)
						iou, nearest, summary := make([]float32, n), make([]int32, n), make([]Summary, Blocks(n))
						var s Scan[box]
						b.ReportAllocs()
						for b.Loop() {
							s.Reset(truth)
							s.Nearest(iou, nearest, summary, boxes, 0)
						}
						b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n*m), "ns/pair")
					})
				}
			}
		}
	}
}
