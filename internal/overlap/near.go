package overlap

import "fmt"

// Nearness is what a box costs by its distance from a ground truth:
//
//	Weight[0] |x - x'| + Weight[1] |y - y'| + Weight[2] |width - width'| + Weight[3] |height - height'| - IoU iou
//
// rounded after every operation and in this order.
type Nearness struct {
	Shape, Weight [4]float32 // of the ground truth, and of what Shape lists
	Box           [4]float32 // the ground truth
	area          float32
	IoU           float32 // the weight of it, 0 or more
	limit         float32
}

// NearnessTo returns a cost by the distance from a box.
func NearnessTo[B ~[4]float32](box B, weight [4]float32, iou float32) Nearness {
	n := Nearness{Shape: Shape(box), Weight: weight, Box: box, IoU: iou}
	n.area = area(&n.Box)
	return n
}

// Near returns a bit for each of the boxes, at most a block, that costs at most
// a limit. Where IoU has a weight all must be tame. Near panics if there are more.
func Near[B ~[4]float32](boxes []B, n *Nearness, limit float32) (mask uint32) {
	if len(boxes) > Block {
		panic(fmt.Sprintf("overlap: Near: %d boxes, at most %d are looked at together", len(boxes), Block))
	}
	n.limit = limit
	if len(boxes) == Block {
		if mask, ok := nearVectors(&boxes[0][0], n); ok {
			return mask
		}
	}
	for i, b := range boxes {
		if n.of(b) <= limit {
			mask |= 1 << i
		}
	}
	return mask
}

// of returns what a box costs.
func (n *Nearness) of(b [4]float32) float32 {
	sum := float32(0)
	for k, v := range Shape(b) {
		sum += float32(n.Weight[k] * max(v-n.Shape[k], n.Shape[k]-v))
	}
	if n.IoU > 0 {
		sum -= float32(n.IoU * exactIoU(&b, &n.Box, area(&b), n.area))
	}
	return sum
}
