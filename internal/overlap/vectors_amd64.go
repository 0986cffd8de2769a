//go:build amd64 && !purego

package overlap

import "golang.org/x/sys/cpu"

// vectors is the widest instruction set of the machine, lowered by tests.
var vectors = widest()

func widest() instructions {
	switch x := cpu.X86; {
	case !x.HasAVX2 || !x.HasPOPCNT:
		return none
	case !x.HasAVX512F || !x.HasAVX512VL || !x.HasAVX512DQ || !x.HasAVX512BW:
		return avx2
	}
	return avx512
}

// scanVectors does what it can of a scan of whole blocks, and reports whether
// that is all but the blocks that are not tame.
func scanVectors(boxes *float32, blocks, first int, truth []Truth, groups []group, met []int32, iou []float32, nearest []int32, summary *Summary) bool {
	corners, count := &groups[0][0][0], len(groups)
	var truths *float32
	if len(truth) > 0 {
		truths = &truth[0].Box[0]
	}
	switch vectors {
	case none:
		return false
	case avx2:
		scanAVX2(boxes, blocks, first, truths, corners, count, &met[0], &iou[0], &nearest[0], &summary.Hull[0])
	case avx512:
		scanAVX512(boxes, blocks, first, truths, corners, count, &met[0], &iou[0], &nearest[0], &summary.Hull[0])
	}
	return true
}

// labelVectors labels what is in whole vectors and returns how many that are.
func labelVectors(label, nearest []int32, iou []float32, positive, negative, floor float32) int {
	n := len(label) &^ 7
	if vectors == none || n == 0 {
		return 0
	}
	labelAVX2(&label[0], &nearest[0], &iou[0], n, positive, negative, floor)
	return n
}

// tiesVectors does Ties for a whole block that is tame, and reports whether.
func tiesVectors(boxes *float32, truth *Truth) (mask uint32, ok bool) {
	if vectors == none {
		return 0, false
	}
	return tiesAVX2(boxes, &truth.Box[0]), true
}

// reachVectors does Reach for a whole block, and reports whether.
func reachVectors(boxes *float32, truth *Truth) (mask uint32, ok bool) {
	if vectors == none {
		return 0, false
	}
	return reachAVX2(boxes, &truth.Box[0]), true
}

// extentVectors finds the extent of a block, and reports whether it did: not where
// a box is not tame.
func extentVectors(boxes *float32, e *Extent) bool {
	return vectors != none && extentAVX2(boxes, &e.Low[0]) <= uint32(magnitude(tame))
}

// mostIoUVectors does MostIoU for a block, and reports whether.
func mostIoUVectors(extents *Extent, truth *Truth, most *float32) bool {
	if vectors == none {
		return false
	}
	mostIoUAVX2(&extents.Low[0], &truth.Box[0], most)
	return true
}

// leastDistanceVectors does LeastDistance for a block, and reports whether.
func leastDistanceVectors(extents *Extent, shape, weight *[4]float32, least *float32) bool {
	if vectors == none {
		return false
	}
	leastDistanceAVX2(&extents.Low[0], &shape[0], &weight[0], least)
	return true
}

// nearVectors does Near for a whole block, and reports whether.
func nearVectors(boxes *float32, n *Nearness) (mask uint32, ok bool) {
	switch {
	case vectors == none:
		return 0, false
	case n.IoU > 0:
		return nearByIoUAVX2(boxes, &n.Shape[0]), true
	}
	return nearAVX2(boxes, &n.Shape[0]), true
}
