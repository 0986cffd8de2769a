package annotations

import (
	"fmt"
	"math"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// written is a box in YOLO's shares of so many decimals, read again.
func written(t require.TestingT, box [4]float64, width, height, digits int) [4]float64 {
	w, h := float64(width), float64(height)
	s, err := folder(fstest.MapFS{
		"a.png":       blank(width, height),
		"classes.txt": file("cat"),
		"a.txt":       file(fmt.Sprintf("0 %.*f %.*f %.*f %.*f", digits, (box[0]+box[2]/2)/w, digits, (box[1]+box[3]/2)/h, digits, box[2]/w, digits, box[3]/h)),
	})
	require.NoError(t, err)
	require.Equal(t, 1, s.Objects())
	return s.Images[0].Objects[0].Box
}

func TestWholePixelsComeBackFromRoundedShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(20, 700).Draw(t, "width"), rapid.IntRange(20, 700).Draw(t, "height")
		w, h := rapid.IntRange(1, width).Draw(t, "w"), rapid.IntRange(1, height).Draw(t, "h")
		box := [4]float64{float64(rapid.IntRange(0, width-w).Draw(t, "x")), float64(rapid.IntRange(0, height-h).Draw(t, "y")), float64(w), float64(h)}
		assert.Equal(t, box, written(t, box, width, height, rapid.IntRange(4, 9).Draw(t, "digits")))
	})
}

func TestNoEdgeMovesByMoreThanSharesWereRounded(t *testing.T) {
	for _, digits := range []int{4, 6, 8} {
		box := [4]float64{100.37, 50.123, 63.4, 80.25}
		got := written(t, box, 640, 480, digits)
		bound := 2 * 0.75 * 640 * math.Pow10(-digits)
		for i, side := range [4]float64{box[0], box[1], box[0] + box[2], box[1] + box[3]} {
			now := got[i%2]
			if i > 1 {
				now += got[i]
			}
			assert.InDelta(t, side, now, bound, "%d decimals", digits)
		}
	}
	assert.Equal(t, [4]float64{100.37, 50.123, 63.4, 80.25}, written(t, [4]float64{100.37, 50.123, 63.4, 80.25}, 640, 480, 6), "hundredths and thousandths come back")
	s, err := folder(fstest.MapFS{"a.png": blank(64, 64), "classes.txt": file("cat"), "a.txt": file("0 .5 .5 .2 .2")})
	require.NoError(t, err)
	assert.InDelta(t, 12.8, s.Images[0].Objects[0].Box[2], 1e-9, "a number of few decimals is what it says")
}
