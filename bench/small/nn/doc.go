// Package nn holds the layers that detsample's bench detectors are made of:
// convolution, linear, nearest upsampling for a feature pyramid, group
// normalisation, their exact gradients, and the optimisers that train them.
//
// It is small on purpose: float32, NHWC, no graph. A network calls Forward
// layer by layer and Backward in the reverse order; every gradient is written
// by hand and tested against a float64 reference.
//
// # One run, one goroutine
//
// The layers of one training run share one [Work], which holds the matrix
// engine and the scratch memory, and are used by one goroutine. Several runs
// go in parallel, each with its own Work and layers. Order of operations is
// fixed, so a run gives the same bits whatever runs beside it or ran before.
//
// # Who owns what
//
// A layer owns its output and its input gradient; both stay valid until that
// layer's next Forward or Backward. It keeps a reference to its input, so what
// Forward was given must not change before Backward. Backward consumes its
// argument: it may overwrite it. Buffers grow to the largest batch seen and
// are then reused: a warm step allocates nothing, a smaller batch (the last
// one, or an evaluation) included.
//
// A layer value is one call per step. To apply the same weights several times
// in a step (the head that a pyramid's levels share), take one [Layer.Share]
// for each call: its buffers are its own, its parameters, and so the gradients
// summed into them, are common.
package nn
