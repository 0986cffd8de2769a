package anchors

import (
	"math"
	"math/bits"

	"detsample/internal/overlap"
)

// pricing is what a match of an allowed candidate, by its position, and a ground
// truth costs.
type pricing interface {
	// price returns the cost, or any number above limit if the cost is above it.
	price(k, g int, limit float64) float64
	// near reports whether a candidate of the hull may cost less than far.
	near(h *hull, g int) bool
	// nearer reports whether a candidate may cost less than far.
	nearer(k, g int) bool
	// far is a lower bound of what any other costs.
	far() float64
	// iouWeight is the weight of boxPrice, below which no price lies.
	iouWeight() float64
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
func (m *matching) matchDynamicK(gt []int32, c *Candidates, truth []Box, topK int, p pricing) {
	m.contested = m.contested[:0]
	if len(m.allowed) == 0 {
		return
	}
	m.enclose()
	m.decoded = m.decoded[:0]
	for _, i := range m.allowed {
		m.decoded = append(m.decoded, c.Decoded[i])
	}
	m.rivals.reset(m.decoded)
	for g, box := range truth {
		n := min(m.positives(box, topK), topK)
		m.offer(box, g, n, p, true)
		if n > len(m.cheapest) || !(m.cheapest[n-1].value < p.far()) {
			m.offer(box, g, n, p, false)
		}
		for _, c := range m.cheapest {
			m.claim(gt, c.index, g)
		}
	}
	for _, k := range m.contested {
		if !m.settle(gt, int(k), len(truth), p, true) {
			m.settle(gt, int(k), len(truth), p, false)
		}
	}
}

// positives returns how many a ground truth gets.
func (m *matching) positives(truth Box, topK int) int {
	keep := func(kept []ranked, k int) []ranked {
		return keepSmallest(kept, topK, ranked{-float64(IoU(m.decoded[k], truth)), int32(k)})
	}
	itself := func(iou float64) float64 { return iou }
	least := func(least []float64, first int) { m.rivals.leastByIoU(least, first, truth, itself) }
	most := float32(math.SmallestNonzeroFloat32) // one without an IoU changes no sum
	m.overlaps = m.rivals.smallestUseful(m.overlaps, topK, truth, math.Inf(1), least, func(kept []ranked, e int) uint32 {
		if len(kept) == topK {
			most = max(most, float32(-kept[topK-1].value))
		}
		return overlap.Reach(m.rivals.of(e), truth, most)
	}, keep)
	return dynamicK(m.overlaps)
}

// allow lists a candidate that may be positive.
func (m *matching) allow(i int32, p point) {
	m.allowed, m.points, m.background = append(m.allowed, i), append(m.points, p), append(m.background, math.NaN())
}

// none returns what it costs an allowed candidate to be none of the classes. It is
// computed when first asked for, since most candidates never are.
func (m *matching) none(k int, cost func() float64) float64 {
	if v := m.background[k]; v == v {
		return v
	}
	m.background[k] = cost()
	return m.background[k]
}

// boxPrice is what an IoU costs.
func boxPrice(weight, iou float64) float64 { return -weight * math.Log(iou+1e-7) }

// usefulIoU returns a lower bound of the IoUs whose price is no more than limit.
func usefulIoU(weight, limit float64) float32 {
	return float32((math.Exp(-limit/weight) - 1e-7) * (1 - 1e-6))
}

// roundingOfPrices bounds the relative error by which rounding lowers a price.
const roundingOfPrices = 1e-9

// offer fills cheapest with the n best candidates of a ground truth, of all or of
// those that may be near.
func (m *matching) offer(truth Box, g, n int, p pricing, nearOnly bool) {
	m.cheapest = m.cheapest[:0]
	tame := m.rivals.tame && overlap.Tame(truth)
	limit, useful := math.Inf(1), float32(0)
	for b := range m.hulls {
		if nearOnly && !p.near(&m.hulls[b], g) {
			continue
		}
		start, end := b*hullSize, min((b+1)*hullSize, len(m.allowed))
		reach := ^uint32(0) >> (hullSize - (end - start))
		if useful > 0 && tame {
			reach = overlap.Reach(m.decoded[start:end], truth, useful)
		}
		for ; reach != 0; reach &= reach - 1 {
			k := start + bits.TrailingZeros32(reach)
			if nearOnly && !p.nearer(k, g) {
				continue
			}
			m.cheapest = keepSmallest(m.cheapest, n, ranked{p.price(k, g, limit), int32(k)})
			if len(m.cheapest) == n && m.cheapest[n-1].value < limit {
				limit = m.cheapest[n-1].value
				useful = usefulIoU(p.iouWeight(), limit+(1+math.Abs(limit))*1e-6)
			}
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
		if cost := p.price(k, g, least); cost < least {
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
