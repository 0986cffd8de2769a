package gomlx

import (
	"fmt"

	"github.com/gomlx/gomlx/pkg/core/dtypes"
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/shapes"
	"github.com/gomlx/gomlx/pkg/core/tensors"
	"github.com/gomlx/gomlx/pkg/ml/train"

	"detsample/losses"
	"detsample/rpn"
)

// Targets returns the labels that the loss of [Dense.TargetLoss] takes:
//
//	class        (images, anchors), int32: a class, or below 0 for none
//	weight       (images, anchors), of the classification loss, normaliser included; 0 where an anchor does not count
//	delta        (images, anchors, 4), what the box output should say
//	box weight   (images, anchors), of the box loss, likewise
//
// The head need not have been run. It panics as [rpn.Config.Targets] does, and
// so for a strategy that looks at what the head put out.
func (d *Dense) Targets(step uint64, images []rpn.Image) []*tensors.Tensor {
	n, anchors := len(images)*len(d.Anchors.Box), len(d.Anchors.Box)
	t := d.Config.Targets(&d.Work, d.batch(step, images))
	class, weight := make([]int32, n), make([]float32, n)
	delta, boxWeight := make([]float32, 4*n), make([]float32, n)
	copy(class, t.Cls.Class)
	counting(t.Cls.Rows, n, func(i int, row int32) { weight[row] = weightOf(t.Cls.Weight, i) })
	for i, row := range t.Box.Rows {
		to := t.Box.Coder.Encode(t.Box.Anchor[i], t.Box.Truth[i])
		copy(delta[4*row:], to[:])
		boxWeight[row] = weightOf(t.Box.Weight, i)
	}
	return []*tensors.Tensor{
		tensors.FromFlatDataAndDimensions(class, len(images), anchors),
		tensors.FromFlatDataAndDimensions(weight, len(images), anchors),
		tensors.FromFlatDataAndDimensions(delta, len(images), anchors, 4),
		tensors.FromFlatDataAndDimensions(boxWeight, len(images), anchors),
	}
}

// counting visits the rows that count; nil stands for all n.
func counting(rows []int32, n int, visit func(i int, row int32)) {
	if rows != nil {
		n = len(rows)
	}
	for i := range n {
		if row := int32(i); rows == nil {
			visit(i, row)
		} else {
			visit(i, rows[i])
		}
	}
}

// weightOf returns the weight of the i-th row that counts; nil stands for 1.
func weightOf(weight []float32, i int) float32 {
	if weight == nil {
		return 1
	}
	return weight[i]
}

// TargetLoss returns the strategy's loss as nodes of GoMLX, over the labels of
// [Dense.Targets]. The error names what is not written as nodes: any loss but
// [losses.CE] without weights of classes, [losses.AlphaCE], [losses.Focal] and
// [losses.SmoothL1], and a strategy that looks at what the head put out. All
// these are served by [Dense.Gradients].
func (d *Dense) TargetLoss() (train.LossFn, error) {
	if err := d.Config.Validate(); err != nil {
		return nil, err
	}
	if reads, _ := d.Config.ReadsLogits(); reads || d.Config.ReadsAllDeltas() {
		return nil, fmt.Errorf("the strategy looks at what the head put out before it knows what counts: use Gradients and HostLoss")
	}
	alpha, gamma := -1.0, 0.0
	switch l := d.Config.Cls.(type) {
	case losses.CE:
		if len(l.ClassWeight) > 0 {
			return nil, fmt.Errorf("cross entropy with weights of classes is not written as nodes: use Gradients and HostLoss")
		}
	case losses.AlphaCE:
		alpha = l.Alpha
	case losses.Focal:
		alpha, gamma = l.Alpha, l.Gamma
	default:
		return nil, fmt.Errorf("the classification loss %T is not written as nodes: use Gradients and HostLoss", l)
	}
	box, ok := d.Config.Box.(losses.SmoothL1)
	if !ok || d.Config.CARL != nil {
		return nil, fmt.Errorf("of box losses SmoothL1 alone is written as nodes, not %T: use Gradients and HostLoss", d.Config.Box)
	}
	return func(labels, predictions []*graph.Node) *graph.Node {
		cls := graph.Mul(focal(predictions[0], labels[0], alpha, gamma), labels[1])
		deltas := graph.Mul(smoothL1(graph.Sub(predictions[1], labels[2]), box.Beta), labels[3])
		return graph.Add(graph.ReduceAllSum(cls), graph.ReduceAllSum(deltas))
	}, nil
}

// focal returns the focal loss over sigmoids of every row, summed over its
// columns: with margin m, of the logit or against it,
//
//	a (1-p_t)^gamma softplus(-m),  1-p_t = sigmoid(-m)
//
// Below 0, alpha switches the balance off.
func focal(logits, class *graph.Node, alpha, gamma float64) *graph.Node {
	g, shape := logits.Graph(), logits.Shape()
	columns := graph.Iota(g, shapes.Make(dtypes.Int32, shape.Dimensions...), -1)
	positive := graph.Equal(columns, graph.BroadcastToDims(graph.InsertAxes(class, -1), shape.Dimensions...))
	against := graph.Where(positive, graph.Neg(logits), logits) // -m
	// softplus(x) = max(x, 0) + log(1 + exp(-|x|)) overflows for no x.
	loss := graph.Add(graph.MaxScalar(against, 0), graph.Log1P(graph.Exp(graph.Neg(graph.Abs(against)))))
	switch {
	case gamma == 2:
		loss = graph.Mul(loss, graph.Square(graph.Sigmoid(against)))
	case gamma != 0:
		loss = graph.Mul(loss, graph.PowScalar(graph.Sigmoid(against), gamma))
	}
	if alpha >= 0 {
		a := graph.Where(positive, graph.Scalar(g, shape.DType, alpha), graph.Scalar(g, shape.DType, 1-alpha))
		loss = graph.Mul(loss, a)
	}
	return graph.ReduceSum(loss, -1)
}

// smoothL1 returns SmoothL1 of the errors of every row, summed over its columns.
func smoothL1(e *graph.Node, beta float64) *graph.Node {
	size := graph.Abs(e)
	loss := size
	if beta > 0 {
		// On the parabola the line's branch must not add a slope, and the other
		// way round: Where gives its gradient to the branch that was taken.
		loss = graph.Where(graph.LessThan(size, graph.Scalar(e.Graph(), e.DType(), beta)),
			graph.MulScalar(graph.Square(e), 0.5/beta), graph.AddScalar(size, -beta/2))
	}
	return graph.ReduceSum(loss, -1)
}
