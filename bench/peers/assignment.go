package main

import (
	"fmt"

	"detsample/anchors"
	"detsample/bench/dump"
)

// order is how the anchors of a pyramid are handed over.
type order int

const (
	asPyramid order = iota // said to be a pyramid's
	inOrder                // boxes like any others, neighbours beside neighbours
	inNoOrder              // shuffled
)

var orderNames = map[order]string{
	asPyramid: "assignment of a pyramid", inOrder: "assignment of boxes in a pyramid's order", inNoOrder: "assignment of boxes in no order",
}

// assignmentOperations are torchvision's rule for RetinaNet, positive from IoU
// 0.5, negative below 0.4, and each object's best candidates positive, over
// the anchors of a pyramid and over the same boxes without that knowledge.
func assignmentOperations(s sizes) []operation {
	width, height := s.image()
	n := retina().Count(width, height)
	row := func(o order, objects int, goal float64) operation {
		return operation{
			name: orderNames[o], size: fmt.Sprintf("%dk, %d objects", n/1000, objects), peer: "torchvision", modules: torch, goal: goal,
			build: func(string) (*problem, error) { return assignmentProblem(width, height, objects, o), nil },
		}
	}
	return []operation{
		row(asPyramid, 20, 100), row(asPyramid, 100, 150), row(asPyramid, 1000, 0),
		row(inOrder, 100, 0),
		row(inNoOrder, 20, 20), row(inNoOrder, 100, 20), row(inNoOrder, 1000, 20),
	}
}

// image returns the size of the image, whose area is scaled.
func (s sizes) image() (width, height int) {
	if s.divisor == 1 {
		return imageWidth, imageHeight
	}
	return 416, 256
}

// asTorchvision is the assigner with torchvision's rules.
func asTorchvision(pos, neg float64) anchors.MaxIoU {
	m := anchors.NewMaxIoU(pos, neg)
	m.Forced, m.ForceZero = anchors.ForcedKeep, true
	return m
}

// assignmentProblem is the assignment of the anchors over an image to n objects
// in it.
func assignmentProblem(width, height, n int, o order) *problem {
	p := retina()
	c := anchors.Candidates{Box: p.Append(nil, width, height)}
	switch o {
	case asPyramid:
		c.Grid, c.Pyramid = p.Grids(width, height), &p
	case inNoOrder:
		newRand(12).Shuffle(len(c.Box), func(i, k int) { c.Box[i], c.Box[k] = c.Box[k], c.Box[i] })
	}
	truth := anchors.Truth{Box: objects(newRand(uint64(n)), n, float64(width), float64(height))}
	return assignment(c, truth, asTorchvision(0.5, 0.4))
}

func assignment(c anchors.Candidates, truth anchors.Truth, m anchors.MaxIoU) *problem {
	return &problem{
		inputs:    []dump.Array{quads("candidates", c.Box), quads("objects", truth.Box)},
		call:      "assignment.match",
		arguments: map[string]any{"high": m.PosIoU, "low": m.NegIoU},
		ours: func() side {
			var a anchors.Assignment
			return side{
				run:     func() { m.Assign(&a, &c, &truth) },
				results: func() []dump.Array { return []dump.Array{integers("labels", a.GT)} },
			}
		},
		checks: []check{equal("labels")},
		bytes:  float64(len(c.Box)) * (boxBytes + labelBytes + floatBytes),
	}
}
