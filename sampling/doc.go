// Package sampling decides which candidates a detector learns from.
//
// A [Sampler] looks at the candidates of one image, as an assigner has
// labelled them, and keeps some of them with a weight each. Samplers that mine
// hard examples ask for the hardness of every candidate (its loss under the
// stage's classifier); the stage provides it only to those. Hardness goes in,
// indices and weights come out: a sampler never runs a head.
//
// Randomness is keyed. A [Key] of seed, step, stage and image seeds the
// source for one call, so that the same candidates are drawn at any number of
// threads and in any batching. To use a source of one's own, pass it to
// Sample directly.
package sampling
