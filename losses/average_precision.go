package losses

// AveragePrecision is the AP loss: 1 minus the precision at each positive, its
// rank among the positives over its rank among all, where a logit d above
// another counts as ranked above it by
//
//	H(d) = min(max(d/(2 Delta) + 1/2, 0), 1)
//
// With rank+_i = 1 + sum of H over the other positives and rank_i that plus
// the sum over the negatives, a positive's loss is 1 - P_i, where P_i is the
// largest rank+/rank of the positives up to i by ascending logit (interpolated
// precision). A row of weight w stands for w candidates.
//
// The gradient is not the value's derivative, which is 0 almost everywhere a
// rank does not change, but error-driven: a positive is pushed up by its loss,
// which the negatives above it are pushed down by, each by its share in H; a
// positive below the interpolated precision pushes by its loss too.
//
// The columns of all rows rank together. A row whose quality is 0 counts as
// background. N elements with P positives cost O(N + P), O(N log P) where the
// positives' logits are far from evenly spread. A row has no hardness of its own.
//
// Source: Chen et al. 2019 (arXiv 1904.06373), Delta 1, in the form of the
// RankSort repository's APLoss, here the sum over positives instead of the
// mean.
type AveragePrecision struct {
	Delta float64 `range:"[0,)" doc:"difference of logits from which one ranks fully above the other"`
}

var _ Cls = AveragePrecision{}

// Link implements [Cls].
func (AveragePrecision) Link() Link { return Sigmoid }

// Held returns nil: the gradient is driven by error, and no derivative.
func (AveragePrecision) Held(*Batch) func(logits []float32) float64 { return nil }

// Eval implements [Cls].
func (l AveragePrecision) Eval(grad []float32, b *Batch) float64 {
	b.check(grad)
	r := &b.ranking
	r.gather(b, l.Delta)
	r.underNegatives(b)
	r.underMates()
	best := 0.0
	for i := range r.pos {
		p := &r.pos[i]
		positives := p.mates + p.weight*(1-r.above(0))
		precision := positives / (positives + p.over)
		share := 1.0
		if precision >= best {
			best = precision
		} else {
			share = (1 - best) / (1 - precision)
		}
		p.push = share * p.weight / (positives + p.over)
		p.loss = p.weight * (1 - best)
		p.slope = -p.loss
	}
	return r.write(grad, b)
}
