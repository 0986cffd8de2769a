package losses

// RankSort is the rank and sort loss: positives should rank above all
// negatives, and among themselves by their quality q (the IoU of their box).
// With H as in [AveragePrecision] and sums over H of what stands above
// positive i, itself included, its loss is
//
//	ranking   negatives / (positives + negatives)
//	sorting   mean of 1-q over the positives - the same over those of quality q_i or more
//
// A row of weight w stands for w candidates. The gradient is error-driven, not
// the value's derivative: a positive is pushed up by its loss; the negatives
// above it are pushed down by its ranking part, and the positives above it of
// lower quality by its sorting part, each by its share in H.
//
// The columns of all rows rank together. A row whose quality is 0 counts as
// background; with hard targets only the ranking part remains. N elements with
// P positives cost O(N + P log P), O((N+P) log P) where the positives' logits
// are far from evenly spread. A row has no hardness of its own.
//
// Source: Oksuz et al. 2021 (arXiv 2107.11669), Delta 0.5; the authors'
// RankSort, here the sum over positives instead of the mean.
type RankSort struct {
	Delta float64 `range:"[0,)" doc:"difference of logits from which one ranks fully above the other"`
}

var _ Cls = RankSort{}

// Link implements [Cls].
func (RankSort) Link() Link { return Sigmoid }

// Held returns nil: the gradient is driven by error, and no derivative.
func (RankSort) Held(*Batch) func(logits []float32) float64 { return nil }

// Eval implements [Cls].
func (l RankSort) Eval(grad []float32, b *Batch) float64 {
	b.check(grad)
	r := &b.ranking
	r.gather(b, l.Delta)
	r.underNegatives(b)
	if len(r.pos) > 0 {
		r.sortByQuality()
	}
	return r.write(grad, b)
}
