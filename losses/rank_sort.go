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
// P positives cost O(N log P + P²). A row has no hardness of its own.
//
// Source: Oksuz et al. 2021 (arXiv 2107.11669), Delta 0.5; the authors'
// RankSort, here the sum over positives instead of the mean.
type RankSort struct {
	Delta float64 `range:"[0,)" doc:"difference of logits from which one ranks fully above the other"`
}

var _ Cls = RankSort{}

// Link implements [Cls].
func (RankSort) Link() Link { return Sigmoid }

// Eval implements [Cls].
func (l RankSort) Eval(grad []float32, b *Batch) float64 {
	b.check(grad)
	r := &b.ranking
	r.gather(b, l.Delta)
	for i := range r.pos {
		r.rankAndSort(i)
	}
	return r.write(grad, b)
}

// rankAndSort sets the loss of positive i and what it pushes.
func (r *ranking) rankAndSort(i int) {
	p := &r.pos[i]
	var better, worse, betterError, worseError float64 // sums over H, by quality beside its own
	for k := range r.pos {
		o := &r.pos[k]
		h := o.weight * r.above(o.score-p.score)
		if o.quality >= p.quality {
			better, betterError = better+h, betterError+h*(1-o.quality)
		} else {
			worse, worseError = worse+h, worseError+h*(1-o.quality)
		}
	}
	rank := better + worse + p.over
	p.push = p.weight / rank
	ranks := p.weight * p.over / rank
	sorts := p.weight * ((betterError+worseError)/(better+worse) - betterError/better)
	p.loss = ranks + sorts
	p.slope -= p.loss
	if worse == 0 {
		return
	}
	for k := range r.pos {
		if o := &r.pos[k]; o.quality < p.quality {
			o.slope += sorts * (o.weight * r.above(o.score-p.score) / worse)
		}
	}
}
