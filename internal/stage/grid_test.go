package stage

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
)

var pyramids = map[string]anchors.Pyramid{
	"corners": {Levels: []anchors.Level{{Stride: 8, Sizes: []float32{16, 24}}, {Stride: 16, Sizes: []float32{32, 48}}}, Ratios: []float32{0.5, 1, 2}},
	"middles": {Levels: []anchors.Level{{Stride: 8, Sizes: []float32{32}}, {Stride: 16, Sizes: []float32{64}}, {Stride: 32, Sizes: []float32{128}},
		{Stride: 64, Sizes: []float32{256}}, {Stride: 128, Sizes: []float32{512}}}, Ratios: []float32{0.5, 1, 2}, Offset: 0.5},
	"one anchor": {Levels: []anchors.Level{{Stride: 4, Sizes: []float32{4}}, {Stride: 8, Sizes: []float32{8}}}, Ratios: []float32{1}, Offset: 0.5},
}

func gridProblem(boxes []anchors.Box, grid []anchors.Grid) (problem any) {
	defer func() { problem = recover() }()
	CheckGrid("f", &anchors.Candidates{Box: boxes, Grid: grid})
	return nil
}

// from lays levels one after another, as the caller of a library gives them.
func from(levels ...anchors.Grid) []anchors.Grid {
	n := 0
	for l := range levels {
		levels[l].Start = n
		n += levels[l].Width * levels[l].Height * levels[l].PerCell
	}
	return levels
}

func TestAGridThatIsNotTheAnchorsIsSeen(t *testing.T) {
	const width, height = 160, 120
	for name, p := range pyramids {
		boxes, right := p.Append(nil, width, height), p.Grids(width, height)
		clipped := slices.Clone(boxes)
		for i, b := range clipped {
			clipped[i] = b.Clip(width, height)
		}
		change := func(f func(g *anchors.Grid)) []anchors.Grid {
			wrong := slices.Clone(right)
			for l := range wrong {
				f(&wrong[l])
			}
			return from(wrong...)
		}
		reversed := slices.Clone(right)
		slices.Reverse(reversed)
		for what, wrong := range map[string][]anchors.Grid{
			"reversed":     from(reversed...),
			"transposed":   change(func(g *anchors.Grid) { g.Width, g.Height = g.Height, g.Width }),
			"twice as far": change(func(g *anchors.Grid) { g.Stride *= 2 }),
			"half as far":  change(func(g *anchors.Grid) { g.Stride /= 2 }),
			"one level":    from(anchors.Grid{Stride: 8, Width: len(boxes) / right[0].PerCell, Height: 1, PerCell: right[0].PerCell}),
			"one column":   from(anchors.Grid{Stride: 8, Width: 1, Height: len(boxes) / right[0].PerCell, PerCell: right[0].PerCell}),
		} {
			assert.Contains(t, fmt.Sprint(gridProblem(boxes, wrong)), "contradicts the anchors", "%s, %s", name, what)
			assert.Contains(t, fmt.Sprint(gridProblem(clipped, wrong)), "contradicts the anchors", "%s, %s, clipped", name, what)
		}
	}
	p := pyramids["corners"]
	boxes := p.Append(nil, width, height)
	for what, wrong := range map[string][]anchors.Grid{
		"half of a cell's anchors, twice the cells across": from(anchors.Grid{Stride: 8, Width: 40, Height: 15, PerCell: 3}, anchors.Grid{Stride: 16, Width: 20, Height: 8, PerCell: 3}),
		"half of a cell's anchors, twice the cells down":   from(anchors.Grid{Stride: 8, Width: 20, Height: 30, PerCell: 3}, anchors.Grid{Stride: 16, Width: 10, Height: 16, PerCell: 3}),
		"strides exchanged": from(anchors.Grid{Stride: 16, Width: 20, Height: 15, PerCell: 6}, anchors.Grid{Stride: 8, Width: 10, Height: 8, PerCell: 6}),
	} {
		assert.Contains(t, fmt.Sprint(gridProblem(boxes, wrong)), "contradicts the anchors", what)
	}
	assert.Equal(t, "f: the grid's level 0, of stride 16 with 10 x 8 cells of 6 anchors, contradicts the anchors: in column 5 "+
		"the anchors of cell 0 have their centre at x 40, those of cell 1 at 120; give levels in the anchors' order, each with its stride, cells across, cells down and anchors a cell",
		gridProblem(boxes, from(anchors.Grid{Stride: 16, Width: 10, Height: 8, PerCell: 6}, anchors.Grid{Stride: 8, Width: 20, Height: 15, PerCell: 6})))
	assert.Contains(t, gridProblem(boxes, []anchors.Grid{{Stride: 8, Width: 20, Height: 15, PerCell: 6}, {Stride: 16, Width: 10, Height: 8, PerCell: 6}}),
		"level 1 of Grid of Anchors is {Stride:16 Width:10 Height:8 PerCell:6 Start:0}, where anchor 1800 is the next")
}

func TestTheAnchorsOfAnyGeneratorHaveTheirGrid(t *testing.T) {
	for name, p := range pyramids {
		for width := 1; width < 420; width += 31 {
			for _, height := range []int{1, 8, 57, 120, 255, 256, 257, 384} {
				boxes, grid := p.Append(nil, width, height), p.Grids(width, height)
				at := fmt.Sprintf("%s, %d x %d", name, width, height)
				assert.Nil(t, gridProblem(boxes, grid), at)
				rounded, clipped := slices.Clone(boxes), slices.Clone(boxes)
				for i, b := range boxes {
					clipped[i] = b.Clip(float32(width), float32(height))
					for k, x := range b {
						rounded[i][k] = math.Float32frombits((math.Float32bits(x) + 0x8000) &^ 0xffff) // as bfloat16 does
					}
				}
				assert.Nil(t, gridProblem(rounded, grid), "rounded, %s", at)
				assert.Nil(t, gridProblem(clipped, grid), "clipped, %s", at)
			}
		}
	}
}

// What divides an image's size by its feature map's, as torchvision does, has
// other strides than the network; either may be given, and those across.
func TestStridesOfADividedImageAreAlikeEnough(t *testing.T) {
	for width := 32; width < 900; width += 64 {
		for height := 32; height < 900; height += 96 {
			for _, nominal := range []int{32, 64, 128} {
				across, down := (width+nominal-1)/nominal, (height+nominal-1)/nominal
				stepX, stepY := width/across, height/down
				var boxes []anchors.Box
				for y := range down {
					for x := range across {
						cx, cy, r := float32(x*stepX), float32(y*stepY), float32(2*nominal)
						boxes = append(boxes, anchors.Box{cx - r, cy - r, cx + r, cy + r}, anchors.Box{cx - 2*r, cy - r, cx + 2*r, cy + r})
					}
				}
				for _, stride := range []int{stepX, nominal} {
					assert.Nil(t, gridProblem(boxes, from(anchors.Grid{Stride: stride, Width: across, Height: down, PerCell: 2})), "%d x %d, %d", width, height, nominal)
				}
			}
		}
	}
}

func TestAGridOfNothingIsNone(t *testing.T) {
	assert.Nil(t, gridProblem(nil, nil))
	assert.Nil(t, gridProblem(nil, []anchors.Grid{}))
	assert.Nil(t, gridProblem(nil, from(anchors.Grid{Stride: 8, Width: 0, Height: 4, PerCell: 3})))
	assert.Zero(t, testing.AllocsPerRun(5, func() {
		CheckGrid("f", &anchors.Candidates{})
	}))
}
