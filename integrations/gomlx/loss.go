package gomlx

import "github.com/gomlx/gomlx/pkg/core/graph"

// HostLoss is the train.LossFn of labels from [Dense.Gradients]: its value is
// the loss that detsample computed, and its gradient by the predictions, logits
// and deltas, is detsample's, times whatever the loss is multiplied by behind
// it.
func HostLoss(labels, predictions []*graph.Node) *graph.Node {
	value := graph.StopGradient(labels[0])
	for i, p := range predictions[:2] {
		// The derivative of sum(g·p) by p is g; subtracted from itself it adds
		// nothing to the value.
		product := graph.ReduceAllSum(graph.Mul(p, graph.StopGradient(labels[i+1])))
		value = graph.Add(value, graph.Sub(product, graph.StopGradient(product)))
	}
	return value
}
