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

func batch(b *C.detsample_batch) *abi.Batch { return (*abi.Batch)(unsafe.Pointer(b)) }

func counts(c *C.detsample_counts) *abi.Counts { return (*abi.Counts)(unsafe.Pointer(c)) }

func value(v *C.detsample_value) *abi.Value { return (*abi.Value)(unsafe.Pointer(v)) }

//export detsample_assign
func detsample_assign(h C.detsample_work, b *C.detsample_batch, gt *C.int32_t, iou *C.float, e text, en room) result {
	return call(e, en, func() error { return workAt(h).Assign(batch(b), ints(gt), floats(iou)) })
}

//export detsample_hardness
func detsample_hardness(h C.detsample_work, b *C.detsample_batch, hardness *C.float, e text, en room) result {
	return call(e, en, func() error { return workAt(h).Hardness(batch(b), floats(hardness)) })
}

//export detsample_sample
func detsample_sample(h C.detsample_work, b *C.detsample_batch, c *C.detsample_counts, e text, en room) result {
	return call(e, en, func() error { return workAt(h).Sample(batch(b), counts(c)) })
}

//export detsample_targets
func detsample_targets(h C.detsample_work, b *C.detsample_batch, c *C.detsample_counts, e text, en room) result {
	return call(e, en, func() error { return workAt(h).Targets(batch(b), counts(c)) })
}

//export detsample_targets_read
func detsample_targets_read(h C.detsample_work, l *C.detsample_lists, e text, en room) result {
	return call(e, en, func() error { return workAt(h).ReadTargets((*abi.Lists)(unsafe.Pointer(l))) })
}

//export detsample_cls_loss
func detsample_cls_loss(h C.detsample_work, logits *C.float, rows C.int64_t, grad *C.float, loss *C.double, e text, en room) result {
	return call(e, en, func() error {
		return workAt(h).ClsLoss(floats(logits), int64(rows), floats(grad), doubles(loss))
	})
}

//export detsample_box_loss
func detsample_box_loss(h C.detsample_work, deltas *C.float, rows C.int64_t, grad *C.float, loss *C.double, e text, en room) result {
	return call(e, en, func() error {
		return workAt(h).BoxLoss(floats(deltas), int64(rows), floats(grad), doubles(loss))
	})
}

//export detsample_box_pairs
func detsample_box_pairs(h C.detsample_work, n C.int64_t, box, truth, weight, grad *C.float, loss *C.double, e text, en room) result {
	return call(e, en, func() error {
		return workAt(h).BoxPairs(int64(n), floats(box), floats(truth), floats(weight), floats(grad), doubles(loss))
	})
}

//export detsample_step
func detsample_step(h C.detsample_work, b *C.detsample_batch, v *C.detsample_value, e text, en room) result {
	return call(e, en, func() error { return workAt(h).Step(batch(b), value(v)) })
}
