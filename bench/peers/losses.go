package main

import (
	"fmt"

	"detsample/bench/dump"
	"detsample/losses"
)

// lossOperations are the value and the gradient of classification losses,
// beside PyTorch's through autograd and beside closed forms written by hand
// over PyTorch's tensors, which no library ships.
func lossOperations(s sizes) []operation {
	of := func(n int, name, peer, call string, columns int, goal float64, loss losses.Cls) operation {
		return operation{
			name: name + ", value and gradient", size: fmt.Sprintf("%dk x %d", n/1000, columns), peer: peer, modules: torch, goal: goal,
			build: func(string) (*problem, error) { return lossProblem(call, loss, n, columns), nil },
		}
	}
	row := func(name, peer, call string, columns int, goal float64, loss losses.Cls) operation {
		return of(s.of(200_000), name, peer, call, columns, goal, loss)
	}
	focal, bce, softmax := losses.Focal{Alpha: 0.25, Gamma: 2}, losses.CE{}, losses.SoftmaxCE{}
	const byHand = "by hand in PyTorch"
	all := []operation{
		row("sigmoid focal", "torchvision", "losses.focal", 80, ceGoal, focal),
		row("sigmoid focal", byHand, "losses.focal_by_hand", 80, 0, focal),
		row("sigmoid focal", "torchvision", "losses.focal", 1, 0, focal),
		row("sigmoid focal", byHand, "losses.focal_by_hand", 1, 0, focal),
		row("binary cross entropy", "PyTorch", "losses.bce", 80, ceGoal, bce),
		row("binary cross entropy", byHand, "losses.bce_by_hand", 80, 0, bce),
		row("binary cross entropy", "PyTorch", "losses.bce", 1, 0, bce),
		row("softmax cross entropy", "PyTorch", "losses.softmax", 81, ceGoal, softmax),
		row("softmax cross entropy", byHand, "losses.softmax_by_hand", 81, 0, softmax),
	}
	for _, columns := range fewColumns {
		all = append(all, of(s.of(20_000), "softmax cross entropy", "PyTorch", "losses.softmax", columns, lossGoal, softmax))
	}
	return all
}

// fewColumns are those of heads of one class, of four, of ten and of Pascal
// VOC's twenty, and the background.
var fewColumns = []int{2, 5, 11, 21}

// lossProblem is a loss over rows of logits, one row in a thousand of which
// is of a class.
func lossProblem(call string, loss losses.Cls, rows, columns int) *problem {
	b := lossBatch(loss, rows, columns)
	return &problem{
		inputs: lossInputs(b),
		call:   call,
		ours: func() side {
			grad := make([]float32, len(b.Logits))
			return valueAndGradient(grad, func() float64 { return loss.Eval(grad, b) })
		},
		checks: []check{within(1e-4, "value"), within(1e-5, "gradient")},
		bytes:  float64(rows) * float64(2*columns*floatBytes+labelBytes),
	}
}

// lossBatch returns rows of logits and labels, of which a thousandth are
// positives.
func lossBatch(loss losses.Cls, rows, columns int) *losses.Batch {
	rng := newRand(1)
	classes := columns
	if loss.Link() == losses.Softmax {
		classes--
	}
	logits := normals(rng, rows*columns, -3, 2)
	return &losses.Batch{Logits: logits, Columns: columns, Class: labels(rng, rows, max(classes, 1), 0.001)}
}

// lossInputs is what the peer is given of a batch.
func lossInputs(b *losses.Batch) []dump.Array {
	return []dump.Array{floats("logits", b.Logits, len(b.Class), b.Columns), integers("class", b.Class)}
}
