package crops

import (
	"cmp"
	"fmt"
	"image"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"detsample/anchors"
)

// plainMerge is Merge by comparing everything with everything.
func plainMerge(width, height int, tiles []image.Rectangle, found [][]anchors.Detection, iou float32, keep int) []anchors.Detection {
	if len(tiles) == 1 {
		return found[0]
	}
	var whole, cut []anchors.Detection
	for t, list := range found {
		for _, d := range list {
			d.Box = shift(d.Box, tiles[t].Min.X, tiles[t].Min.Y)
			switch {
			case !touches(d.Box, tiles[t], width, height):
				whole = append(whole, d)
			case !seenElsewhere(d.Box, t, tiles, width, height):
				cut = append(cut, d)
			}
		}
	}
	kept := anchors.NMS(whole, iou, -1)
	for _, d := range anchors.NMS(cut, iou, -1) {
		if !slices.ContainsFunc(kept, func(k anchors.Detection) bool { return k.Class == d.Class && covers(k.Box, d.Box, iou) }) {
			kept = append(kept, d)
		}
	}
	slices.SortStableFunc(kept, func(a, b anchors.Detection) int { return cmp.Compare(b.Score, a.Score) })
	return kept[:min(len(kept), keep)]
}

// inTiles draws detections of all sizes in every tile, some with equal scores.
func inTiles(rng *rand.Rand, tiles []image.Rectangle, each, classes int) (found [][]anchors.Detection) {
	for _, tile := range tiles {
		var list []anchors.Detection
		for range each {
			w, h := float32(tile.Dx()), float32(tile.Dy())
			x, y := rng.Float32()*w*0.9, rng.Float32()*h*0.9
			b := anchors.Box{x, y, x + 2 + rng.Float32()*w*0.7, y + 2 + rng.Float32()*h*0.7}.Clip(w, h)
			if rng.IntN(8) == 0 {
				b = anchors.Box{0, 0, w, h}
			}
			list = append(list, anchors.Detection{Box: b, Class: int32(rng.IntN(classes)), Score: float32(rng.IntN(50)) / 50})
		}
		found = append(found, list)
	}
	return found
}

func TestMergingIsThatOfEverythingWithEverything(t *testing.T) {
	var m Merger
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(1, 300).Draw(t, "width"), rapid.IntRange(1, 300).Draw(t, "height")
		c := Config{Side: rapid.IntRange(16, 100).Draw(t, "side")}
		c.Overlap = rapid.IntRange(0, c.Side/2).Draw(t, "overlap")
		tiles := c.Tiles(nil, width, height)
		rng := rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "seed")))
		found := inTiles(rng, tiles, rapid.IntRange(0, 12).Draw(t, "each"), rapid.IntRange(1, 3).Draw(t, "classes"))
		iou, keep := rapid.SampledFrom([]float32{0.3, 0.5, 0.7}).Draw(t, "iou"), rapid.SampledFrom([]int{0, 1, 5, 30, 1000}).Draw(t, "keep")
		want := plainMerge(width, height, tiles, found, iou, keep)
		got := m.Merge(width, height, tiles, found, iou, keep)
		require.Len(t, got, len(want))
		for i := range want {
			require.Equal(t, want[i], got[i])
		}
	})
}

// The time a tile does not grow with the image, but for the caches of the
// processor.
func BenchmarkMerge(b *testing.B) {
	for _, size := range []int{1000, 2000, 4000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			tiles := Config{Side: 128, Overlap: 48}.Tiles(nil, size, size)
			found := inTiles(rand.New(rand.NewPCG(1, 2)), tiles, 100, 3)
			var m Merger
			for b.Loop() {
				m.Merge(size, size, tiles, found, 0.5, 100)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(tiles)), "ns/tile")
		})
	}
}
