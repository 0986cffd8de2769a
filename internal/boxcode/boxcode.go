package boxcode

// Lanes is the most boxes in a vector: after a call, no more than so many need
// the code for one box before the next call.
const Lanes = 4

// Decode decodes the first of the boxes and returns how many: as many as the
// vector code is certain of, 0 where there is none. The slices of boxes are as
// long as one another, and deltas have four elements a box.
func Decode[B ~[4]float32](dst, candidates []B, deltas []float32, weights *[4]float32, limit float32) int {
	n := whole(len(dst))
	if n == 0 || limit != limit {
		return 0
	}
	return decode(&dst[0][0], &candidates[0][0], &deltas[0], n, weights, limit)
}

// Backward carries the first of the gradients by decoded boxes back to the deltas,
// in their memory, and returns how many, as [Decode].
func Backward[B ~[4]float32](grads, candidates []B, deltas []float32, weights *[4]float32, limit float32) int {
	n := whole(len(grads))
	if n == 0 || limit != limit {
		return 0
	}
	return backward(&grads[0][0], &candidates[0][0], &deltas[0], n, weights, limit)
}

// Encode encodes the first of the boxes, into four elements of deltas each, and
// returns how many, as [Decode].
func Encode[B ~[4]float32](deltas []float32, candidates, boxes []B, weights *[4]float32) int {
	n := whole(len(boxes))
	if n == 0 {
		return 0
	}
	return encode(&deltas[0], &candidates[0][0], &boxes[0][0], n, weights)
}
