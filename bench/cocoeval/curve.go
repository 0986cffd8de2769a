package cocoeval

import "math/bits"

// spacing is numpy.spacing(1), which pycocotools adds to the number of
// detections; it shows in the precision of a true positive ranked first.
const spacing = 0x1p-52

// curve is a precision-recall curve at its true positives, the only points
// where recall rises and so the only ones that recall levels can fall on.
type curve struct {
	precision []float64 // of the i-th true positive, monotone
	rank      []int32   // of the i-th true positive
}

// collect walks the ranks within the limit and makes precision monotone:
// at each point the highest that is reached there or at a higher recall.
func (c *curve) collect(v verdict, within bitset) {
	c.precision, c.rank = c.precision[:0], c.rank[:0]
	fp := 0
	for i := range v.tp {
		hits, misses := v.tp[i]&within[i], v.fp[i]&within[i]
		for ; hits != 0; hits &= hits - 1 {
			bit := bits.TrailingZeros64(hits)
			before := fp + bits.OnesCount64(misses&(1<<bit-1))
			tp := float64(len(c.precision) + 1)
			c.precision = append(c.precision, tp/(float64(before)+tp+spacing))
			c.rank = append(c.rank, int32(i<<6|bit))
		}
		fp += bits.OnesCount64(misses)
	}
	c.raise()
}

// collectDrawn is collect over ranks drawn in some order, each any number of
// times. The ranks of the curve are then places among them.
func (c *curve) collectDrawn(v verdict, ranks []int32) {
	c.precision, c.rank = c.precision[:0], c.rank[:0]
	fp := uint64(0)
	for at, rank := range ranks {
		word, bit := rank>>6, rank&63
		if v.tp[word]>>bit&1 == 0 {
			fp += v.fp[word] >> bit & 1
			continue
		}
		tp := float64(len(c.precision) + 1)
		c.precision = append(c.precision, tp/(float64(fp)+tp+spacing))
		c.rank = append(c.rank, int32(at))
	}
	c.raise()
}

// raise makes precision monotone.
func (c *curve) raise() {
	for i := len(c.precision) - 1; i > 0; i-- {
		c.precision[i-1] = max(c.precision[i-1], c.precision[i])
	}
}

// read fills row with the precision and score at the first rank that reaches
// each recall level, 0 where none does, and the final recall tp/wanted.
func (c *curve) read(levels []float64, wanted int, score []float64, row curveRow) {
	clear(row.precision)
	clear(row.score)
	*row.recall = float64(len(c.precision)) / float64(wanted)
	r := 0
	for ; r < len(levels) && levels[r] <= 0; r++ {
		// Recall 0 is reached by the first detection, true positive or not.
		if len(score) > 0 {
			row.score[r] = score[0]
		}
		if len(c.precision) > 0 {
			row.precision[r] = c.precision[0]
		}
	}
	for i, precision := range c.precision {
		recall := float64(i+1) / float64(wanted)
		for ; r < len(levels) && levels[r] <= recall; r++ {
			row.precision[r] = precision
			row.score[r] = score[c.rank[i]]
		}
	}
}
