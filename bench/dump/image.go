package dump

import (
	"fmt"
	"math"

	"detsample/anchors"
	"detsample/losses"
)

// Image is one image of a dump. It owns its memory, which [Dump.Read] uses
// again.
type Image struct {
	ID     uint64
	Boxes  []anchors.Box // of the candidates, shared with the dump; nil if unknown
	Logits []float32     // (anchors, columns); under softmax the last is the background
	Class  []int32       // of each candidate, the label code
	Deltas []float32     // (anchors, 4), or nil

	// GT is the ground truth of each candidate, or its label code, and Truth
	// what that indexes. In a dump of labels alone every class stands for one
	// ground truth, without a box.
	GT      []int32
	Truth   anchors.Truth
	IoU     []float32 // with the best-overlapping ground truth, nil if unknown
	Quality []float32 // soft targets, or empty

	assignment anchors.Assignment
	own        []anchors.Box // Boxes where every image has its own
	decoded    []anchors.Box
	recoded    []float32
	iou        []float32
	scores     []float32
	integers   []int64
	weights    []float32
}

// Read reads image i into dst.
func (d *Dump) Read(dst *Image, i int) error {
	if err := d.readHead(dst, i); err != nil {
		return err
	}
	if err := d.readLabels(dst, i); err != nil {
		return err
	}
	if d.label != nil && d.truth != nil && d.boxed() {
		return d.match(dst, i)
	}
	return nil
}

// readStored reads the head's output as it is stored, and the boxes.
func (d *Dump) readStored(dst *Image, i int) error {
	n := d.Anchors
	dst.ID, dst.Boxes = d.ids[i], d.shared
	dst.Logits = grow(dst.Logits, n*d.Columns)
	if err := d.logits.Float32(dst.Logits, i*n*d.Columns); err != nil {
		return err
	}
	if d.boxes != nil {
		var err error
		if dst.own, err = d.boxes.corners(dst.own, i*n, n); err != nil {
			return err
		}
		dst.Boxes = dst.own
	}
	if d.deltas == nil {
		dst.Deltas = nil
		return nil
	}
	dst.Deltas = grow(dst.Deltas, 4*n)
	return d.deltas.Float32(dst.Deltas, 4*n*i)
}

// readHead reads the head's output as logits with the background last.
func (d *Dump) readHead(dst *Image, i int) error {
	if err := d.readStored(dst, i); err != nil {
		return err
	}
	if d.scores {
		d.toLogits(dst.Logits)
	}
	if d.backgroundFirst {
		for r := range d.Anchors {
			row := dst.Logits[r*d.Columns : (r+1)*d.Columns]
			background := row[0]
			copy(row, row[1:])
			row[d.Columns-1] = background
		}
	}
	return nil
}

// minScore is how near to 0, and under sigmoid to 1, a score is taken to be:
// about what float32 resolves.
const minScore = 1e-7

// toLogits turns probabilities into logits: log(p/(1-p)) under sigmoid, log p
// under softmax.
func (d *Dump) toLogits(x []float32) {
	for i, p := range x {
		p := min(max(float64(p), minScore), 1-minScore)
		if d.Link == losses.Softmax {
			x[i] = float32(math.Log(p))
		} else {
			x[i] = float32(math.Log(p) - math.Log1p(-p))
		}
	}
}

// readLabels reads the labels, or has the assigner make them.
func (d *Dump) readLabels(dst *Image, i int) error {
	n := d.Anchors
	dst.IoU, dst.Quality = nil, nil
	dst.Class = grow(dst.Class, n)
	if d.label == nil {
		d.assign(dst, i)
	} else if err := d.convert(dst, i); err != nil {
		return err
	}
	if d.weights == nil {
		return nil
	}
	dst.weights = grow(dst.weights, n)
	if err := d.weights.Float32(dst.weights, i*n); err != nil {
		return err
	}
	for r, w := range dst.weights {
		if w == 0 {
			dst.Class[r], dst.GT[r] = anchors.Ignored, anchors.Ignored
		}
	}
	return nil
}

// assign labels the candidates by their ground truth.
func (d *Dump) assign(dst *Image, i int) {
	a, truth := &dst.assignment, &d.truth[i]
	c := anchors.Candidates{Box: dst.Boxes, Grid: d.grid, Width: d.width, Height: d.height}
	if d.assigner.Needs()&anchors.NeedPredictions != 0 {
		c.Classes = d.Classes
		c.Score, c.Decoded = d.probabilities(dst), d.decoded(dst)
	}
	d.assigner.Assign(a, &c, truth)
	dst.Truth, dst.GT, dst.IoU, dst.Quality = *truth, a.GT, a.IoU, a.Quality
	for r, g := range a.GT {
		dst.Class[r] = g
		if g >= 0 {
			dst.Class[r] = truth.Class[g]
		}
	}
}

func (d *Dump) probabilities(m *Image) []float32 {
	m.scores = grow(m.scores, d.Anchors*d.Classes)
	for r := range d.Anchors {
		d.Link.Scores(m.scores[r*d.Classes:(r+1)*d.Classes], m.Logits[r*d.Columns:(r+1)*d.Columns])
	}
	return m.scores
}

func (d *Dump) decoded(m *Image) []anchors.Box {
	m.decoded = grow(m.decoded, d.Anchors)
	deltas := d.recoded(&m.recoded, m.Deltas, d.coder)
	for r, b := range m.Boxes {
		m.decoded[r] = d.coder.Decode(b, anchors.Delta(deltas[4*r:4*r+4]))
	}
	return m.decoded
}

// convert reads the labels by the dump's label map.
func (d *Dump) convert(dst *Image, i int) error {
	n := d.Anchors
	dst.integers = grow(dst.integers, n)
	if err := d.label.Int64(dst.integers, i*n); err != nil {
		return err
	}
	for r, v := range dst.integers {
		class, ok := d.labels.label(v, d.Classes)
		if !ok {
			return d.label.problem(fmt.Sprintf("label %v is %d, and %s has %d classes under label map %s", d.label.position(i*n+r), v, d.logits.Name, d.Classes, d.labels.name),
				"set label_map, one of "+fmt.Sprint(LabelMaps())+", to the framework's")
		}
		dst.Class[r] = class
	}
	dst.GT = append(dst.GT[:0], dst.Class...)
	dst.Truth = anchors.Truth{Class: d.identity}
	return nil
}

// match finds the ground truth of every positive that has a label: of those of
// its class, the one it overlaps most.
func (d *Dump) match(dst *Image, i int) error {
	truth := &d.truth[i]
	dst.Truth = *truth
	dst.iou = grow(dst.iou, d.Anchors)
	dst.IoU = dst.iou
	for r, class := range dst.Class {
		best, at := float32(-1), anchors.Negative
		dst.IoU[r] = 0
		for g, box := range truth.Box {
			iou := anchors.IoU(dst.Boxes[r], box)
			dst.IoU[r] = max(dst.IoU[r], iou)
			if truth.Class[g] == class && iou > best {
				best, at = iou, int32(g)
			}
		}
		switch {
		case class < 0:
		case at < 0:
			return d.label.problem(fmt.Sprintf("label %v says class %d, of which image %d has no ground truth", d.label.position(i*d.Anchors+r), class, i),
				"check gt_image and label_map")
		default:
			dst.GT[r] = at
		}
	}
	return nil
}

// grow returns s with length n, reusing its memory where it suffices.
func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
