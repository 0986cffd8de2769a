package rpn

import (
	"math"

	"detsample/internal/reuse"
	"detsample/internal/sift"
	"detsample/losses"
)

// best finds the highest scores of a head's output. An entry is anchor *
// classes + class.
type best struct {
	entries []int32   // that may be among the best, ascending
	scores  []float32 // theirs

	row      []float32
	selector sift.Selector
}

// of returns where among the entries the PreNMS highest scores of at least
// MinScore stand, in falling order, ties in the order of entries.
func (b *best) of(link losses.Link, d Detect, out Output) []int32 {
	least := float32(math.Max(d.MinScore, math.SmallestNonzeroFloat32))
	if link == losses.Sigmoid {
		b.bySigmoid(least, d.PreNMS, out.Logits)
	} else {
		b.bySoftmax(link, least, out)
	}
	return b.selector.Falling(b.scores, nil, sift.Labels{}, d.PreNMS)
}

// bySoftmax scores all entries and keeps those of at least the least score.
func (b *best) bySoftmax(link losses.Link, least float32, out Output) {
	columns := link.Columns(out.Classes)
	b.row = reuse.Grow(b.row, out.Classes)
	b.entries, b.scores = b.entries[:0], b.scores[:0]
	for a := range len(out.Logits) / columns {
		link.Scores(b.row, out.Logits[a*columns:(a+1)*columns])
		for k, score := range b.row {
			if score >= least {
				b.entries, b.scores = append(b.entries, int32(a*out.Classes+k)), append(b.scores, score)
			}
		}
	}
}

// bySigmoid chooses by logits, of which there is one to an entry, and scores
// those alone that may be among the k highest: a score rises with its logit,
// except that rounding makes some scores equal, or in the last place unequal
// the wrong way round. What is left after the scores are known is exactly
// what scoring all would leave.
func (b *best) bySigmoid(least float32, k int, logits []float32) {
	b.entries = numbers(sift.Above(b.entries, logits, nil, sift.Labels{}, logitBelow(least)), logits)
	if k < len(b.entries) {
		edge := float32(math.Inf(1))
		for _, e := range b.selector.LargestOf(b.entries, logits, k) {
			edge = min(edge, logits[e])
		}
		var score [1]float32
		losses.Sigmoid.Scores(score[:], []float32{edge})
		b.entries = above(b.entries, logits, logitBelow(score[0]))
	}
	b.scores = reuse.Grow(b.scores, len(b.entries))
	for i, e := range b.entries {
		b.scores[i] = logits[e]
	}
	losses.Sigmoid.Scores(b.scores, b.scores)
	n := 0
	for i, score := range b.scores {
		b.entries[n], b.scores[n] = b.entries[i], score
		if score >= least {
			n++
		}
	}
	b.entries, b.scores = b.entries[:n], b.scores[:n]
}

// logitBelow returns a logit below any whose score is, rounded, at least the
// given one or a few units in the last place less.
func logitBelow(score float32) float32 {
	const few = 1 - 0x1p-20
	s := few * float64(score)
	if score < 0x1p-120 { // a unit of what is nearly 0 is no small part of it
		s = float64(score) / 16
	}
	return math.Nextafter32(float32(math.Log(s)-math.Log1p(-s)), float32(math.Inf(-1)))
}

// numbers drops the entries whose logit is NaN, in place.
func numbers(entries []int32, logits []float32) []int32 {
	n := 0
	for _, e := range entries {
		entries[n] = e
		if x := logits[e]; x == x {
			n++
		}
	}
	return entries[:n]
}

// above drops the entries whose logit is below the least, in place.
func above(entries []int32, logits []float32, least float32) []int32 {
	n := 0
	for _, e := range entries {
		entries[n] = e
		if logits[e] >= least {
			n++
		}
	}
	return entries[:n]
}
