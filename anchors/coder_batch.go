package anchors

import (
	"fmt"

	"detsample/internal/boxcode"
)

// DecodeAll decodes a delta for every candidate, as [Coder.Decode] does and with
// the same bits, a multiple faster. Deltas is a row-major (len(candidates), 4)
// matrix, and dst, of the same length as candidates, may be their memory. It
// panics if the lengths disagree.
func (c Coder) DecodeAll(dst, candidates []Box, deltas []float32) {
	if len(dst) != len(candidates) || len(deltas) != 4*len(candidates) {
		panic(fmt.Sprintf("anchors: Coder.DecodeAll: %d boxes of %d candidates and %d deltas", len(dst), len(candidates), len(deltas)))
	}
	for done := 0; done < len(dst); {
		done += boxcode.Decode(dst[done:], candidates[done:], deltas[4*done:], &c.Weights, c.MaxScale)
		for end := min(done+boxcode.Lanes, len(dst)); done < end; done++ {
			dst[done] = c.Decode(candidates[done], Delta(deltas[4*done:4*done+4]))
		}
	}
}

// EncodeAll writes the deltas that decode to boxes, relative to a candidate
// each, as [Coder.Encode] does and with the same bits, a multiple faster. Deltas
// is a row-major (len(candidates), 4) matrix. It panics if the lengths
// disagree.
func (c Coder) EncodeAll(deltas []float32, candidates, boxes []Box) {
	if len(boxes) != len(candidates) || len(deltas) != 4*len(candidates) {
		panic(fmt.Sprintf("anchors: Coder.EncodeAll: %d deltas of %d candidates and %d boxes", len(deltas), len(candidates), len(boxes)))
	}
	for done := 0; done < len(boxes); {
		done += boxcode.Encode(deltas[4*done:], candidates[done:], boxes[done:], &c.Weights)
		for end := min(done+boxcode.Lanes, len(boxes)); done < end; done++ {
			*(*Delta)(deltas[4*done:]) = c.Encode(candidates[done], boxes[done])
		}
	}
}
