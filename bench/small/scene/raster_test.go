package scene

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
