// Package sampling decides which candidates a detector learns from.
//
// A [Sampler] looks at the candidates of one image, as an assigner has
// labelled them, and keeps some of them with a weight each. Samplers that mine
// hard examples ask for the hardness of every candidate (its loss under the
// stage's classifier); the stage provides it only to those. Hardness goes in,
// indices and weights come out: a sampler never runs a head.
//
// Samplers differ in what they choose by:
//
//   - chance, within a budget: [Random], [InstanceBalanced], [IoUBalanced], and
//     [Combined] for the positives of one and the negatives of another;
//   - loss: [HardNegative], [OHEM], [BalancedOHEM], and [SoftOHEM] by chance in
//     proportion to it;
//   - rank among neighbours, with weights: [ScoreHLR], [ISRP];
//   - nothing, with weights: [All], [Expectation];
//   - the gradient, by chance and with weights that leave its mean as it is:
//     [Importance].
//
// Weights are constants to the gradient. A part of a loss that has a derivative,
// such as focal loss's factor, belongs in the loss.
//
// Randomness is keyed. A [Key] of seed, step, stage and image seeds the
// source for one call, so that the same candidates are drawn at any number of
// threads and in any batching. To use a source of one's own, pass it to
// Sample directly.
package sampling
