package anchors

// zeroIoU: candidates that overlap no object become positive. A ground
// truth that no candidate touches has a best IoU of 0, and all candidates
// of IoU 0 are tied for it: detectron2, torchvision, py-faster-rcnn and
// mmdetection with min_pos_iou 0 then force them all.
const zeroIoU Trap = "zero_iou"

// Warnings implements [Wary]: matches forced at no overlap.
func (m MaxIoU) Warnings() []Warning {
	switch {
	case m.Order == NegativeLast && m.NegIoU > 0: // which leaves none of them forced
	case m.Forced != ForcedNone && m.ForceZero && float32(m.MinPosIoU) <= m.nothing():
		return []Warning{zeroForced()}
	}
	return nil
}

// Warnings implements [Wary], as [MaxIoU.Warnings].
func (s SSDBipartite) Warnings() []Warning {
	if s.ForceZero {
		return []Warning{zeroForced()}
	}
	return nil
}

var (
	_ Wary = MaxIoU{}
	_ Wary = SSDBipartite{}
)

func zeroForced() Warning {
	return Warning{
		Trap:   zeroIoU,
		Detail: "force_zero: an object that no candidate touches makes candidates positive that touch nothing",
		Remedy: "leave force_zero out, except to reproduce a peer",
	}
}
