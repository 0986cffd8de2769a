package anchors

import (
	"math"
	"math/bits"
)

// readTogether is how many scores are read at a time, so that they come from memory
// together.
const readTogether = 16

// findLikely offers each candidate to the ground truth that its box overlaps most.
// The cost of the k best of these bounds the cost of the k best of all. may says by
// the cost of the last one kept and by the IoU whether a candidate can be among them;
// those that cannot are not offered.
func (m *matching) findLikely(dst *Assignment, c *Candidates, t *Truth, k int, may func(last float64, i, g int, iou float64) bool, offer func(kept []ranked, i, g int, score float32)) {
	m.likely = appendPlaces(m.likely[:0], k*len(t.Box), math.Inf(1))
	var waiting [readTogether]int
	n := 0
	for i, iou := range dst.IoU {
		if !(iou > 0) || !may(m.likelyLast(int(dst.nearest[i]), k), i, int(dst.nearest[i]), float64(iou)) {
			continue
		}
		waiting[n] = i
		if n++; n == len(waiting) {
			m.offerLikely(waiting[:], dst, c, t, k, offer)
			n = 0
		}
	}
	m.offerLikely(waiting[:n], dst, c, t, k, offer)
}

// offerLikely offers candidates that waited.
func (m *matching) offerLikely(waiting []int, dst *Assignment, c *Candidates, t *Truth, k int, offer func(kept []ranked, i, g int, score float32)) {
	var scores [readTogether]float32
	for n, i := range waiting {
		scores[n] = c.score(i, c.column(t, int(dst.nearest[i])))
	}
	for n, i := range waiting {
		g := int(dst.nearest[i])
		offer(m.likely[g*k:(g+1)*k], i, g, scores[n])
	}
}

// readAhead reads the scores that some boxes of an extent have for a class, so that
// they come from memory together rather than one by one; it returns some.
func (m *matching) readAhead(c *Candidates, class, e int, some uint32) uint32 {
	sum := float32(0)
	for left := some; left != 0; left &= left - 1 {
		sum += c.score(e*hullSize+bits.TrailingZeros32(left), class)
	}
	m.read = sum
	return some
}

// likelyLast returns what the last of a ground truth's k likely candidates costs.
func (m *matching) likelyLast(g, k int) float64 { return m.likely[(g+1)*k-1].value }
