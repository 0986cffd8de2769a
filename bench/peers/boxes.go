package main

import (
	"fmt"

	"detsample/anchors"
	"detsample/bench/dump"
)

// boxOperations are what a detector does with boxes besides matching them.
func boxOperations(s sizes) []operation {
	width, height := s.image()
	n := s.of(200_000)
	row := func(name, size string, goal float64, build func() *problem) operation {
		return operation{
			name: name, size: size, peer: "torchvision", modules: torch, goal: goal,
			build: func(string) (*problem, error) { return build(), nil },
		}
	}
	all := []operation{
		row("anchors, 5 levels x 9", fmt.Sprintf("%dx%d", width, height), 5, func() *problem { return anchorProblem(width, height) }),
		row("encode", fmt.Sprintf("%dk", n/1000), 0, func() *problem { return encodeProblem(n) }),
		row("decode", fmt.Sprintf("%dk", n/1000), 6, func() *problem { return decodeProblem(n) }),
	}
	for _, o := range []struct {
		boxes             int
		spread, clustered float64 // goals
	}{{2000, 0, 0}, {12_000, 40, 10}} {
		n := s.of(o.boxes)
		size := fmt.Sprintf("%d", n)
		all = append(all,
			row("NMS at 0.7, spread", size, o.spread, func() *problem { return nmsProblem(spread(n)) }),
			row("NMS at 0.7, around 100 objects", size, o.clustered, func() *problem { return nmsProblem(clustered(n)) }))
	}
	return all
}

// anchorProblem is the anchors over an image. The peer's cells are as large as
// ours and its anchors as little rounded, so that all are the same.
func anchorProblem(width, height int) *problem {
	p := retina()
	var grids, base []float32
	for l, g := range p.Grids(width, height) {
		grids = append(grids, float32(g.Height), float32(g.Width), float32(g.Stride))
		level := p
		level.Levels, level.Offset = p.Levels[l:l+1], 0
		base = append(base, flat(level.Append(nil, 1, 1))...)
	}
	return &problem{
		inputs: []dump.Array{floats("grids", grids, len(p.Levels), 3), floats("cells", base, len(p.Levels), p.PerCell(0), 4)},
		call:   "boxes.anchors",
		ours: func() side {
			var boxes []anchors.Box
			return side{
				run:     func() { boxes = p.Append(boxes[:0], width, height) },
				results: func() []dump.Array { return []dump.Array{quads("anchors", boxes)} },
			}
		},
		checks: []check{within(1e-6, "anchors")},
		bytes:  float64(p.Count(width, height)) * boxBytes,
	}
}

// codingProblem is what encoding and decoding have in common: candidates and
// an object near each.
func codingProblem(call string, n int) (p *problem, candidates, near []anchors.Box) {
	rng := newRand(3)
	candidates = objects(rng, n, imageWidth, imageHeight)
	near = make([]anchors.Box, n)
	for i, c := range candidates {
		w, h := c.Width(), c.Height()
		dx, dy := w*float32(rng.NormFloat64())/5, h*float32(rng.NormFloat64())/5
		near[i] = anchors.Box{c[0] + dx, c[1] + dy, c[2] + dx + w*rng.Float32(), c[3] + dy + h*rng.Float32()}
	}
	return &problem{call: call, bytes: float64(n) * 3 * boxBytes}, candidates, near
}

func encodeProblem(n int) *problem {
	p, candidates, near := codingProblem("boxes.encode", n)
	coder := anchors.NewCoder(1, 1, 1, 1)
	p.inputs = []dump.Array{quads("candidates", candidates), quads("objects", near)}
	p.ours = func() side {
		deltas := make([]float32, 4*n)
		return side{
			run:     func() { coder.EncodeAll(deltas, candidates, near) },
			results: func() []dump.Array { return []dump.Array{floats("deltas", deltas, n, 4)} },
		}
	}
	p.checks = []check{within(1e-5, "deltas")}
	return p
}

func decodeProblem(n int) *problem {
	p, candidates, near := codingProblem("boxes.decode", n)
	coder := anchors.NewCoder(1, 1, 1, 1)
	deltas := make([]float32, 4*n)
	coder.EncodeAll(deltas, candidates, near)
	p.inputs = []dump.Array{quads("candidates", candidates), floats("deltas", deltas, n, 4)}
	p.ours = func() side {
		boxes := make([]anchors.Box, n)
		return side{
			run:     func() { coder.DecodeAll(boxes, candidates, deltas) },
			results: func() []dump.Array { return []dump.Array{quads("boxes", boxes)} },
		}
	}
	p.checks = []check{within(1e-5, "boxes")}
	return p
}

// spread returns boxes anywhere in the image.
func spread(n int) []anchors.Box { return objects(newRand(4), n, imageWidth, imageHeight) }

// clustered returns boxes as a detector's head does: many around each object.
func clustered(n int) []anchors.Box {
	rng := newRand(5)
	return near(rng, n, objects(rng, 100, imageWidth, imageHeight), 0.1)
}

// nmsProblem is the suppression of boxes with different scores. Ours works in
// place, so a turn includes the copy of its input.
func nmsProblem(boxes []anchors.Box) *problem {
	n := len(boxes)
	score := make([]float32, n)
	found := make([]anchors.Detection, n)
	for i, rank := range newRand(6).Perm(n) {
		score[i] = (float32(rank) + 0.5) / float32(n)
		found[i] = anchors.Detection{Box: boxes[i], Score: score[i]}
	}
	index := make(map[float32]int, n)
	for i, s := range score {
		index[s] = i
	}
	return &problem{
		inputs: []dump.Array{quads("boxes", boxes), floats("scores", score)},
		call:   "boxes.nms",
		ours: func() side {
			var s anchors.Suppressor
			work := make([]anchors.Detection, n)
			var kept []anchors.Detection
			return side{
				run: func() {
					copy(work, found)
					kept = s.NMS(work, 0.7, n)
				},
				results: func() []dump.Array {
					at := make([]int, len(kept))
					for k, d := range kept {
						at[k] = index[d.Score]
					}
					return []dump.Array{integers("kept", at)}
				},
			}
		},
		checks: []check{equal("kept")},
		bytes:  float64(n) * (boxBytes + floatBytes),
	}
}
