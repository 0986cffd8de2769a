package anchors

import "detsample/internal/reuse"

const (
	unmatched int32 = -1 // nearest without ground truth
	excluded  int32 = -2 // nearest of a candidate that takes no part in matching
)

// assignSimilar assigns by any similarity.
func (m MaxIoU) assignSimilar(dst *Assignment, c *Candidates, t *Truth) {
	dst.Reset(len(c.Box))
	m.match(dst, c, t)
	m.threshold(dst, len(t.Box) > 0)
	switch {
	case m.Forced == ForcedNone:
	case m.Ties == TiesFirst:
		m.forceFirstSimilar(dst)
	default:
		m.forceSimilar(dst, c.Box, t.Box)
	}
	if m.IgnoreOrder == IgnoreNegatives {
		dst.ignoreNegatives(c.Box, t.Ignore, m.IgnoreIoF)
	}
}

// match finds each candidate's most similar ground truth and each ground
// truth's most similar candidate, among those that are not excluded.
func (m MaxIoU) match(dst *Assignment, c *Candidates, t *Truth) {
	dst.best, dst.bestAt = reuse.Grow(dst.best, len(t.Box)), reuse.Grow(dst.bestAt, len(t.Box))
	for g := range t.Box {
		dst.best[g], dst.bestAt[g] = below, unmatched
	}
	dst.nearest, dst.similar = reuse.Grow(dst.nearest, len(c.Box)), reuse.Grow(dst.similar, len(c.Box))
	dst.overlap(c.Box, t.Box)
	excludes := m.excludes(t)
	for i, box := range c.Box {
		if excludes && m.excluded(box, c, t) {
			dst.nearest[i] = excluded
			continue
		}
		dst.similar[i], dst.nearest[i] = dst.compareAll(m.Similarity, int32(i), box, t.Box)
	}
}

// below lies below every similarity.
const below = -2

// compareAll returns the largest similarity of candidate i with the ground
// truths and its index, the first among equals and unmatched without ground
// truth, and raises each ground truth's best.
func (a *Assignment) compareAll(s Similarity, i int32, box Box, truth []Box) (similar float32, nearest int32) {
	nearest = unmatched
	for g := range truth {
		v := s.Of(box, truth[g])
		if v > similar || nearest < 0 {
			similar, nearest = v, int32(g)
		}
		if v > a.best[g] {
			a.best[g], a.bestAt[g] = v, i
		}
	}
	return similar, nearest
}

// threshold labels the candidates by their similarities alone.
func (m MaxIoU) threshold(dst *Assignment, anyTruth bool) {
	pos, neg, floor := float32(m.PosIoU), float32(m.NegIoU), float32(m.NegFloor)
	for i, nearest := range dst.nearest {
		switch v := dst.similar[i]; {
		case nearest == excluded:
			dst.GT[i] = Ignored
		case !anyTruth:
		case v >= pos:
			dst.GT[i] = nearest
		case v >= neg || v < floor && floor > 0:
			dst.GT[i] = Ignored
		}
	}
}

// forceSimilar makes each ground truth's best candidates positive.
func (m MaxIoU) forceSimilar(dst *Assignment, cand, truth []Box) {
	for i, box := range cand {
		if dst.nearest[i] == excluded || !m.open(dst.similar[i]) {
			continue
		}
		for g := range truth {
			best := dst.best[g]
			// A candidate's similarity bounds what any ground truth gets from it.
			if dst.similar[i] < best || !m.forces(best) || m.Of(box, truth[g]) != best {
				continue
			}
			dst.GT[i] = m.owner(dst, i, g)
			if m.Forced == ForcedKeep || m.Forced == ForcedLowest {
				break
			}
		}
	}
}

// forceFirstSimilar makes each ground truth's first best candidate positive.
func (m MaxIoU) forceFirstSimilar(dst *Assignment) {
	last := len(dst.best) - 1
	for k := range dst.best {
		g := k
		if m.Forced == ForcedLowest { // which then writes last
			g = last - k
		}
		i := dst.bestAt[g]
		if i >= 0 && m.forces(dst.best[g]) && m.open(dst.similar[i]) {
			dst.GT[i] = m.owner(dst, int(i), g)
		}
	}
}

// owner returns the ground truth of candidate i that g forces.
func (m MaxIoU) owner(dst *Assignment, i, g int) int32 {
	if m.Forced == ForcedKeep {
		return dst.nearest[i]
	}
	return int32(g)
}
