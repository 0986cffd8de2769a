package anchors

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// predictedField is a trained detector's view of an image as the shelf of peers
// has it: of 200,700 anchors, or 21,120, those inside objects predict one of them
// and its class, the others themselves.
func predictedField(width, height, perCell, objects, classes int) (Candidates, Truth) {
	c, t := pyramidScene(width, height, perCell, 0, classes)
	rng := rand.New(rand.NewPCG(1, uint64(objects)))
	for range objects {
		w := min(8*math.Exp(rng.Float64()*math.Log(50)), float64(width)-7.3)
		h := min(w*math.Exp(0.4*rng.NormFloat64()), float64(height)-5.7)
		x, y := rng.Float64()*(float64(width)-w), rng.Float64()*(float64(height)-h)
		t.Box, t.Class = append(t.Box, Box{float32(x), float32(y), float32(x + w), float32(y + h)}), append(t.Class, rng.Int32N(int32(classes)))
	}
	var inside []int
	for i, b := range c.Box {
		inside = inside[:0]
		for g, o := range t.Box {
			if centre(b).inside(o, 0) {
				inside = append(inside, g)
			}
		}
		scores := c.scores(int32(i))
		for k := range scores {
			u := rng.Float32()
			scores[k] = 0.001 + 0.1*u*u
		}
		predicted := b
		if len(inside) > 0 {
			g := inside[rng.IntN(len(inside))]
			predicted, scores[t.Class[g]] = t.Box[g], 0.05+0.9*rng.Float32()
		}
		w, h := float64(predicted.Width()), float64(predicted.Height())
		x, y := predicted.Center()
		left, top := float64(x)+0.1*w*rng.NormFloat64(), float64(y)+0.1*h*rng.NormFloat64()
		w, h = w*math.Exp(0.1*rng.NormFloat64()), h*math.Exp(0.1*rng.NormFloat64())
		c.Decoded[i] = Box{float32(left - w/2), float32(top - h/2), float32(left + w/2), float32(top + h/2)}
	}
	return c, t
}

// BenchmarkPredicted is the assigners by predictions beside which the peers stand.
func BenchmarkPredicted(b *testing.B) {
	for _, size := range []struct{ width, height, perCell, objects, classes int }{
		{640, 544, 3, 20, 80}, {1333, 800, 9, 100, 1}, {1333, 800, 9, 100, 80},
	} {
		c, truth := predictedField(size.width, size.height, size.perCell, size.objects, size.classes)
		for name, a := range predicting(b) {
			b.Run(fmt.Sprintf("%s/anchors=%d/objects=%d/classes=%d", name, len(c.Box), size.objects, size.classes), func(b *testing.B) {
				benchmarkFastest(b, a, &c, &truth)
			})
		}
	}
}
