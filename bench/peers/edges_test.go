package main

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
)

// A logit that mmdetection's float32 counts in another of GHM's bins.
const between = 0.84729761

func TestNoLogitIsLeftOnAnEdgeOfTwoBins(t *testing.T) {
	logits := []float32{between, -between, 0, 1, -3, 20, -20}
	leaveEdges(logits, 10)
	for i, x := range logits {
		at := 10 / (1 + math.Exp(-float64(x)))
		edge := math.Round(at)
		assert.True(t, edge == 0 || edge == 10 || math.Abs(at-edge) > 1e-5, "%v", x)
		if i > 2 {
			assert.Equal(t, []float32{1, -3, 20, -20}[i-3], x, "far from an edge")
		}
	}
}

func TestNoSideOfAnObjectIsAtACentre(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	boxes := make([]anchors.Box, 400)
	for i := range boxes {
		x, y := 4*float32(rng.IntN(300)), 4*float32(rng.IntN(180))
		boxes[i] = anchors.Box{x, y, x + 8*float32(1+rng.IntN(12)), y + 8*float32(1+rng.IntN(12))}
	}
	setApart(boxes, 1280, 800)
	for _, b := range boxes {
		for _, side := range b {
			assert.Greater(t, math.Abs(math.Remainder(float64(side), gridOfCentres)), 0.01)
		}
	}
}
