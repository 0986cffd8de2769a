package scene

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"detsample/anchors"
	"detsample/bench/dataset"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plain returns one object an image on even ground, with nothing else.
func plain() Config {
	c := few()
	c.MaxObjects, c.Distractors = 1, 0
	c.Occlusion, c.Noise, c.Texture = 0, 0, 0
	return c
}

// painted returns the extent of what differs from the image's first corner.
func painted(pix []uint8, size int) anchors.Box {
	b := anchors.Box{float32(size), float32(size), 0, 0}
	for i := range size * size {
		if [3]uint8(pix[3*i:]) == [3]uint8(pix) {
			continue
		}
		x, y := float32(i%size), float32(i/size)
		b = anchors.Box{min(b[0], x), min(b[1], y), max(b[2], x+1), max(b[3], y+1)}
	}
	return b
}

func TestBoxIsTightAboutThePaintedPixels(t *testing.T) {
	c := plain()
	c.Train = 200
	for _, im := range generate(t, c, 1).Train {
		require.Len(t, im.Objects, 1)
		box := im.Objects[0].Box
		if box[0] < 1 && box[1] < 1 {
			continue // its corner may hide the ground's colour
		}
		seen := painted(im.Pix, c.Size)
		for k := range 2 {
			// Pixels that the box touches at all may be painted; a corner of
			// less than a pixel may be too faint to show.
			require.GreaterOrEqual(t, seen[k], float32(math.Floor(float64(box[k]))), im.Name)
			require.LessOrEqual(t, seen[k], box[k]+1.5, im.Name)
			require.LessOrEqual(t, seen[k+2], float32(math.Ceil(float64(box[k+2]))), im.Name)
			require.GreaterOrEqual(t, seen[k+2], box[k+2]-1.5, im.Name)
		}
	}
}

func TestCoverageSumsToTheArea(t *testing.T) {
	var m mask
	sum := func(o outline) (total float64) {
		m.render(o, 96)
		for _, a := range m.cover {
			require.True(t, a >= 0 && a <= 1.0001, "coverage %g", a)
			total += float64(a)
		}
		return total
	}
	at := func(o outline) outline {
		return o.mapped(func(p point) point { return point{48.3 + 20*p.x, 47.6 + 20*p.y} })
	}
	assert.InEpsilon(t, math.Pi*400, sum(at(disc(1, 1))), 0.01)
	assert.InEpsilon(t, 0.75*math.Pi*400, sum(at(append(disc(1, 1), disc(0.5, 0.5)...))), 0.01)
	assert.InEpsilon(t, 800, sum(at(outline{regular(4, 0.3)})), 0.01)
	assert.InEpsilon(t, 30*4, sum(bar(point{40, 40}, 30, 4, 0.7)), 0.01)
	assert.Zero(t, sum(bar(point{-50, -50}, 10, 4, 0)), "outside the image")
}

func TestSizesFollowTheBoundedPareto(t *testing.T) {
	for _, tail := range []float64{0, 0.5, 1, 3} {
		p := newPainter(plain())
		p.c.Tail, p.c.MinSize, p.c.MaxSize = tail, 7, 40
		p.rng = rand.New(rand.NewPCG(1, 2))
		const n = 20000
		below := map[float64]int{}
		for range n {
			size := p.size()
			require.True(t, size >= 7 && size <= 40, "size %g", size)
			for _, x := range []float64{8, 10, 15, 25} {
				if size < x {
					below[x]++
				}
			}
		}
		for x, count := range below {
			want := math.Log(x/7) / math.Log(40./7)
			if tail > 0 {
				want = (1 - math.Pow(7/x, tail)) / (1 - math.Pow(7./40, tail))
			}
			assert.InDelta(t, want, float64(count)/n, 0.015, "tail %g below %g", tail, x)
		}
	}
}

func TestLongerSideOfABoxIsTheSizeDrawn(t *testing.T) {
	c := plain()
	c.MinSize, c.MaxSize = 13, 13
	for _, im := range generate(t, c, 1).Train {
		for _, o := range im.Objects {
			assert.InDelta(t, 13, max(o.Box.Width(), o.Box.Height()), 1e-3)
		}
	}
}

// standsOut returns how far the middle of an object is from even ground, in
// the mean over the images and the channels.
func standsOut(t *testing.T, contrast float64) float64 {
	c := plain()
	c.Contrast = contrast
	sum, n := 0.0, 0
	for _, im := range generate(t, c, 4).Train {
		x, y := im.Objects[0].Box.Center()
		middle := im.Pix[3*(int(y)*c.Size+int(x)):]
		for k := range 3 {
			sum += math.Abs(float64(middle[k])-float64(im.Pix[k])) / 255
			n++
		}
	}
	return sum / float64(n)
}

func TestContrastOrdersHowFarShapesStandOut(t *testing.T) {
	faint, middling, strong := standsOut(t, 0.02), standsOut(t, 0.15), standsOut(t, 0.4)
	assert.Less(t, faint+0.08, middling)
	assert.Less(t, middling+0.08, strong)
}

func TestNoiseHasTheDeviationAskedFor(t *testing.T) {
	c := plain()
	c.MinObjects, c.MaxObjects, c.MinSize, c.MaxSize = 0, 1, 4, 4
	for _, want := range []float64{0.02, 0.06} {
		c.Noise = want
		images := generate(t, c, 2).Train
		empty := slices.IndexFunc(images, func(im dataset.Image) bool { return len(im.Objects) == 0 })
		pix := images[empty].Pix
		var sum, squares, n float64
		for i := 0; i < len(pix); i += 3 { // one channel: each has its own mean
			v := float64(pix[i]) / 255
			sum, squares, n = sum+v, squares+v*v, n+1
		}
		assert.InEpsilon(t, want, math.Sqrt(squares/n-sum/n*sum/n), 0.05)
	}
}

func TestDistractorsAddLookAlikesAndMoveNoObject(t *testing.T) {
	c := few()
	c.Distractors = 0
	none := generate(t, c, 9)
	c.Distractors = 8
	many := generate(t, c, 9)
	for i := range none.Train {
		assert.ElementsMatch(t, none.Train[i].Objects, many.Train[i].Objects)
	}
	p := newPainter(c)
	lookAlikes := 0
	for seed := range uint64(200) {
		p.rng = rand.New(rand.NewPCG(seed, 0))
		shapes, err := p.arrange()
		require.NoError(t, err)
		for _, s := range shapes {
			if s.class < 0 {
				lookAlikes++
			}
		}
	}
	assert.InDelta(t, 4, float64(lookAlikes)/200, 0.6)
}

func TestNoLookAlikeIsAnyClassAtAnyRotation(t *testing.T) {
	for _, owner := range classes {
		for i, other := range owner.lookAlikes {
			for _, k := range classes {
				least := 1.0
				for turn := range 72 {
					least = min(least, difference(k.shape, other.rotated(float64(turn)*math.Pi/36)))
				}
				assert.Greater(t, least, 0.1, "%s, look-alike %d, against %s", owner.name, i, k.name)
			}
		}
	}
}

func TestClassesDifferFromEachOther(t *testing.T) {
	for i, a := range classes {
		for _, b := range classes[:i] {
			assert.Greater(t, difference(a.shape, b.shape), 0.15, "%s, %s", a.name, b.name)
		}
	}
}

// difference returns the area in which two outlines disagree, relative to the
// area of each, with equal areas and one centre of mass.
func difference(a, b outline) float64 {
	const size = 48
	apart := make([]float64, size*size)
	for sign, o := range map[float64]outline{1: a, -1: b} {
		var m mask
		at := func(scale, x, y float64) (area, cx, cy float64) {
			m.render(o.mapped(func(p point) point { return point{x + scale*p.x, y + scale*p.y} }), size)
			for i, v := range m.cover {
				area += float64(v)
				cx += float64(v) * (float64(m.x+i%m.w) + 0.5)
				cy += float64(v) * (float64(m.y+i/m.w) + 0.5)
			}
			return area, cx / area, cy / area
		}
		area, cx, cy := at(20, size/2, size/2)
		scale := math.Sqrt(400 / area)
		at(20*scale, size/2-scale*(cx-size/2), size/2-scale*(cy-size/2))
		for i, v := range m.cover {
			apart[(m.y+i/m.w)*size+m.x+i%m.w] += sign * float64(v)
		}
	}
	sum := 0.0
	for _, v := range apart {
		sum += math.Abs(v)
	}
	return sum / 400
}
