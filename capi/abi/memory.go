package abi

import (
	"math"
	"slices"

	"detsample/anchors"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

// memory returns what the losses and normalisers remember.
func (w *Work) memory() *losses.Memory {
	if w.dense != nil {
		return w.rpn.Memory()
	}
	return w.second.Memory()
}

// SaveMemory writes what losses and normalisers remember: lengths, and values
// one after another unless that is NULL.
func (w *Work) SaveMemory(lengths *int64, values *float64, room int64) error {
	if err := w.use(); err != nil {
		return err
	}
	defer w.done()
	m := w.memory()
	all := slices.Concat(m.Cls, m.Box, m.Norm, m.BoxNorm)
	put(lengths, []int64{int64(len(m.Cls)), int64(len(m.Box)), int64(len(m.Norm)), int64(len(m.BoxNorm))})
	if values == nil {
		return nil
	}
	if room < int64(len(all)) {
		return roomError{int(room), len(all)}
	}
	put(values, all)
	return nil
}

// RestoreMemory is the inverse of SaveMemory.
func (w *Work) RestoreMemory(lengths *int64, values *float64) error {
	if err := w.use(); err != nil {
		return err
	}
	defer w.done()
	m, from := losses.Memory{}, int64(0)
	n := slice(lengths, 4)
	if n == nil {
		return misusef("lengths is NULL")
	}
	for i, most := range w.remembers() {
		if n[i] != 0 && most == 0 {
			return misusef("lengths[%d] is %d, and the %s of the strategy remembers nothing: expected 0", i, n[i], memories[i])
		}
		if n[i] != 0 && n[i] != most {
			return misusef("lengths[%d] is %d: expected 0 or %d, what the %s of the strategy remembers", i, n[i], most, memories[i])
		}
	}
	total := n[0] + n[1] + n[2] + n[3]
	if total > 0 && values == nil {
		return misusef("values is NULL beside %d numbers", total)
	}
	all := slice(values, total)
	for i, v := range all {
		if !(v >= 0 && v <= math.MaxFloat64) {
			return misusef("values[%d] is %v: expected what was saved, a finite number from 0", i, v)
		}
	}
	for i, list := range []*[]float64{&m.Cls, &m.Box, &m.Norm, &m.BoxNorm} {
		if n[i] > 0 {
			*list = slices.Clone(all[from : from+n[i]])
		}
		from += n[i]
	}
	*w.memory() = m
	return nil
}

// memories are what may remember, in the order of lengths.
var memories = [4]string{"classification loss", "box loss", "normaliser", "box's normaliser"}

// remembers returns how many numbers each of them keeps: those of a step over a
// positive and a negative.
func (w *Work) remembers() [4]int64 {
	c := *w.labelling()
	c.Sampler, c.CARL = sampling.All{}, nil
	box := anchors.Box{0, 0, 8, 8}
	columns := c.Cls.Link().Columns(w.classes)
	var work rpn.Work
	c.Step(&work, &rpn.Batch{
		Classes: w.classes, Anchors: anchors.Candidates{Box: []anchors.Box{box, box}},
		Images: []rpn.Image{{Truth: anchors.Truth{Box: []anchors.Box{box}, Class: []int32{0}}}},
		GT:     []int32{0, anchors.Negative}, IoU: []float32{1, 0},
		Logits: make([]float32, 2*columns), GradLogits: make([]float32, 2*columns), Deltas: make([]float32, 8), GradDeltas: make([]float32, 8),
	})
	m := work.Memory()
	return [4]int64{int64(len(m.Cls)), int64(len(m.Box)), int64(len(m.Norm)), int64(len(m.BoxNorm))}
}
