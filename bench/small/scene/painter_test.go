package scene

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/dataset"
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
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
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
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
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

// difference returns the area in which two outlines disagree, relative to the

// area of each, with equal areas and one centre of mass.

func TestContrastsAreOfTheRangeThatIsSaid(t *testing.T) {
	c := plain()
	c.Contrast = 0.9
	low, high := c.Contrasts()
	assert.Equal(t, []float64{0.9, 1}, []float64{low, high}, "of full range at most")
	c.Contrast = 0.02
	low, high = c.Contrasts()
	p := newPainter(c)
	p.rng = rand.New(rand.NewPCG(1, 2))
	least, most := 1.0, 0.0
	for range 1000 {
		v := p.contrast()
		least, most = min(least, v), max(most, v)
	}
	assert.InDelta(t, low, least, 0.01)
	assert.InDelta(t, high, most, 0.01)
}
