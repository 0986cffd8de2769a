package abi

import (
	"unsafe"

	"detsample/anchors"
	"detsample/losses"
)

// set writes how much the targets are.
func (c *Counts) set(t *losses.Targets) error {
	if c == nil {
		return misusef("counts is NULL")
	}
	if err := sized("detsample_counts", c.Size, unsafe.Sizeof(*c)); err != nil {
		return err
	}
	*c = Counts{
		Size: c.Size, Rows: int64(len(t.Cls.Rows)), BoxRows: int64(len(t.Box.Rows)),
		Positives: int64(t.Balance.Positives), Negatives: int64(t.Balance.Negatives),
		Scarcity: scarcityOf(t.Balance.Scarcity),
	}
	if len(t.Cls.Quality) > 0 {
		c.HasQuality = 1
	}
	return nil
}

// ReadTargets is detsample_targets_read.
func (w *Work) ReadTargets(l *Lists) error {
	if err := w.use(); err != nil {
		return err
	}
	defer w.done()
	t := &w.targets
	if t.Cls == nil {
		return misusef("no targets yet: detsample_targets, detsample_sample or detsample_roi_targets comes first")
	}
	if l == nil {
		return misusef("lists is NULL")
	}
	if err := sized("detsample_lists", l.Size, unsafe.Offsetof(l.Rows)); err != nil {
		return err
	}
	if l.Size >= unsafe.Sizeof(*l) {
		for _, room := range []roomError{{int(l.Rows), len(t.Cls.Rows)}, {int(l.BoxRows), len(t.Box.Rows)}} {
			if room.has != 0 && room.has < room.needs {
				return room
			}
		}
	}
	put(l.Row, t.Cls.Rows)
	put(l.Weight, t.Cls.Weight)
	class, quality := slice(l.RowClass, int64(len(t.Cls.Rows))), slice(l.Quality, int64(len(t.Cls.Rows)))
	for i, r := range t.Cls.Rows {
		if class != nil {
			class[i] = t.Cls.Class[r]
		}
		if quality != nil {
			quality[i] = 1
			if len(t.Cls.Quality) > 0 {
				quality[i] = t.Cls.Quality[r]
			}
		}
	}
	put(l.BoxRow, t.Box.Rows)
	put(l.BoxWeight, t.Box.Weight)
	put(l.BoxSlot, t.Box.Slot)
	putBoxes(l.BoxCandidate, t.Box.Anchor)
	putBoxes(l.BoxTruth, t.Box.Truth)
	return nil
}

// ClsLoss is detsample_cls_loss.
func (w *Work) ClsLoss(logits *float32, rows int64, grad *float32, loss *float64) error {
	if err := w.use(); err != nil {
		return err
	}
	defer w.done()
	if w.targets.Cls == nil || logits == nil || loss == nil {
		return misusef("the classification loss needs targets before, logits and room for the loss")
	}
	batch, cls := w.targets.Cls, w.cls()
	n := int64(len(batch.Class))
	if rows != n {
		return misusef("%d rows of logits for targets of %d", rows, n)
	}
	batch.Logits = slice(logits, n*int64(batch.Columns))
	defer func() { batch.Logits = nil }()
	*loss = cls.Eval(slice(grad, n*int64(batch.Columns)), batch)
	return nil
}

// BoxLoss is detsample_box_loss.
func (w *Work) BoxLoss(deltas *float32, rows int64, grad *float32, loss *float64) error {
	if err := w.use(); err != nil {
		return err
	}
	defer w.done()
	if w.targets.Cls == nil || deltas == nil || loss == nil {
		return misusef("the box loss needs targets before, deltas and room for the loss")
	}
	batch, n := w.targets.Box, int64(len(w.targets.Cls.Class))
	if rows != n {
		return misusef("%d rows of deltas for targets of %d", rows, n)
	}
	batch.Deltas = slice(deltas, n*int64(batch.Columns))
	defer func() { batch.Deltas = nil }()
	*loss = losses.EvalBox(w.box(), slice(grad, n*int64(batch.Columns)), batch)
	return nil
}

// BoxPairs is detsample_box_pairs.
func (w *Work) BoxPairs(n int64, box, truth, weight, grad *float32, loss *float64) error {
	if err := w.use(); err != nil {
		return err
	}
	defer w.done()
	if n < 0 || n > 0 && (box == nil || truth == nil) || loss == nil {
		return misusef("%d pairs of boxes: expected at least 0, with box, truth and room for the loss", n)
	}
	l := w.box()
	if _, together := l.(losses.BoxEvaluator); together {
		return misusef("the box loss %T weighs a box by the others of its batch, which pairs are not: choose another, such as smooth_l1 or giou", l)
	}
	boxes, truths, weights, grads := boxes(box, n), boxes(truth, n), slice(weight, n), boxes(grad, n)
	*loss = 0
	for i := range boxes {
		by := float32(1)
		if weights != nil {
			by = weights[i]
		}
		var g [4]float32
		if by != 0 { // a pair of weight 0 is skipped
			*loss += float64(by) * l.Row(&g, [4]float32(boxes[i]), [4]float32(truths[i]))
		}
		if grads != nil {
			for k := range g {
				g[k] *= by
			}
			grads[i] = anchors.Box(g)
		}
	}
	return nil
}

func (w *Work) cls() losses.Cls {
	if w.dense != nil {
		return w.dense.Cls
	}
	return w.roi.Cls
}

func (w *Work) box() losses.Box {
	if w.dense != nil {
		return w.dense.Box
	}
	return w.roi.Box
}
