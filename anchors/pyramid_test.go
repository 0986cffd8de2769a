package anchors

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func anyPyramid() *rapid.Generator[Pyramid] {
	return rapid.Custom(func(t *rapid.T) Pyramid {
		p := Pyramid{
			Ratios: rapid.SliceOfN(rapid.Float32Range(0.25, 4), 1, 3).Draw(t, "ratios"),
			Offset: rapid.SampledFrom([]float32{0, 0.5}).Draw(t, "offset"),
		}
		for range rapid.IntRange(1, 3).Draw(t, "levels") {
			p.Levels = append(p.Levels, Level{
				Stride: rapid.IntRange(3, 16).Draw(t, "stride"),
				Sizes:  rapid.SliceOfN(rapid.Float32Range(4, 64), 1, 3).Draw(t, "sizes"),
			})
		}
		return p
	})
}

func TestPyramidOrdersAnchorsByLevelRowColumnSizeRatio(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPyramid().Draw(t, "pyramid")
		width, height := rapid.IntRange(1, 70).Draw(t, "width"), rapid.IntRange(1, 70).Draw(t, "height")
		got := p.Append(nil, width, height)
		require.Len(t, got, p.Count(width, height))
		grids := p.Grids(width, height)
		at := 0
		for l, level := range p.Levels {
			require.Equal(t, at, grids[l].Start)
			rows, columns := math.Ceil(float64(height)/float64(level.Stride)), math.Ceil(float64(width)/float64(level.Stride))
			assert.Equal(t, Grid{level.Stride, int(columns), int(rows), len(level.Sizes) * len(p.Ratios), at}, grids[l])
			for y := range int(rows) {
				for x := range int(columns) {
					for _, size := range level.Sizes {
						for _, ratio := range p.Ratios {
							b := got[at]
							at++
							cx, cy := b.Center()
							assert.InDelta(t, (float32(x)+p.Offset)*float32(level.Stride), cx, 1e-4)
							assert.InDelta(t, (float32(y)+p.Offset)*float32(level.Stride), cy, 1e-4)
							assert.InEpsilon(t, size*size, b.Area(), 1e-4)
							assert.InEpsilon(t, ratio, b.Height()/b.Width(), 1e-4)
						}
					}
				}
			}
		}
		assert.Equal(t, len(got), at)
	})
}

func TestPyramidAppendsToWhatIsThere(t *testing.T) {
	p := Pyramid{Levels: []Level{{8, []float32{16}}}, Ratios: []float32{1}, Offset: 0.5}
	got := p.Append([]Box{{1, 2, 3, 4}}, 16, 8)
	assert.Equal(t, []Box{{1, 2, 3, 4}, {-4, -4, 12, 12}, {4, -4, 20, 12}}, got)
}

func TestPyramidValidateNamesWhatIsWrong(t *testing.T) {
	good := func() Pyramid {
		return Pyramid{Levels: []Level{{8, []float32{16}}, {16, []float32{32}}}, Ratios: []float32{1}}
	}
	require.NoError(t, good().Validate())
	for want, spoil := range map[string]func(*Pyramid){
		"0 ratios":        func(p *Pyramid) { p.Ratios = nil },
		"0 levels":        func(p *Pyramid) { p.Levels = nil },
		"level 1":         func(p *Pyramid) { p.Levels[1].Stride = 0 },
		"level 0":         func(p *Pyramid) { p.Levels[0].Sizes = nil },
		"level 1 has siz": func(p *Pyramid) { p.Levels[1].Sizes[0] = float32(math.NaN()) },
		"ratio -1":        func(p *Pyramid) { p.Ratios[0] = -1 },
		"ratio 0":         func(p *Pyramid) { p.Ratios[0] = 0 },
		"level 0 has siz": func(p *Pyramid) { p.Levels[0].Sizes[0] = 0 },
	} {
		p := good()
		spoil(&p)
		assert.ErrorContains(t, p.Validate(), want)
	}
}

func TestPyramidAppendsIntoMemoryThatSuffices(t *testing.T) {
	p := Pyramid{Levels: []Level{{8, []float32{16, 24}}, {16, []float32{32}}}, Ratios: []float32{0.5, 1, 2}, Offset: 0.5}
	boxes := p.Append(nil, 133, 80)
	require.Len(t, boxes, p.Count(133, 80))
	assert.Zero(t, testing.AllocsPerRun(5, func() { boxes = p.Append(boxes[:0], 133, 80) }))
}
