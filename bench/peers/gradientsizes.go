package main

import (
	"fmt"

	"detsample/bench/dump"
	"detsample/losses"
)

// gradientSizeOperations are the norms of the rows' gradients, which importance
// sampling draws by, beside PyTorch's gradients and their norms.
func gradientSizeOperations(s sizes) []operation {
	of := func(n int, name, call string, columns int, loss losses.Pointwise) operation {
		return operation{
			name: name + ", gradient size", size: fmt.Sprintf("%dk x %d", n/1000, columns), peer: "by hand in PyTorch", modules: torch, goal: lossGoal,
			build: func(string) (*problem, error) { return gradientSizeProblem(call, loss, n, columns), nil },
		}
	}
	row := func(name, call string, columns int, loss losses.Pointwise) operation {
		return of(s.of(200_000), name, call, columns, loss)
	}
	focal := losses.Focal{Alpha: 0.25, Gamma: 2}
	return []operation{
		row("sigmoid focal", "focal", 80, focal),
		row("sigmoid focal", "focal", 1, focal),
		row("binary cross entropy", "bce", 80, losses.CE{}),
		row("softmax cross entropy", "softmax", 81, losses.SoftmaxCE{}),
		of(s.of(20_000), "softmax cross entropy", "softmax", 11, losses.SoftmaxCE{}),
		row("label smoothing", "label_smoothing", 81, losses.LabelSmoothing{Epsilon: 0.1}),
	}
}

// gradientSizeProblem is the size of every row's gradient, on the rows of
// [lossProblem].
func gradientSizeProblem(call string, loss losses.Pointwise, rows, columns int) *problem {
	b := lossBatch(loss, rows, columns)
	return &problem{
		inputs: lossInputs(b),
		call:   "gradientsizes." + call,
		ours: func() side {
			size, row := make([]float32, rows), make([]float32, columns)
			return side{
				run:     func() { losses.GradientSize(size, row, loss, b) },
				results: func() []dump.Array { return []dump.Array{floats("size", size)} },
			}
		},
		checks: []check{within(1e-5, "size")},
		bytes:  float64(rows) * float64(columns*floatBytes+labelBytes+floatBytes),
	}
}
