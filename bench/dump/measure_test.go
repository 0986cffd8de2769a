package dump

import "detsample/losses"

// Measure returns what a loss makes of each candidate of image i, taken for a
// batch of its own: its loss, and the Euclidean norm of its gradient by the
// candidate's logits. Ignored candidates have 0.
func (d *Dump) Measure(l losses.Cls, i int) (loss, gradient []float32, err error) {
	if err := d.CheckLoss(Loss{"to measure", l}); err != nil {
		return nil, nil, err
	}
	var b batch
	if err := b.read(d, i, 1); err != nil {
		return nil, nil, err
	}
	b.measure(l)
	return b.loss, b.size, nil
}
