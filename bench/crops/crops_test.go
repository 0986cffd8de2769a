package crops

import (
	"image"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"detsample/anchors"
)

// box draws a box within an image.
func box(t *rapid.T, width, height, longest int) anchors.Box {
	w := rapid.Float64Range(1, float64(min(longest, width))).Draw(t, "w")
	h := rapid.Float64Range(1, float64(min(longest, height))).Draw(t, "h")
	x := rapid.Float64Range(0, float64(width)-w).Draw(t, "x")
	y := rapid.Float64Range(0, float64(height)-h).Draw(t, "y")
	return anchors.Box{float32(x), float32(y), float32(x + w), float32(y + h)}.Clip(float32(width), float32(height))
}

func TestACropAroundAnObjectHoldsIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(1, 300).Draw(t, "width"), rapid.IntRange(1, 300).Draw(t, "height")
		c := Config{Side: rapid.IntRange(8, 128).Draw(t, "side"), Objects: 1}
		b := box(t, width, height, 300)
		r := c.Place(rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "seed"))), width, height, []anchors.Box{b})
		require.Equal(t, image.Pt(min(c.Side, width), min(c.Side, height)), r.Size())
		require.True(t, r.In(image.Rect(0, 0, width, height)), r)
		for axis := range 2 {
			from, to := float64(b[axis]), float64(b[axis+2])
			lo, hi := float64([2]int{r.Min.X, r.Min.Y}[axis]), float64([2]int{r.Max.X, r.Max.Y}[axis])
			if to-from <= hi-lo-1 || r.Size() == image.Pt(width, height) {
				require.True(t, from >= lo && to <= hi, "%v in %v", b, r)
			} else {
				middle := (from + to) / 2
				require.True(t, middle >= lo-1 && middle <= hi+1, "the middle of %v in %v", b, r)
			}
		}
	})
}

func TestCropsAreAroundObjectsAndOnBackgroundInProportion(t *testing.T) {
	c := Config{Side: 64, Objects: 0.75}
	object := anchors.Box{300, 200, 340, 230}
	rng := rand.New(rand.NewPCG(1, 2))
	around := 0
	places := map[image.Point]bool{}
	const crops = 4000
	for range crops {
		r := c.Place(rng, 640, 480, []anchors.Box{object})
		places[r.Min] = true
		cut, _ := c.Cut(object, r)
		switch {
		case cut.Area() == object.Area():
			around++
		default:
			assert.Zero(t, cut.Area(), "background")
		}
	}
	assert.InDelta(t, 0.75, float64(around)/crops, 0.03) // four deviations
	assert.Greater(t, len(places), 1500, "anywhere that the object is inside, 24 x 34 places, and on the ground")

	crowded := []anchors.Box{{0, 0, 640, 480}}
	c.Objects = 0
	assert.Equal(t, image.Pt(64, 64), c.Place(rng, 640, 480, crowded).Size(), "where there is no background")
	assert.Equal(t, image.Rect(0, 0, 50, 64), Config{Side: 64, Objects: 1}.Place(rng, 50, 64, nil), "no object")
}

func TestWhatIsCutOffIsLearntOrIgnoredByItsShare(t *testing.T) {
	c := Config{Side: 100, Keep: 0.5}
	r := image.Rect(100, 50, 200, 150)
	for _, k := range []struct {
		b, cut anchors.Box
		learnt bool
	}{
		{anchors.Box{110, 60, 130, 80}, anchors.Box{10, 10, 30, 30}, true},
		{anchors.Box{90, 60, 110, 80}, anchors.Box{0, 10, 10, 30}, true},
		{anchors.Box{89, 60, 109, 80}, anchors.Box{0, 10, 9, 30}, false},
		{anchors.Box{190, 140, 220, 160}, anchors.Box{90, 90, 100, 100}, false},
		{anchors.Box{0, 0, 100, 100}, anchors.Box{}, false},
		{anchors.Box{300, 0, 310, 100}, anchors.Box{}, false},
	} {
		cut, learnt := c.Cut(k.b, r)
		assert.Equal(t, k.cut, cut)
		assert.Equal(t, k.learnt, learnt, k.b)
	}
}
