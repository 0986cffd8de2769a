package main

import (
	"fmt"

	"detsample/anchors"
	"detsample/bench/dump"
)

// assignmentOperations are torchvision's rule for RetinaNet, positive from IoU
// 0.5, negative below 0.4, and each object's best candidates positive, over
// the anchors of a pyramid and over the same boxes as any others.
func assignmentOperations(s sizes) []operation {
	width, height := s.image()
	n := retina().Count(width, height)
	var all []operation
	for _, o := range []struct {
		objects        int
		pyramid, boxes float64 // goals
	}{{20, 100, 20}, {100, 150, 20}, {1000, 0, 20}} {
		size := fmt.Sprintf("%dk, %d objects", n/1000, o.objects)
		row := func(name string, goal float64, pyramid bool) operation {
			return operation{
				name: name, size: size, peer: "torchvision", modules: torch, goal: goal,
				build: func(string) (*problem, error) { return assignmentProblem(width, height, o.objects, pyramid), nil },
			}
		}
		all = append(all, row("assignment of a pyramid", o.pyramid, true), row("assignment of boxes", o.boxes, false))
	}
	return all
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

// assignmentProblem is the assignment of the anchors over an image to objects
// in it. pyramid tells ours that they are a pyramid's.
func assignmentProblem(width, height, n int, pyramid bool) *problem {
	p := retina()
	c := anchors.Candidates{Box: p.Append(nil, width, height)}
	if pyramid {
		c.Grid, c.Pyramid = p.Grids(width, height), &p
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
