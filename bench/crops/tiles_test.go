package crops

import (
	"image"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"detsample/anchors"
)

func TestTilesCoverTheImageAndShowEveryObjectOfTheOverlapWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(1, 500).Draw(t, "width"), rapid.IntRange(1, 500).Draw(t, "height")
		c := Config{Side: rapid.IntRange(16, 128).Draw(t, "side")}
		extent := rapid.Float64Range(1, 40).Draw(t, "extent")
		var cut int
		c.Overlap, cut = Overlapping(c.Side, []float64{1, extent})
		tiles := c.Tiles(nil, width, height)
		require.Len(t, tiles, c.Count(width, height))
		for _, tile := range tiles {
			require.True(t, tile.In(image.Rect(0, 0, width, height)))
			require.Equal(t, image.Pt(min(c.Side, width), min(c.Side, height)), tile.Size())
		}
		require.Equal(t, image.Pt(width, height), tiles[len(tiles)-1].Max)
		require.Equal(t, image.Point{}, tiles[0].Min)
		if cut > 0 {
			return
		}
		b := box(t, width, height, int(extent))
		whole := 0
		for _, tile := range tiles {
			if clip(b, tile) == b && !touches(b, tile, width, height) {
				whole++
			}
		}
		require.NotZero(t, whole, "%v in %v", b, tiles)
	})
}

func TestWhetherABoxIsWholeGoesByWhereTilesLie(t *testing.T) {
	c := Config{Side: 100, Overlap: 20} // across 180 px from 0 and 80, down 100 px one
	for b, shown := range map[anchors.Box]bool{
		{0, 0, 100, 100}:   true,
		{80, 10, 180, 60}:  true,
		{80, 10, 100, 60}:  true,
		{79, 10, 101, 60}:  false,
		{50, 10, 120, 60}:  false,
		{20, 10, 130, 60}:  false,
		{110, 99, 180, 99}: true,
	} {
		assert.Equal(t, shown, c.Shows(b, 180, 100), b)
	}
	assert.True(t, c.Shows(anchors.Box{0, 0, 90, 70}, 90, 70), "the only tile is the image")
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(1, 500).Draw(t, "width"), rapid.IntRange(1, 500).Draw(t, "height")
		c := Config{Side: rapid.IntRange(16, 128).Draw(t, "side")}
		c.Overlap = rapid.IntRange(0, c.Side/2).Draw(t, "overlap")
		b := box(t, width, height, 150)
		shown := false
		for _, tile := range c.Tiles(nil, width, height) {
			shown = shown || clip(b, tile) == b
		}
		require.Equal(t, shown, c.Shows(b, width, height))
	})
}

func TestTilesAreAsFewAsOverlapEnough(t *testing.T) {
	c := Config{Side: 256, Overlap: 64}
	assert.Equal(t, []image.Rectangle{
		image.Rect(0, 0, 256, 200), image.Rect(192, 0, 448, 200), image.Rect(384, 0, 640, 200),
	}, c.Tiles(nil, 640, 200))
	assert.Equal(t, []image.Rectangle{image.Rect(0, 0, 256, 256)}, c.Tiles(nil, 256, 256))
	assert.Len(t, c.Tiles(nil, 257, 256), 2)
	assert.Len(t, c.Tiles(nil, 448, 448), 4)
	assert.Len(t, c.Tiles(nil, 449, 448), 6)
}

func TestAFewLargeObjectsDoNotMakeTilesMany(t *testing.T) {
	extents := make([]float64, 200)
	for i := range extents {
		extents[i] = 30
	}
	extents[11], extents[12] = 60, 90
	overlap, cut := Overlapping(160, extents)
	assert.Equal(t, [2]int{40, 2}, [2]int{overlap, cut}, "a hundredth may be cut")
	extents[13] = 60
	overlap, cut = Overlapping(160, extents)
	assert.Equal(t, [2]int{76, 1}, [2]int{overlap, cut}, "and no more")
}

func TestOverlapIsOfTheLargestObjectThatCanBeWhole(t *testing.T) {
	overlap, cut := Overlapping(256, []float64{10, 50})
	assert.Equal(t, [2]int{64, 0}, [2]int{overlap, cut}, "50, and 2 and a tenth at each side")
	overlap, cut = Overlapping(128, []float64{10, 50, 200})
	assert.Equal(t, [2]int{64, 1}, [2]int{overlap, cut})
	overlap, cut = Overlapping(128, nil)
	assert.Equal(t, [2]int{0, 0}, [2]int{overlap, cut})
}

func TestTheSideOfCropsFollowsTheObjects(t *testing.T) {
	assert.Equal(t, 128, Side(nil))
	assert.Equal(t, 128, Side([]float64{5, 6}))
	assert.Equal(t, 192, Side([]float64{20, 30, 40, 41}))
	assert.Equal(t, 320, Side([]float64{20, 900}))
	many := make([]float64, 100)
	for i := range many {
		many[i] = 45
	}
	many[7] = 500
	assert.Equal(t, 192, Side(many), "a few large ones do not count")
}

// seen is what a detector that is never wrong says of a tile: what shows of
// every object.
func seen(objects []anchors.Detection, tiles []image.Rectangle) (found [][]anchors.Detection) {
	for _, tile := range tiles {
		var list []anchors.Detection
		for _, o := range objects {
			if cut, _ := (Config{}).Cut(o.Box, tile); cut.Valid() {
				list = append(list, anchors.Detection{Box: cut, Class: o.Class, Score: o.Score})
			}
		}
		found = append(found, list)
	}
	return found
}

func TestWhatTilesShowOfObjectsIsMergedToTheObjects(t *testing.T) {
	var m Merger
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(40, 400).Draw(t, "width"), rapid.IntRange(40, 400).Draw(t, "height")
		c := Config{Side: rapid.IntRange(80, 160).Draw(t, "side")}
		c.Overlap, _ = Overlapping(c.Side, []float64{30})
		var objects []anchors.Detection
		for i := range rapid.IntRange(0, 12).Draw(t, "objects") {
			b := box(t, width, height, 30)
			overlaps := false
			for _, o := range objects {
				overlaps = overlaps || anchors.IoU(b, o.Box) > 0.4
			}
			if !overlaps {
				objects = append(objects, anchors.Detection{Box: b, Class: int32(i % 3), Score: float32(12-i) / 12})
			}
		}
		tiles := c.Tiles(nil, width, height)
		merged := m.Merge(width, height, tiles, seen(objects, tiles), 0.5, 100)
		require.Len(t, merged, len(objects))
		for i, d := range merged {
			require.Equal(t, objects[i].Class, d.Class)
			for k := range d.Box {
				require.InDelta(t, objects[i].Box[k], d.Box[k], 1e-3)
			}
		}
	})
}

func TestPiecesOfAnObjectLargerThanTheOverlapStayWhereNothingCoversThem(t *testing.T) {
	var m Merger
	tiles := []image.Rectangle{image.Rect(0, 0, 100, 100), image.Rect(80, 0, 180, 100)}
	left, right := anchors.Box{40, 10, 100, 60}, anchors.Box{0, 10, 60, 60} // of an object from 40 to 140
	found := [][]anchors.Detection{{{Box: left, Score: 0.9}}, {{Box: right, Score: 0.8}}}
	assert.Equal(t, []anchors.Detection{{Box: left, Score: 0.9}, {Box: anchors.Box{80, 10, 140, 60}, Score: 0.8}}, m.Merge(180, 100, tiles, found, 0.5, 10))

	found[0] = append(found[0], anchors.Detection{Box: anchors.Box{42, 12, 85, 58}, Score: 0.3}) // does not touch
	assert.Equal(t, []anchors.Detection{{Box: anchors.Box{80, 10, 140, 60}, Score: 0.8}, {Box: anchors.Box{42, 12, 85, 58}, Score: 0.3}},
		m.Merge(180, 100, tiles, found, 0.5, 10), "what touches a border yields to what does not, whatever its score")
	found[0][1].Class = 1
	assert.Len(t, m.Merge(180, 100, tiles, found, 0.5, 10), 3, "but not to another class")
	assert.Len(t, m.Merge(180, 100, tiles, found, 0.5, 2), 2, "the best are kept")
}

func TestWhatIsNearABorderIsLeftToTheTileThatSeesItBetter(t *testing.T) {
	var m Merger
	tiles := []image.Rectangle{image.Rect(0, 0, 100, 100), image.Rect(80, 0, 180, 100)}
	merged := func(inFirst ...anchors.Detection) []anchors.Detection {
		return m.Merge(180, 100, tiles, [][]anchors.Detection{inFirst, nil}, 0.5, 10)
	}
	assert.Empty(t, merged(anchors.Detection{Box: anchors.Box{85, 10, 99, 24}, Score: 0.9}), "the second tile has it whole, and found nothing")
	assert.Len(t, merged(anchors.Detection{Box: anchors.Box{81, 10, 99, 24}, Score: 0.9}), 1, "it is near the borders of both")
	whole := anchors.Detection{Box: anchors.Box{10, 10, 88, 60}, Score: 0.5}
	assert.Equal(t, []anchors.Detection{whole}, merged(whole, anchors.Detection{Box: anchors.Box{60, 10, 100, 40}, Score: 0.9}), "70% of it is covered")
	assert.Len(t, merged(whole, anchors.Detection{Box: anchors.Box{78, 10, 100, 40}, Score: 0.9}), 2, "10 of 22 columns are")
}

func TestASingleTileIsTheImage(t *testing.T) {
	found := []anchors.Detection{{Box: anchors.Box{0, 0, 9, 9}, Score: 0.5}, {Box: anchors.Box{0, 0, 9, 9}, Score: 0.6}}
	var m Merger
	assert.Equal(t, found, m.Merge(9, 9, []image.Rectangle{image.Rect(0, 0, 9, 9)}, [][]anchors.Detection{found}, 0.5, 1))
}
