// Package gomlx trains a dense stage's head in GoMLX (github.com/gomlx/gomlx):
// any assigner, sampler, loss and normaliser of detsample, inside GoMLX's own
// training loop and optimisers.
//
// A graph of GoMLX cannot call back into the program while it runs, so what
// detsample computes enters it as labels, in one of two ways:
//
//   - [Dense.Gradients]: the head is run, detsample computes the loss and its
//     gradients from what it put out, and [HostLoss] gives them to GoMLX, which
//     propagates them into the network. It serves every strategy and every loss.
//     The network is run forward twice in a step, as the graph that propagates
//     computes its own activations.
//   - [Dense.Targets]: detsample says which anchors count, what each should say
//     and how much, before the head is run, and [Dense.TargetLoss] is the loss as
//     nodes of GoMLX. Nothing is done twice. It serves strategies that do not
//     look at what the head put out, under cross entropy, focal loss and
//     SmoothL1.
//
// [Dataset] is either as a train.Dataset.
package gomlx
