package anchors

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// quarterBox draws a valid box on a grid of quarter pixels, so that every
// area and overlap is exact in float32 and equal overlaps are common.
func quarterBox(extent int) *rapid.Generator[Box] {
	return rapid.Custom(func(t *rapid.T) Box {
		x, y := rapid.IntRange(0, 4*extent).Draw(t, "x"), rapid.IntRange(0, 4*extent).Draw(t, "y")
		w, h := rapid.IntRange(1, 2*extent).Draw(t, "w"), rapid.IntRange(1, 2*extent).Draw(t, "h")
		return Box{float32(x), float32(y), float32(x + w), float32(y + h)}.Scale(0.25, 0.25)
	})
}

// anyBox draws a valid box with arbitrary corners.
func anyBox() *rapid.Generator[Box] {
	return rapid.Custom(func(t *rapid.T) Box {
		x, y := rapid.Float32Range(-100, 100).Draw(t, "x"), rapid.Float32Range(-100, 100).Draw(t, "y")
		w, h := rapid.Float32Range(0.5, 200).Draw(t, "w"), rapid.Float32Range(0.5, 200).Draw(t, "h")
		return Box{x, y, x + w, y + h}
	})
}

func TestIoUIsSymmetricBoundedAndOneOnlyForEqualBoxes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyBox().Draw(t, "a"), anyBox().Draw(t, "b")
		v := IoU(a, b)
		assert.Equal(t, v, IoU(b, a))
		assert.True(t, v >= 0 && v <= 1, "%v", v)
		assert.Equal(t, float32(1), IoU(a, a))
		assert.LessOrEqual(t, IoF(a, b), float32(1))
		assert.LessOrEqual(t, v, IoF(a, b)*(1+1e-6), "a union is no smaller than either box")
	})
}

func TestIoUDoesNotChangeWithScaleOrMirroring(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := quarterBox(16).Draw(t, "a"), quarterBox(16).Draw(t, "b")
		assert.Equal(t, IoU(a, b), IoU(a.Scale(4, 0.5), b.Scale(4, 0.5)))
		mirror := func(b Box) Box { return Box{64 - b[2], b[1], 64 - b[0], b[3]} }
		assert.Equal(t, IoU(a, b), IoU(mirror(a), mirror(b)))
	})
}

func TestIoUCountsCells(t *testing.T) {
	inside := func(b Box, x, y int) bool {
		cx, cy := (float32(x)+0.5)/4, (float32(y)+0.5)/4
		return cx > b[0] && cx < b[2] && cy > b[1] && cy < b[3]
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := quarterBox(4).Draw(t, "a"), quarterBox(4).Draw(t, "b")
		both, either, first := 0, 0, 0
		for y := range 32 {
			for x := range 32 {
				inA, inB := inside(a, x, y), inside(b, x, y)
				if inA && inB {
					both++
				}
				if inA || inB {
					either++
				}
				if inA {
					first++
				}
			}
		}
		assert.Equal(t, float32(both)/float32(either), IoU(a, b))
		assert.Equal(t, float32(both)/float32(first), IoF(a, b))
	})
}

func TestDegenerateBoxesOverlapNothing(t *testing.T) {
	box := Box{0, 0, 10, 10}
	for _, b := range []Box{{5, 5, 5, 9}, {5, 5, 9, 5}, {9, 9, 1, 1}, {3, 3, 3, 3}, {10, 0, 20, 10}} {
		assert.Zero(t, IoU(box, b))
		assert.Zero(t, IoU(b, box))
		assert.Zero(t, IoF(b, box))
		assert.Zero(t, Intersection(b, box))
	}
	assert.Zero(t, Box{9, 0, 1, 5}.Area(), "a negative side makes no area")
	assert.Zero(t, Box{9, 9, 1, 1}.Area(), "nor do two")
}

func TestOnlyFiniteBoxesWithAreaAreValid(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	assert.True(t, Box{-1, -1, 0, 0}.Valid())
	for _, b := range []Box{{0, 0, 0, 1}, {0, 0, 1, 0}, {1, 0, 0, 1}, {nan, 0, 1, 1}, {0, 0, nan, 1}, {0, 0, inf, 1}, {-inf, 0, 1, 1}} {
		assert.False(t, b.Valid(), "%v", b)
	}
}

func TestClipKeepsWhatLiesInsideAndNoMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := anyBox().Draw(t, "b")
		clipped := b.Clip(64, 48)
		image := Box{0, 0, 64, 48}
		assert.Equal(t, Intersection(b, image), clipped.Area())
		assert.Equal(t, clipped, clipped.Clip(64, 48))
	})
	assert.Equal(t, Box{64, 0, 64, 48}, Box{100, -5, 120, 60}.Clip(64, 48))
}
