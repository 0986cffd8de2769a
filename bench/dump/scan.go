package dump

import (
	"fmt"
	"math"

	"detsample/losses"
)

// scan reads every image once and reports the first value that cannot be.
func (d *Dump) scan() error {
	var m Image
	s, labels := &scores{low: math.MaxFloat32, high: -math.MaxFloat32}, &census{}
	for i := range d.Images {
		if err := d.readStored(&m, i); err != nil {
			return err
		}
		if err := d.scanHead(m.Logits, i*len(m.Logits), s); err != nil {
			return err
		}
		for j, v := range m.Deltas {
			if v-v != 0 {
				return d.deltas.problem(fmt.Sprintf("element %v is %v", d.deltas.position(i*4*d.Anchors+j), v), "dump a step before the training diverged")
			}
		}
		if d.label == nil {
			continue
		}
		if err := d.readLabels(&m, i); err != nil {
			return err
		}
		labels.add(m.integers, m.Class)
		if d.truth != nil && d.boxed() {
			if err := d.match(&m, i); err != nil {
				return err
			}
		}
	}
	if d.label != nil {
		if err := labels.judge(d); err != nil {
			return err
		}
	}
	return d.judge(s)
}

// scores is what was seen of a dump's probabilities.
type scores struct {
	clamped, rows, sumToOne int
	low, high               float32 // of logits
}

// scanHead looks at the numbers of one image from element lo on.
func (d *Dump) scanHead(x []float32, lo int, s *scores) error {
	for i, v := range x {
		s.low, s.high = min(s.low, v), max(s.high, v)
		switch {
		case v-v != 0:
			return d.logits.problem(fmt.Sprintf("element %v is %v", d.logits.position(lo+i), v), "dump a step before the training diverged")
		case d.scores && (v < 0 || v > 1):
			return d.logits.problem(fmt.Sprintf("element %v is %v, no probability", d.logits.position(lo+i), v), "write logits under the name logits")
		case d.scores && (v < minScore || v > 1-minScore):
			s.clamped++
		}
	}
	if !d.scores || d.Columns == 1 {
		return nil
	}
	for r := 0; r < len(x); r += d.Columns {
		sum := 0.0
		for _, p := range x[r : r+d.Columns] {
			sum += float64(p)
		}
		s.rows++
		if math.Abs(sum-1) < 0.01 {
			s.sumToOne++
		}
	}
	return nil
}

// judge notes what was clamped and reports a link that the scores deny.
func (d *Dump) judge(s *scores) error {
	if d.scores {
		d.Notes = append(d.Notes, fmt.Sprintf("scores were turned into %v logits; %d of %d were within %g of 0 or 1 and clamped",
			d.Link, s.clamped, d.Images*d.Anchors*d.Columns, minScore))
	} else if s.low >= 0 && s.high <= 1 && s.low < s.high {
		d.Notes = append(d.Notes, fmt.Sprintf("all logits lie between %.3g and %.3g, as probabilities do: if they are, write them as scores", s.low, s.high))
	}
	switch {
	case s.rows == 0:
	case d.Link == losses.Sigmoid && s.sumToOne == s.rows:
		return d.logits.problem("every candidate's probabilities sum to 1, as under softmax, and are read as under sigmoid", "set link to softmax")
	case d.Link == losses.Softmax && s.sumToOne < s.rows:
		return d.logits.problem(fmt.Sprintf("the probabilities of %d of %d candidates do not sum to 1, as under softmax", s.rows-s.sumToOne, s.rows),
			"write all columns, the background's too, or set link to sigmoid")
	}
	return nil
}
