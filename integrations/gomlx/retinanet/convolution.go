package main

import (
	"github.com/gomlx/gomlx/pkg/core/dtypes"
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/shapes"
	"github.com/gomlx/gomlx/pkg/ml/context"
)

// convolution is that of (images, height, width, channels), padded with zeros to
// ceil(side / stride), as a product of gathered patches with a kernel. GoMLX has
// layers.Convolution, whose gradient its backend in Go cannot compute yet (v0.26:
// it lacks Reverse and Pad); that of gathering it can.
func convolution(ctx *context.Context, x *graph.Node, filters, size, stride int, init context.VariableInitializer) *graph.Node {
	g, d := x.Graph(), x.Shape().Dimensions
	images, height, width, depth := d[0], d[1], d[2], d[3]
	index, h, w := patches(images, height, width, size, stride)
	flat := graph.Concatenate([]*graph.Node{ // a last row of zeros, for what lies outside
		graph.Reshape(x, images*height*width, depth), graph.Zeros(g, shapes.Make(x.DType(), 1, depth)),
	}, 0)
	patch := graph.Gather(flat, graph.Const(g, index))
	kernel := ctx.WithInitializer(init).VariableWithShape("kernel", shapes.Make(dtypes.Float32, size*size*depth, filters)).ValueGraph(g)
	// The gradient of DotGeneral is two products, that of Dot is written out.
	product := graph.DotGeneral(graph.Reshape(patch, images*h*w, size*size*depth), []int{1}, nil, kernel, []int{0}, nil)
	return graph.Reshape(product, images, h, w, filters)
}

// patches lists the cells under the kernel, for every cell of the output.
func patches(images, height, width, size, stride int) (index [][]int32, h, w int) {
	h, w = (height+stride-1)/stride, (width+stride-1)/stride
	for i := range images {
		for y := range h {
			for x := range w {
				for ky := range size {
					for kx := range size {
						at := int32(images * height * width)
						if r, c := y*stride+ky-size/2, x*stride+kx-size/2; r >= 0 && r < height && c >= 0 && c < width {
							at = int32((i*height+r)*width + c)
						}
						index = append(index, []int32{at})
					}
				}
			}
		}
	}
	return index, h, w
}

// bias adds a variable to every cell, at first of one value.
func bias(ctx *context.Context, x *graph.Node, first float64) *graph.Node {
	filters := x.Shape().Dimensions[3]
	b := ctx.WithInitializer(func(g *graph.Graph, s shapes.Shape) *graph.Node {
		return graph.BroadcastToShape(graph.Scalar(g, s.DType, first), s)
	}).VariableWithShape("bias", shapes.Make(dtypes.Float32, filters)).ValueGraph(x.Graph())
	return graph.Add(x, graph.Reshape(b, 1, 1, 1, filters))
}
