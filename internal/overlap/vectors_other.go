//go:build !amd64 || purego

package overlap

var vectors = none

func scanVectors(boxes *float32, blocks, first int, truth []Truth, groups []group, met []int32, iou []float32, nearest []int32, summary *Summary) bool {
	return false
}

func labelVectors(label, nearest []int32, iou []float32, positive, negative, floor float32) int {
	return 0
}

func tiesVectors(boxes *float32, truth *Truth) (mask uint32, ok bool) { return 0, false }

func reachVectors(boxes *float32, truth *Truth) (mask uint32, ok bool) { return 0, false }

func extentVectors(boxes *float32, e *Extent) bool { return false }

func mostIoUVectors(extents *Extent, truth *Truth, most *float32) bool { return false }

func leastDistanceVectors(extents *Extent, shape, weight *[4]float32, least *float32) bool {
	return false
}

func nearVectors(boxes *float32, n *Nearness) (mask uint32, ok bool) { return 0, false }
