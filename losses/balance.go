package losses

import (
	"detsample/anchors"
	"detsample/internal/logits"
	"detsample/internal/parallel"
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
	for start, n := 0, batch.count(); start < n; start += chunk {
		b.Add(usedOf(grad, batch, start, min(start+chunk, n)))
	}
}

// usedInParallel is Used on the batch's number of threads.
func (b *Balance) usedInParallel(grad []float32, batch *Batch) {
	n := batch.count()
	parts := make([]Balance, (n+chunk-1)/chunk)
	parallel.For(batch.Threads, len(parts), func(_, c int) {
		parts[c] = usedOf(grad, batch, c*chunk, min((c+1)*chunk, n))
	})
	for _, part := range parts {
		b.Add(part)
	}
}

// usedOf is the balance of the rows that count from start to end.
func usedOf(grad []float32, batch *Batch, start, end int) (b Balance) {
	for i := start; i < end; i++ {
		row, _ := batch.at(i)
		size := logits.Magnitude(grad[row*batch.Columns : (row+1)*batch.Columns])
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
	return b
}

// Value is the loss of one stage over one batch, already normalised.
type Value struct {
	Cls, Box float64 // each with its weight, Box with CARL if configured; the stage's loss is their sum
	Balance  Balance // of the classification loss
}
