package anchors

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// pyramidScene is a trained detector's view of an image of a given size: the
// anchors of five levels, scores of some classes and predicted boxes beside
// the anchors, and objects from 16 to 512 pixels.
func pyramidScene(width, height, perCell, objects, classes int) (Candidates, Truth) {
	rng := rand.New(rand.NewPCG(1, 2))
	p := Pyramid{Ratios: []float32{0.5, 1, 2}, Offset: 0.5}
	for stride := 8; stride <= 128; stride *= 2 {
		level := Level{Stride: stride}
		for k := range perCell / 3 {
			level.Sizes = append(level.Sizes, 4*float32(stride)*float32(math.Exp2(float64(k)/3)))
		}
		p.Levels = append(p.Levels, level)
	}
	c := Candidates{Box: p.Append(nil, width, height), Grid: p.Grids(width, height), Pyramid: &p, Width: float32(width), Height: float32(height)}
	c.Classes, c.Score, c.Decoded = classes, make([]float32, len(c.Box)*classes), make([]Box, len(c.Box))
	for i := range c.Score {
		c.Score[i] = 1 / (1 + float32(math.Exp(4-rng.NormFloat64())))
	}
	for i, b := range c.Box {
		w, h := b.Width()*(0.5+rng.Float32()), b.Height()*(0.5+rng.Float32())
		x, y := b.Center()
		x, y = x+0.2*w*float32(rng.NormFloat64()), y+0.2*h*float32(rng.NormFloat64())
		c.Decoded[i] = Box{x - w/2, y - h/2, x + w/2, y + h/2}
	}
	var t Truth
	for range objects {
		side, ratio := 16*math.Exp2(5*rng.Float64()), math.Exp2(rng.Float64()-0.5)
		w, h := min(float32(side*ratio), float32(width)), min(float32(side/ratio), float32(height))
		x, y := rng.Float32()*(float32(width)-w), rng.Float32()*(float32(height)-h)
		t.Box = append(t.Box, Box{x, y, x + w, y + h})
		t.Class = append(t.Class, rng.Int32N(int32(classes)))
	}
	return c, t
}

// BenchmarkAssigners is every assigner over the anchors of 576 and of 1333x800
// pixels, 21 and 200 thousand, one thread: what the shelf's goals are about.
func BenchmarkAssigners(b *testing.B) {
	for _, size := range []struct{ width, height, perCell int }{{576, 576, 3}, {1333, 800, 9}} {
		for _, objects := range []int{20, 100, 1000} {
			c, truth := pyramidScene(size.width, size.height, size.perCell, objects, 80)
			for _, e := range registered.All() {
				a := e.New()
				b.Run(fmt.Sprintf("%s/anchors=%d/objects=%d", e.Name, len(c.Box), objects), func(b *testing.B) {
					benchmarkFastest(b, a, &c, &truth)
				})
			}
		}
	}
}

// benchmarkFastest reports the least time of an assignment once it is warm.
func benchmarkFastest(b *testing.B, a Assigner, c *Candidates, t *Truth) {
	var dst Assignment
	b.ReportAllocs()
	a.Assign(&dst, c, t)
	least := time.Hour
	for b.Loop() {
		start := time.Now()
		a.Assign(&dst, c, t)
		least = min(least, time.Since(start))
	}
	b.ReportMetric(float64(least.Microseconds())/1000, "fastest-ms")
}
