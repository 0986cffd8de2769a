package main

import (
	"fmt"

	"detsample/bench/dump"
	"detsample/roi"
)

// alignOperations are RoIAlign of 512 regions on a map of stride 16.
func alignOperations(s sizes) []operation {
	regions := s.of(512)
	size := fmt.Sprintf("%d x 256 x 7 x 7", regions)
	row := func(name string, goal float64, gradient bool) operation {
		return operation{
			name: name, size: size, peer: "torchvision", modules: torch, goal: goal,
			build: func(string) (*problem, error) { return alignProblem(s, regions, gradient), nil },
		}
	}
	return []operation{row("RoIAlign, value", 3, false), row("RoIAlign, value and gradient", 8, true)}
}

// alignProblem pools regions of the image's features. Each side has them in
// the layout it likes best, ours with the channels last.
func alignProblem(s sizes, regions int, gradient bool) *problem {
	const channels, stride = 256, 16
	width, height := s.image()
	rng := newRand(7)
	f := roi.Features{N: 1, H: (height + stride - 1) / stride, W: (width + stride - 1) / stride, C: channels}
	f.Data = normals(rng, f.H*f.W*f.C, 0, 1)
	align := roi.Align{Size: 7, Sampling: 2, Scale: 1.0 / stride}
	boxes := objects(rng, regions, float64(width), float64(height))
	rois := make([]roi.ROI, regions)
	for i, b := range boxes {
		rois[i].Box = b
	}
	out := regions * align.Size * align.Size * channels
	above := normals(rng, out, 0, 1) // the gradient that arrives from the layers above
	p := &problem{
		inputs: []dump.Array{
			floats("features", f.Data, f.N, f.H, f.W, f.C), quads("regions", boxes),
			floats("above", above, regions, align.Size, align.Size, channels),
		},
		call:      "align.value",
		arguments: map[string]any{"scale": align.Scale},
		checks:    []check{within(1e-4, "pooled")},
		bytes:     float64(len(f.Data)+out) * floatBytes,
	}
	if gradient {
		p.call = "align.value_and_gradient"
		p.checks = append(p.checks, within(1e-4, "gradient"))
		p.bytes *= 2
	}
	p.ours = func() side {
		pooled := make([]float32, out)
		var grad []float32
		if gradient {
			grad = make([]float32, len(f.Data))
		}
		return side{
			run: func() {
				align.Forward(pooled, f, rois)
				if gradient {
					clear(grad)
					align.Backward(grad, above, f, rois)
				}
			},
			results: func() []dump.Array { return []dump.Array{floats("pooled", pooled), floats("gradient", grad)} },
		}
	}
	return p
}
