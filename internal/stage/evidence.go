package stage

import (
	"detsample/anchors"
	"detsample/internal/reuse"
	"detsample/losses"
	"detsample/sampling"
)

// Heads is a head's output over all candidates of one image.
type Heads struct {
	Classes    int
	Candidates []anchors.Box
	Class      []int32   // of each candidate, the target's label code
	Quality    []float32 // soft targets, or empty
	GT         []int32
	IoU        []float32 // nil if unknown
	Truth      *anchors.Truth
	Logits     []float32
	Deltas     []float32
	BoxColumns int
	PerClass   bool // boxes are regressed per class
	Exact      bool // hardness is evaluated in float64

	// What is known already: what an assigner has looked at, or a caller made.
	Score    []float32
	Decoded  []anchors.Box
	Hardness []float32
}

// Evidence is what an image's candidates are judged by besides their labels.
// It owns its memory and allocates nothing once warm.
type Evidence struct {
	hardness, boxHardness, gradient []float32
	score, row                      []float32
	decoded                         []anchors.Box
}

// Fill sets c to the labels and what else a sampler needs, and to no more, so
// that one that reads what it does not declare fails at its first image.
func (e *Evidence) Fill(c *sampling.Candidates, need sampling.Need, t Terms, h Heads, batch *losses.Batch) {
	n := len(h.Candidates)
	columns := t.Cls.Link().Columns(h.Classes)
	batch.Logits, batch.Columns, batch.Class, batch.Quality, batch.Exact = h.Logits, columns, h.Class, h.Quality, h.Exact
	batch.Rows, batch.Weight, batch.Loss, batch.State, batch.Threads = nil, nil, nil, nil, 0 // its scratch memory stays
	*c = sampling.Candidates{GT: h.GT}
	if need&sampling.NeedIoU != 0 {
		c.IoU = h.IoU
	}
	if need&sampling.NeedBox != 0 {
		c.Box = h.Candidates
	}
	if need&sampling.NeedTruthClass != 0 {
		c.TruthClass = h.Truth.Class
	}
	if need&sampling.NeedTruth != 0 {
		c.Truth = h.Truth
	}
	switch {
	case need&sampling.NeedHardness == 0:
	case len(h.Hardness) > 0:
		c.Hardness = h.Hardness
	default:
		e.hardness = reuse.Grow(e.hardness, n)
		losses.Hardness(e.hardness, t.Cls.(losses.Pointwise), batch)
		if need&sampling.NeedBoxHardness != 0 { // the two are added
			for i := range e.hardness {
				e.hardness[i] *= float32(t.ClsWeight)
			}
		}
		c.Hardness = e.hardness
	}
	if need&sampling.NeedBoxHardness != 0 {
		c.BoxHardness = e.boxLosses(t, h)
	}
	if need&sampling.NeedGradient != 0 {
		e.gradient, e.row = reuse.Grow(e.gradient, n), reuse.Grow(e.row, columns)
		losses.GradientSize(e.gradient, e.row, t.Cls.(losses.Pointwise), batch)
		c.Gradient = e.gradient
	}
	if need&sampling.NeedScore != 0 {
		if c.Classes, c.Score = h.Classes, h.Score; c.Score == nil {
			c.Score = e.Scores(t, h)
		}
	}
	if need&sampling.NeedDecoded != 0 {
		if c.Decoded = h.Decoded; c.Decoded == nil {
			c.Decoded = e.Decoded(t, h)
		}
	}
}

// Scores returns the head's probabilities, (candidates, classes).
func (e *Evidence) Scores(t Terms, h Heads) []float32 {
	link := t.Cls.Link()
	columns := link.Columns(h.Classes)
	e.score = reuse.Grow(e.score, len(h.Candidates)*h.Classes)
	for i := range h.Candidates {
		link.Scores(e.score[i*h.Classes:(i+1)*h.Classes], h.Logits[i*columns:(i+1)*columns])
	}
	return e.score
}

// Decoded returns the head's box of every candidate: where boxes are per
// class, that of a positive's class, and of the first class otherwise.
func (e *Evidence) Decoded(t Terms, h Heads) []anchors.Box {
	e.decoded = reuse.Grow(e.decoded, len(h.Candidates))
	if h.BoxColumns == 4 {
		t.Coder.DecodeAll(e.decoded, h.Candidates, h.Deltas)
		return e.decoded
	}
	for i, c := range h.Candidates {
		e.decoded[i] = t.Coder.Decode(c, h.delta(i))
	}
	return e.decoded
}

// delta returns the box output of candidate i that counts.
func (h *Heads) delta(i int) anchors.Delta {
	at := i * h.BoxColumns
	if h.PerClass && h.Class[i] > 0 {
		at += 4 * int(h.Class[i])
	}
	return anchors.Delta(h.Deltas[at : at+4])
}

// boxLosses returns the weighted box loss of every positive, 0 for the others.
func (e *Evidence) boxLosses(t Terms, h Heads) []float32 {
	e.boxHardness = reuse.Grow(e.boxHardness, len(h.Candidates))
	for i, g := range h.GT {
		e.boxHardness[i] = 0
		if g < 0 || !regressable(h.Candidates[i], h.Truth.Box[g]) {
			continue
		}
		pred, truth := [4]float32(h.delta(i)), [4]float32(h.Truth.Box[g])
		if t.Box.Space() == losses.Decoded {
			pred = t.Coder.Decode(h.Candidates[i], h.delta(i))
		} else {
			truth = t.Coder.Encode(h.Candidates[i], h.Truth.Box[g])
		}
		e.boxHardness[i] = float32(t.BoxWeight * t.Box.Row(nil, pred, truth))
	}
	return e.boxHardness
}
