package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"detsample/anchors"
	"detsample/bench/peers/timing"
	"detsample/losses"
	"detsample/sampling"
)

// panel is a picture of how cost grows with one quantity.
type panel struct {
	name   string // of the picture's file
	axis   string // the quantity
	points []int
	curves []curve
}

// operation is what -only calls the panel.
func (p *panel) operation() string { return "growth over " + p.name }

// curve is an operation at several sizes.
type curve struct {
	name    string
	problem func(n int) *problem
	times   []sample
}

// sample is what the two sides take at one size, in milliseconds.
type sample struct{ n, ours, theirs float64 }

// panels are the three quantities that the cost of training depends on.
func panels(s sizes) []panel {
	all := []panel{
		{
			name: "candidates", axis: "candidates", points: []int{1000, 4000, 16_000, 64_000, 256_000, 1_000_000, 2_000_000},
			curves: []curve{
				{name: "assignment of boxes in no order, 20 objects", problem: func(n int) *problem { return boxesProblem(n, 20) }},
				{name: "hard negatives, 3:1", problem: func(n int) *problem {
					return selectionProblem("selection.ssd", n, max(1, n/400), sampling.HardNegative{Ratio: 3}, equal("kept"))
				}},
				{name: "focal loss and gradient, 1 class", problem: func(n int) *problem {
					return lossProblem("losses.focal", losses.Focal{Alpha: 0.25, Gamma: 2}, n, 1)
				}},
				{name: "decode", problem: decodeProblem},
			},
		},
		{
			name: "objects", axis: "ground truths, with 19k candidates", points: []int{1, 10, 100, 1000, 10_000},
			curves: []curve{
				{name: "assignment of boxes in no order", problem: func(n int) *problem { return assignmentProblem(416, 256, n, inNoOrder) }},
				{name: "assignment of a pyramid", problem: func(n int) *problem { return assignmentProblem(416, 256, n, asPyramid) }},
			},
		},
		{
			name: "classes", axis: "classes, with 20k candidates", points: []int{1, 10, 100, 1000},
			curves: []curve{
				{name: "focal loss and gradient", problem: func(n int) *problem {
					return lossProblem("losses.focal", losses.Focal{Alpha: 0.25, Gamma: 2}, 20_000, n)
				}},
				{name: "binary cross entropy and gradient", problem: func(n int) *problem {
					return lossProblem("losses.bce", losses.CE{}, 20_000, n)
				}},
				{name: "softmax cross entropy and gradient", problem: func(n int) *problem {
					return lossProblem("losses.softmax", losses.SoftmaxCE{}, 20_000, n+1)
				}},
			},
		},
	}
	if s.divisor > 1 {
		for i := range all {
			all[i].points = all[i].points[:3]
		}
	}
	return all
}

// boxesProblem is the assignment of n arbitrary boxes.
func boxesProblem(n, truths int) *problem {
	rng := newRand(11)
	truth := anchors.Truth{Box: objects(rng, truths, imageWidth, imageHeight)}
	return assignment(anchors.Candidates{Box: objects(rng, n, imageWidth, imageHeight)}, truth, asTorchvision(0.5, 0.4))
}

// grow measures every panel that is asked for and draws it. folder is for its
// files.
func grow(ctx context.Context, o options, ps *peers, folder string) error {
	if ps.having(torch) == nil {
		return errors.New("no torchvision to draw beside: " + remedies["torchvision"])
	}
	p := plan{rounds: 1, turn: 200 * time.Millisecond, threads: 1}
	for _, panel := range panels(o.sizes()) {
		if !o.only.MatchString(panel.operation()) {
			continue
		}
		for i := range panel.curves {
			c := &panel.curves[i]
			for _, n := range panel.points {
				at, err := c.measure(ctx, n, ps, filepath.Join(folder, "growth"), p)
				if err != nil {
					return fmt.Errorf("%s, %d: %w", c.name, n, err)
				}
				fmt.Fprintf(os.Stderr, "%s, %d %s: %s and %s ms\n", c.name, n, panel.axis, timing.Digits(at.ours), timing.Digits(at.theirs))
				c.times = append(c.times, at)
			}
		}
		if err := panel.draw(filepath.Join(o.growth, "growth-"+panel.name+".png")); err != nil {
			return err
		}
	}
	return nil
}

func (c *curve) measure(ctx context.Context, n int, ps *peers, folder string, p plan) (sample, error) {
	defer os.RemoveAll(folder)
	o := &operation{name: c.name, modules: torch, build: func(string) (*problem, error) { return c.problem(n), nil }}
	m, err := measure(ctx, o, ps, folder, p)
	if err != nil {
		return sample{}, err
	}
	return sample{float64(n), timing.Median(m.ours), timing.Median(m.theirs)}, nil
}
