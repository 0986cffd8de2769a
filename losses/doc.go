// Package losses weighs what a detector learns from: classification and box
// losses with their values and analytic gradients.
//
// A classification loss reads a matrix of logits, one row for each candidate,
// and the rows' targets; its [Link] says whether the columns are independent
// (sigmoid, background is all of them low) or exclusive (softmax, background
// is the last). Values are sums, never means: the normaliser is a [Norm] of
// its own and reaches the loss through the rows' weights.
//
// Most losses look at one row at a time ([Pointwise]); some at the whole batch,
// and some remember the run ([Stateful]). [EffectiveWeight] puts the first on
// one axis: how strongly each learns from a candidate of a given margin.
//
// Logits and gradients are float32. Sums are float64 over fixed chunks of
// rows, so that they do not depend on how the work is divided.
package losses
