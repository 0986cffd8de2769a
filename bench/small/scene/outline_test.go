package scene

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNoLookAlikeIsAnyClassAtAnyRotation(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
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
