package anchors

import "math"

// pricing is what a match of an allowed candidate, by its position, and a ground
// truth costs.
type pricing interface {
	// price returns the cost and the IoU of the predicted box.
	price(k, g int) (cost float64, iou float32)
	// overlap returns the IoU alone.
	overlap(k, g int) float32
	// near reports whether a candidate of the hull may overlap the ground truth
	// with its predicted box, or cost less than far.
	near(h *hull, g int) bool
	// nearer reports whether a candidate may cost less than far.
	nearer(k, g int) bool
	// far is at most what any other costs.
	far() float64
}

// matchDynamicK gives each ground truth its cheapest allowed candidates, as
// many as the sum of its topK largest IoUs, rounded down and at least 1. A
// candidate claimed by several goes to the ground truth, of all, for which it
// costs least. Ties go to the lower index.
//
// Only the topK best of one ground truth are kept at a time; a contested
// candidate's prices are computed again. Candidates far from a ground truth are
// priced only if those near it are too few, or cost too much to rule the far
// ones out.
//
// Source: YOLOX (Ge et al. 2021), SimOTA; mmdetection's dynamic_k_matching.
func (m *matching) matchDynamicK(gt []int32, c *Candidates, truths, topK int, p pricing) {
	m.contested = m.contested[:0]
	if len(m.allowed) == 0 {
		return
	}
	m.enclose(c)
	for g := range truths {
		m.offer(g, topK, p, true)
		if n := dynamicK(m.overlaps); n > len(m.cheapest) || !(m.cheapest[n-1].value < p.far()) {
			m.offer(g, topK, p, false)
		}
		for _, c := range m.cheapest[:min(dynamicK(m.overlaps), len(m.cheapest))] {
			m.claim(gt, c.index, g)
		}
	}
	for _, k := range m.contested {
		if !m.settle(gt, int(k), truths, p, true) {
			m.settle(gt, int(k), truths, p, false)
		}
	}
}

// offer fills overlaps and cheapest with the best candidates of a ground truth, of
// all or of those that may be near.
func (m *matching) offer(g, topK int, p pricing, nearOnly bool) {
	m.overlaps, m.cheapest = m.overlaps[:0], m.cheapest[:0]
	for b := range m.hulls {
		if nearOnly && !p.near(&m.hulls[b], g) {
			continue
		}
		for k := b * hullSize; k < min((b+1)*hullSize, len(m.allowed)); k++ {
			if nearOnly && !p.nearer(k, g) {
				if iou := p.overlap(k, g); iou > 0 {
					m.overlaps = keepSmallest(m.overlaps, topK, ranked{-float64(iou), int32(k)})
				}
				continue
			}
			cost, iou := p.price(k, g)
			m.overlaps = keepSmallest(m.overlaps, topK, ranked{-float64(iou), int32(k)})
			m.cheapest = keepSmallest(m.cheapest, topK, ranked{cost, int32(k)})
		}
	}
}

// settle gives a contested candidate to the ground truth for which it costs least,
// of all or of those it may be near, and reports whether no other can cost less.
func (m *matching) settle(gt []int32, k, truths int, p pricing, nearOnly bool) bool {
	least := math.Inf(1)
	for g := range truths {
		if nearOnly && !p.nearer(k, g) {
			continue
		}
		if cost, _ := p.price(k, g); cost < least {
			least, gt[m.allowed[k]] = cost, int32(g)
		}
	}
	return least < p.far()
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
