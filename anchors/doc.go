// Package anchors is the geometry of detector training: boxes, the anchor
// pyramid, the coding of boxes as deltas, and the assignment that says which
// candidate stands for which ground truth.
//
// It is the ground floor of detsample. A candidate is an anchor in the dense
// stage and a proposal in the second one; both are plain boxes here. An
// [Assigner] labels candidates with the index of their ground truth, with
// [Negative] or with [Ignored], and that code is the only one used anywhere.
//
// Conventions: pixels, corners, x to the right and y downwards, no legacy +1.
// Whatever is written again and again during training is owned by the caller
// and grown once, so a warm step allocates nothing.
package anchors
