package anchors

import "math"

// matchDynamicK gives each ground truth its cheapest allowed candidates, as
// many as the sum of its topK largest IoUs, rounded down and at least 1. A
// candidate claimed by several goes to the ground truth, of all, for which it
// costs least. Ties go to the lower index. price is asked with the position
// of a candidate in m.allowed.
//
// Nothing is kept but the topK best of one ground truth at a time; a contested
// candidate's prices are asked for again.
//
// Source: YOLOX (Ge et al. 2021), SimOTA; mmdetection's dynamic_k_matching.
func (m *matching) matchDynamicK(gt []int32, truths, topK int, price func(k, g int) (cost float64, iou float32)) {
	m.contested = m.contested[:0]
	if len(m.allowed) == 0 {
		return
	}
	for g := range truths {
		m.overlaps, m.cheapest = m.overlaps[:0], m.cheapest[:0]
		for k := range m.allowed {
			cost, iou := price(k, g)
			m.overlaps = keepSmallest(m.overlaps, topK, ranked{-float64(iou), int32(k)})
			m.cheapest = keepSmallest(m.cheapest, topK, ranked{cost, int32(k)})
		}
		for _, c := range m.cheapest[:min(dynamicK(m.overlaps), len(m.cheapest))] {
			m.claim(gt, c.index, g)
		}
	}
	for _, k := range m.contested {
		least := math.Inf(1)
		for g := range truths {
			if cost, _ := price(int(k), g); cost < least {
				least, gt[m.allowed[k]] = cost, int32(g)
			}
		}
	}
}

// claim matches the candidate at position k of allowed to ground truth g, or
// notes that it is contested.
func (m *matching) claim(gt []int32, k int32, g int) {
	if i := m.allowed[k]; gt[i] == Negative {
		gt[i] = int32(g)
	} else {
		m.contested = append(m.contested, k)
	}
}
