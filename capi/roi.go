package main

/*
#define DETSAMPLE_TYPES_ALONE
#include "detsample.h"
*/
import "C"

import (
	"unsafe"

	"detsample/capi/abi"
)

//export detsample_roi_join
func detsample_roi_join(h C.detsample_work, p *C.detsample_proposals, candidates *C.int64_t, e text, en room) result {
	return call(e, en, func() error {
		return workAt(h).Join((*abi.Proposals)(unsafe.Pointer(p)), longs(candidates))
	})
}

//export detsample_roi_candidates
func detsample_roi_candidates(h C.detsample_work, box *C.float, image *C.int32_t, n C.int64_t, e text, en room) result {
	return call(e, en, func() error { return workAt(h).Candidates(floats(box), ints(image), int64(n)) })
}

//export detsample_roi_labels
func detsample_roi_labels(h C.detsample_work, gt *C.int32_t, iou *C.float, n C.int64_t, e text, en room) result {
	return call(e, en, func() error { return workAt(h).LabelsROIs(ints(gt), floats(iou), int64(n)) })
}

//export detsample_roi_hardness
func detsample_roi_hardness(h C.detsample_work, logits, hardness *C.float, n C.int64_t, e text, en room) result {
	return call(e, en, func() error { return workAt(h).HardnessROIs(floats(logits), floats(hardness), int64(n)) })
}

//export detsample_roi_take
func detsample_roi_take(h C.detsample_work, seed, step C.uint64_t, samples *C.int64_t, sample *C.int32_t, weight *C.float, regions *C.int64_t, e text, en room) result {
	return call(e, en, func() error {
		return workAt(h).TakeROIs(uint64(seed), uint64(step), longs(samples), ints(sample), floats(weight), longs(regions))
	})
}

//export detsample_roi_sample
func detsample_roi_sample(h C.detsample_work, seed, step C.uint64_t, logits, deltas *C.float, regions *C.int64_t, e text, en room) result {
	return call(e, en, func() error {
		return workAt(h).SampleROIs(uint64(seed), uint64(step), floats(logits), floats(deltas), longs(regions))
	})
}

//export detsample_roi_regions
func detsample_roi_regions(h C.detsample_work, box *C.float, image, class, gt *C.int32_t, n C.int64_t, e text, en room) result {
	return call(e, en, func() error {
		return workAt(h).Regions(floats(box), ints(image), ints(class), ints(gt), int64(n))
	})
}

//export detsample_roi_loss
func detsample_roi_loss(h C.detsample_work, logits, deltas, gradLogits, gradDeltas *C.float, v *C.detsample_value, e text, en room) result {
	return call(e, en, func() error {
		return workAt(h).LossROIs(floats(logits), floats(deltas), floats(gradLogits), floats(gradDeltas), value(v))
	})
}

//export detsample_roi_targets
func detsample_roi_targets(h C.detsample_work, c *C.detsample_counts, e text, en room) result {
	return call(e, en, func() error { return workAt(h).TargetsROIs(counts(c)) })
}
