package main

import (
	"math"
	"math/rand/v2"

	"detsample/anchors"
)

// The image that boxes lie in: the size to which COCO's images are scaled.
const imageWidth, imageHeight = 1333, 800

// retina returns RetinaNet's anchors: 9 at each cell of five levels, 200700
// over an image of the full size.
func retina() anchors.Pyramid {
	p := anchors.Pyramid{Ratios: []float32{0.5, 1, 2}}
	for stride := 8; stride <= 128; stride *= 2 {
		level := anchors.Level{Stride: stride}
		for k := range 3 {
			level.Sizes = append(level.Sizes, float32(4*float64(stride)*math.Exp2(float64(k)/3)))
		}
		p.Levels = append(p.Levels, level)
	}
	return p
}

func newRand(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(1, stream)) }

// objects returns n boxes in an image, their sizes from 8 to 400 pixels, as
// many in each octave.
func objects(rng *rand.Rand, n int, width, height float64) []anchors.Box {
	boxes := make([]anchors.Box, n)
	for i := range boxes {
		w := min(8*math.Exp(rng.Float64()*math.Log(50)), width)
		h := min(w*math.Exp(0.4*rng.NormFloat64()), height)
		x, y := rng.Float64()*(width-w), rng.Float64()*(height-h)
		boxes[i] = anchors.Box{float32(x), float32(y), float32(x + w), float32(y + h)}
	}
	return boxes
}

// near returns n boxes, each of them one of the objects moved and resized by
// the given share of its size.
func near(rng *rand.Rand, n int, objects []anchors.Box, share float64) []anchors.Box {
	boxes := make([]anchors.Box, n)
	for i := range boxes {
		o := objects[rng.IntN(len(objects))]
		w, h := float64(o.Width()), float64(o.Height())
		x, y := o.Center()
		cx, cy := float64(x)+share*w*rng.NormFloat64(), float64(y)+share*h*rng.NormFloat64()
		w, h = w*math.Exp(share*rng.NormFloat64())/2, h*math.Exp(share*rng.NormFloat64())/2
		boxes[i] = anchors.Box{float32(cx - w), float32(cy - h), float32(cx + w), float32(cy + h)}
	}
	return boxes
}

// normals returns n normally distributed numbers.
func normals(rng *rand.Rand, n int, mean, deviation float64) []float32 {
	values := make([]float32, n)
	for i := range values {
		values[i] = float32(mean + deviation*rng.NormFloat64())
	}
	return values
}

// labels returns n label codes of which the given share is a class below
// classes and the rest Negative.
func labels(rng *rand.Rand, n, classes int, share float64) []int32 {
	l := make([]int32, n)
	for i := range l {
		l[i] = anchors.Negative
		if rng.Float64() < share {
			l[i] = int32(rng.IntN(classes))
		}
	}
	return l
}
