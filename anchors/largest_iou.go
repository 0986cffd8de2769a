package anchors

import (
	"detsample/internal/overlap"
	"detsample/internal/reuse"
)

// overlap fills IoU with each candidate's largest IoU over the ground truths.
func (a *Assignment) overlap(cand, truth []Box) { a.overlapOf(a.IoU, nil, cand, truth) }

// overlapOf writes each box's largest IoU over the ground truths to iou,
// and to nearest, unless it is nil, a ground truth that has it.
func (a *Assignment) overlapOf(iou []float32, nearest []int32, cand, truth []Box) {
	o := &a.overlapping
	o.scan.Reset(truth)
	o.blocks = reuse.Grow(o.blocks, overlap.Blocks(len(cand)))
	for at := 0; at < len(cand); at += stretch {
		end := min(at+stretch, len(cand))
		passed := o.passing(end - at)
		if nearest != nil {
			passed = nearest[at:end]
		}
		o.scan.Nearest(iou[at:end], passed, o.blocks[at/overlap.Block:overlap.Blocks(end)], cand[at:end], 0)
	}
	for k, block := range o.blocks {
		if block.Max == block.Max {
			continue
		}
		for i := k * overlap.Block; i < min((k+1)*overlap.Block, len(cand)); i++ { // which are not all finite
			iou[i] = largestIoU(cand[i], truth)
		}
	}
}

func largestIoU(box Box, truth []Box) float32 {
	largest := float32(0)
	for g := range truth {
		largest = max(largest, IoU(box, truth[g]))
	}
	return largest
}
