// Package overlap finds, for many boxes at once, the ground truth that each
// overlaps most, and for each ground truth the largest IoU that a box has with
// it: the matrix of overlaps reduced along both sides, never held.
//
// Boxes are looked at in blocks of 32. A block is compared with those ground
// truths alone that meet its hull, which are few where neighbours in the list
// are neighbours in the image, as anchors are; the others overlap none of it.
//
// It also bounds what a box of a block may overlap of a ground truth, and how near
// to it one may be, by the block's [Extent], and marks the boxes that do or are.
//
// IoU is inter / (area + area - inter) in float32, rounded after every
// operation and in this order. The vector code (AVX2 and AVX-512, chosen at
// run time) has no fused operations and gives the bits of the Go code. It
// knows nothing of infinities and NaN: blocks with a coordinate beyond 1e18,
// where arithmetic might overflow, are left to Go code without shortcuts.
//
// The assembly is written by internal/kernels: go generate reproduces it.
package overlap

//go:generate go -C ../kernels run ./overlap -out ../overlap/kernels_amd64.s -stubs ../overlap/kernels_amd64.go -pkg overlap
