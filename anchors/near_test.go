package anchors

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/overlap"
)

// anyNearScene draws a pyramid, an image and objects on it, some of them
// alike, beyond the border, tiny or on the lattice of the anchors, where ties
// are common.
func anyNearScene(rng *rand.Rand) (p Pyramid, width, height int, t Truth) {
	p.Offset = []float32{0, 0.5, 1}[rng.IntN(3)]
	p.Ratios = [][]float32{{1}, {0.5, 1, 2}, {0.3, 3}}[rng.IntN(3)]
	stride := 2 + rng.IntN(12)
	for range 1 + rng.IntN(4) {
		level := Level{Stride: stride}
		for range 1 + rng.IntN(3) {
			level.Sizes = append(level.Sizes, float32(stride)*(0.5+4*rng.Float32()))
		}
		p.Levels = append(p.Levels, level)
		stride *= 1 + rng.IntN(2)
	}
	width, height = 1+rng.IntN(150), 1+rng.IntN(150)
	box := func() Box {
		b := anyObject(rng, width, height)
		switch rng.IntN(4) {
		case 0: // on the lattice
			for k := range b {
				b[k] = float32(8 * int(b[k]/8))
			}
			b[2], b[3] = max(b[2], b[0]+8), max(b[3], b[1]+8)
		case 1: // tiny
			b[2], b[3] = b[0]+rng.Float32()*4+0.01, b[1]+rng.Float32()*4+0.01
		case 2: // partly or wholly outside
			x, y := float32(rng.IntN(300)-150), float32(rng.IntN(300)-150)
			b = Box{b[0] + x, b[1] + y, b[2] + x, b[3] + y}
		}
		return b
	}
	for range rng.IntN(8) {
		t.Box = append(t.Box, box())
	}
	if len(t.Box) > 0 && rng.IntN(3) == 0 {
		t.Box = append(t.Box, t.Box[0])
	}
	for range rng.IntN(3) {
		t.Ignore = append(t.Ignore, box())
	}
	t.Class = make([]int32, len(t.Box))
	return p, width, height, t
}

// anyNearOptions draws options, also those for which every anchor has to be
// looked at.
func anyNearOptions(rng *rand.Rand) MaxIoU {
	m := MaxIoU{
		PosIoU:    []float64{0.3, 0.5, 0.7}[rng.IntN(3)],
		NegIoU:    []float64{0, 0.1, 0.3}[rng.IntN(3)],
		MinPosIoU: []float64{0, 0, 0.2}[rng.IntN(3)],
		Forced:    []Forced{ForcedNone, ForcedKeep, ForcedTaken, ForcedLowest}[rng.IntN(4)],
		IgnoreIoF: []float64{0, 0.5}[rng.IntN(2)],
		Ties:      Ties(rng.IntN(2)), Order: Order(rng.IntN(3)),
		ForceZero: rng.IntN(3) == 0, IgnoreOrder: IgnoreOrder(rng.IntN(2)),
	}
	if rng.IntN(8) == 0 {
		m.Straddle = Straddle(rng.IntN(3))
	}
	if rng.IntN(8) == 0 {
		m.NegFloor = m.NegIoU / 2
	}
	if rng.IntN(8) == 0 {
		m.Similarity = Similarity{Measure: MeasureGIoU}
	}
	return m
}

const nearScenes = 1500

func TestAPyramidIsAssignedAsItsBoxesAreBitByBit(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var want, boxes, known Assignment
	for scene := range nearScenes {
		p, width, height, truth := anyNearScene(rng)
		m := anyNearOptions(rng)
		c := Candidates{Box: p.Append(nil, width, height), Grid: p.Grids(width, height), Width: float32(width), Height: float32(height)}
		if rng.IntN(4) == 0 {
			spoil(truth.Box, rng)
			spoil(truth.Ignore, rng)
		}
		assignPlainly(m, &want, &c, &truth)
		m.Assign(&boxes, &c, &truth)
		requireSame(t, &want, &boxes, "scene %d: %+v", scene, m)
		c.Pyramid = &p
		m.Assign(&known, &c, &truth)
		requireSame(t, &want, &known, "scene %d with its pyramid: %+v", scene, m)
	}
}

// Rows of cells may have more blocks than a word has bits.
func TestMarkedBlocksHoldTheCellsAndRunsFollowThem(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		g := Grid{Start: rng.IntN(5000), Stride: 4, Width: 1 + rng.IntN(6000), Height: 1 + rng.IntN(3), PerCell: 1 + rng.IntN(4)}
		_, end := g.bounds()
		var s near
		s.look(end, nil, nil, &Truth{})
		left, top := rng.IntN(g.Width), rng.IntN(g.Height)
		c := cellRange{left, top, left + 1 + rng.IntN(g.Width-left), top + 1 + rng.IntN(g.Height-top)}
		s.mark(g, c)
		want := make([]bool, overlap.Blocks(end))
		for y := c.top; y < c.bottom; y++ {
			for i := g.Start + (y*g.Width+c.left)*g.PerCell; i < g.Start+(y*g.Width+c.right)*g.PerCell; i++ {
				want[i/overlap.Block] = true
			}
		}
		var got []bool
		for len(got) < len(want) {
			to, isNear := s.run(len(got), len(want))
			for len(got) < to {
				got = append(got, isNear)
			}
		}
		require.Equal(t, want, got, "%+v %+v", g, c)
	}
}

// A cell whose anchor reaches a box by the least that float32 can tell is one of
// those that may overlap it.
func TestCellsAreThoseOfAllAnchorsThatReachABox(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	up, down := float32(math.Inf(1)), float32(math.Inf(-1))
	for range 20_000 {
		g := Grid{Stride: 3 + rng.IntN(30), Width: 400, Height: 300, PerCell: 1}
		offset := []float32{0, 0.5, rng.Float32()}[rng.IntN(3)]
		w, h := 50*rng.Float32()+1, 50*rng.Float32()+1
		base := []Box{{-w, -h, w, h}}
		x, y := rng.IntN(g.Width), rng.IntN(g.Height)
		at := y*g.Width + x
		a := g.appendAnchors(nil, base, offset, at, at+1)[0]
		for _, box := range []Box{
			{a[0] - 9, a[1] - 9, math.Nextafter32(a[0], up), math.Nextafter32(a[1], up)},
			{math.Nextafter32(a[2], down), math.Nextafter32(a[3], down), a[2] + 9, a[3] + 9},
		} {
			require.Positive(t, Intersection(a, box))
			c := g.cells(base[0], offset, box)
			require.True(t, c.left <= x && x < c.right && c.top <= y && y < c.bottom, "%v of cell %d, %d and %v: %+v", a, x, y, box, c)
		}
	}
}

func TestASparseAssignmentListsAllOfConsequence(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var plain Assignment
	var sparse Sparse // shared: what one scene leaves behind must not show in the next
	for scene := range nearScenes {
		p, width, height, truth := anyNearScene(rng)
		var a Assigner = anyNearOptions(rng)
		switch rng.IntN(10) {
		case 0:
			a = NewATSS()
		case 1:
			a = NewSSDBipartite()
		}
		c := Candidates{Box: p.Append(nil, width, height), Grid: p.Grids(width, height), Width: float32(width), Height: float32(height)}
		a.Assign(&plain, &c, &truth)
		AssignSparse(a, &sparse, &p, width, height, &truth)
		gt, iou := make([]int32, len(c.Box)), make([]float32, len(c.Box))
		for i := range gt {
			gt[i] = Negative
		}
		seen := map[int32]bool{}
		for k, i := range sparse.Index {
			require.False(t, seen[i], "candidate %d is listed twice", i)
			seen[i] = true
			gt[i], iou[i] = sparse.GT[k], sparse.IoU[k]
		}
		require.Equal(t, append([]int32{}, plain.GT...), gt, "scene %d: %+v", scene, a)
		require.Equal(t, append([]float32{}, plain.IoU...), iou, "scene %d: %+v", scene, a)
		require.Len(t, sparse.Best, len(truth.Box))
		for g, box := range truth.Box {
			best := float32(0)
			for _, anchor := range c.Box {
				best = max(best, IoU(anchor, box))
			}
			require.Equal(t, best, sparse.Best[g], "scene %d, ground truth %d", scene, g)
		}
	}
}

func TestAssigningAPyramidStaysOffTheHeap(t *testing.T) {
	p, truth := retinaPyramid(), spread(20)
	c := Candidates{Box: p.Append(nil, 640, 480), Grid: p.Grids(640, 480), Pyramid: &p}
	m := NewMaxIoU(0.5, 0.4)
	var dense Assignment
	var sparse Sparse
	assert.Zero(t, testing.AllocsPerRun(3, func() { m.Assign(&dense, &c, &truth) }))
	assert.Zero(t, testing.AllocsPerRun(3, func() { m.AssignSparse(&sparse, &p, 640, 480, &truth) }))
}

func TestAssignSparsePanicsWithoutThePredictionsThatTheAssignerNeeds(t *testing.T) {
	p := retinaPyramid()
	assert.PanicsWithValue(t, "anchors: AssignSparse: the assigner needs predictions", func() {
		AssignSparse(NewSimOTA(), new(Sparse), &p, 64, 64, &Truth{})
	})
}

func retinaPyramid() Pyramid {
	p := Pyramid{Ratios: []float32{0.5, 1, 2}}
	for l := range 5 {
		size := float32(int(32) << l)
		p.Levels = append(p.Levels, Level{Stride: 8 << l, Sizes: []float32{size, size * 1.2599, size * 1.5874}})
	}
	return p
}

// spread returns n objects of 8 to 400 pixels.
func spread(n int) (t Truth) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range n {
		side := 8 * float32(1+49*rng.Float64()*rng.Float64())
		x, y := rng.Float32()*(640-side/2), rng.Float32()*(480-side/2)
		t.Box = append(t.Box, Box{x, y, x + side, y + side*(0.6+rng.Float32())})
	}
	t.Class = make([]int32, n)
	return t
}
