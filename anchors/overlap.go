package anchors

// overlap fills IoU with each candidate's largest IoU over the ground truths.
func (a *Assignment) overlap(cand, truth []Box) {
	for i, box := range cand {
		a.IoU[i] = largestIoU(box, truth)
	}
}

func largestIoU(box Box, truth []Box) float32 {
	largest := float32(0)
	for g := range truth {
		largest = max(largest, IoU(box, truth[g]))
	}
	return largest
}
