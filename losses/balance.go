package losses

import (
	"detsample/anchors"
	"detsample/internal/logits"
)

// Balance says how a stage's candidates and its classification loss divide
// between positives and negatives: seen by the sampler, used by the loss,
// and the shares of the loss and of its gradient.
type Balance struct {
	Positives, Negatives         int     // assigned, before sampling
	UsedPositives, UsedNegatives int     // kept by the sampler
	LossPositives, LossNegatives float64 // sums of weighted losses
	GradPositives, GradNegatives float64 // sums of |dL/dlogit|

	Scarcity Scarcity // what was lacking
}

// Add adds another balance, of another image or step.
func (b *Balance) Add(o Balance) {
	b.Positives += o.Positives
	b.Negatives += o.Negatives
	b.UsedPositives += o.UsedPositives
	b.UsedNegatives += o.UsedNegatives
	b.LossPositives += o.LossPositives
	b.LossNegatives += o.LossNegatives
	b.GradPositives += o.GradPositives
	b.GradNegatives += o.GradNegatives
	b.Scarcity.Add(o.Scarcity)
}

// NegativeLoss returns the negatives' share of the loss, NaN if there was
// none.
func (b *Balance) NegativeLoss() float64 {
	return b.LossNegatives / (b.LossPositives + b.LossNegatives)
}

// NegativeGradient returns the negatives' share of the gradient, NaN if there
// was none.
func (b *Balance) NegativeGradient() float64 {
	return b.GradNegatives / (b.GradPositives + b.GradNegatives)
}

// Seen counts an image's candidates by their label code.
func (b *Balance) Seen(gt []int32) {
	for _, g := range gt {
		switch {
		case g >= 0:
			b.Positives++
		case g == anchors.Negative:
			b.Negatives++
		}
	}
}

// Used adds what an evaluated batch used: its rows, their losses (which the
// batch must have recorded in Loss) and their gradients.
func (b *Balance) Used(grad []float32, batch *Batch) {
	if batch.Threads > 1 {
		b.usedInParallel(grad, batch)
		return
	}
	for i := range batch.count() {
		row, _ := batch.at(i)
		b.used(batch, i, row, batch.magnitude(grad, row))
	}
}

// usedInParallel is Used with the gradients' sizes from several goroutines.
func (b *Balance) usedInParallel(grad []float32, batch *Batch) {
	size := make([]float64, batch.count())
	batch.inParallel(func(start, end int) float64 {
		for i := start; i < end; i++ {
			row, _ := batch.at(i)
			size[i] = batch.magnitude(grad, row)
		}
		return 0
	})
	for i := range size {
		row, _ := batch.at(i)
		b.used(batch, i, row, size[i])
	}
}

// magnitude is the sum of the absolute gradients of a row.
func (b *Batch) magnitude(grad []float32, row int) float64 {
	return logits.Magnitude(grad[row*b.Columns : (row+1)*b.Columns])
}

// used adds a row, the i-th that counts, with its gradient's size.
func (b *Balance) used(batch *Batch, i, row int, size float64) {
	switch class := batch.Class[row]; {
	case class >= 0:
		b.UsedPositives++
		b.LossPositives += float64(batch.Loss[i])
		b.GradPositives += size
	case class == anchors.Negative:
		b.UsedNegatives++
		b.LossNegatives += float64(batch.Loss[i])
		b.GradNegatives += size
	}
}

// Value is the loss of one stage over one batch, already normalised.
type Value struct {
	Cls, Box float64 // each with its weight, Box with CARL if configured; the stage's loss is their sum
	Balance  Balance // of the classification loss
}
