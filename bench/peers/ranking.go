package main

import (
	"fmt"

	"detsample/bench/dump"
	"detsample/losses"
)

// rankingOperations are the ranking losses, one row in a hundred of which is of
// a class, beside their authors' loop over the positives.
func rankingOperations(s sizes) []operation {
	rows := s.of(21_000)
	row := func(name, call string, loss losses.Cls) operation {
		return operation{
			name: name + ", value and gradient", size: fmt.Sprintf("%dk x 80, %d positives", rows/1000, rows/100), peer: "its authors",
			modules: []string{"torch", "sources"}, goal: lossGoal,
			build: func(string) (*problem, error) { return rankingProblem("ranking."+call, loss, rows), nil },
		}
	}
	return []operation{
		row("AP loss", "average_precision", losses.AveragePrecision{Delta: 1}),
		row("RankSort", "rank_sort", losses.RankSort{Delta: 0.5}),
	}
}

func rankingProblem(call string, loss losses.Cls, rows int) *problem {
	const columns = 80
	rng := newRand(25)
	logits, class, quality := normals(rng, rows*columns, -3, 2), make([]int32, rows), make([]float32, rows)
	for i := range class {
		class[i], quality[i] = -1, 1
	}
	for _, i := range rng.Perm(rows)[:rows/100] {
		class[i], quality[i] = int32(rng.IntN(columns)), 0.1+0.9*rng.Float32()
	}
	if _, hard := loss.(losses.AveragePrecision); hard {
		quality = nil
	}
	p := &problem{
		inputs: []dump.Array{floats("logits", logits, rows, columns), integers("class", class)},
		call:   call,
		ours: func() side {
			grad, b := make([]float32, len(logits)), &losses.Batch{Logits: logits, Columns: columns, Class: class, Quality: quality}
			return valueAndGradient(grad, func() float64 { return loss.Eval(grad, b) })
		},
		checks: []check{within(1e-4, "value"), within(1e-4, "gradient")},
		bytes:  float64(rows) * (2*columns*floatBytes + labelBytes),
	}
	if quality != nil {
		p.inputs = append(p.inputs, floats("quality", quality))
	}
	return p
}
