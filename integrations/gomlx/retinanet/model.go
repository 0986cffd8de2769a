package main

import (
	"math"

	"github.com/gomlx/gomlx/pkg/core/dtypes"
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/ml/context"
	"github.com/gomlx/gomlx/pkg/ml/context/initializers"
	"github.com/gomlx/gomlx/pkg/ml/layers/activations"

	"detsample/anchors"
)

// pyramid has two levels, with anchors of two ratios at each cell.
var pyramid = anchors.Pyramid{
	Levels: []anchors.Level{{Stride: 4, Sizes: []float32{12}}, {Stride: 8, Sizes: []float32{20}}},
	Ratios: []float32{0.8, 1.25}, Offset: 0.5,
}

const channels = 12

// model is a small RetinaNet: a trunk, features on two levels, of which the finer
// has the coarser added to it, and one head for both. It takes pixels, (images,
// height, width, 3) of bytes, and returns logits, (images, anchors, classes),
// and deltas, (images, anchors, 4), in the order of pyramid's anchors.
func model(ctx *context.Context, pixels *graph.Node, classes int) (logits, deltas *graph.Node) {
	ctx = ctx.Checked(false) // one set of weights for training, for the pass before it and for both levels
	x := graph.AddScalar(graph.DivScalar(graph.ConvertDType(pixels, dtypes.Float32), 64), -2)
	x = convolved(ctx.In("stem"), x, channels/2, 3, 2)
	fine := convolved(ctx.In("fine"), x, channels, 3, 2)
	coarse := convolved(ctx.In("coarse"), fine, 2*channels, 3, 2)
	coarse = convolved(ctx.In("lateral_coarse"), coarse, channels, 1, 1)
	fine = graph.Add(convolved(ctx.In("lateral_fine"), fine, channels, 1, 1), doubled(coarse))

	var scores, boxes []*graph.Node
	for level, x := range []*graph.Node{fine, coarse} {
		x = convolved(ctx.In("tower"), x, channels, 3, 1)
		n := pyramid.PerCell(level)
		scores = append(scores, rows(head(ctx.In("scores"), x, n*classes, prior), classes))
		boxes = append(boxes, rows(head(ctx.In("boxes"), x, 4*n, 0.5), 4))
	}
	return graph.Concatenate(scores, 1), graph.Concatenate(boxes, 1)
}

// prior is the score of every anchor in the beginning (Lin et al. 2017).
const prior = 0.01

func convolved(ctx *context.Context, x *graph.Node, filters, size, stride int) *graph.Node {
	return activations.Relu(bias(ctx, convolution(ctx, x, filters, size, stride, initializers.HeFn(ctx)), 0))
}

// head is a convolution whose outputs say a score in the beginning.
func head(ctx *context.Context, x *graph.Node, filters int, score float64) *graph.Node {
	return bias(ctx, convolution(ctx, x, filters, 3, 1, initializers.RandomNormalFn(ctx, 0.01)), math.Log(score/(1-score)))
}

// rows makes (images, height, width, anchors * columns) to (images, height *
// width * anchors, columns).
func rows(x *graph.Node, columns int) *graph.Node {
	return graph.Reshape(x, x.Shape().Dimensions[0], -1, columns)
}

// doubled repeats every cell along both sides.
func doubled(x *graph.Node) *graph.Node {
	d := x.Shape().Dimensions
	x = graph.BroadcastToDims(graph.Reshape(x, d[0], d[1], 1, d[2], 1, d[3]), d[0], d[1], 2, d[2], 2, d[3])
	return graph.Reshape(x, d[0], 2*d[1], 2*d[2], d[3])
}
