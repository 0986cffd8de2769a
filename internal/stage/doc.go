// Package stage is what the dense stage and the second stage have in common:
// how the sampled candidates of a batch of images become a loss and its
// gradients.
package stage
