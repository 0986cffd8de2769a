package losses

import "math"

// CARL is the classification-aware regression loss, a third term beside a
// stage's classification and box losses. With p_i the probability that the
// head gives positive i's class and l_i its box loss, as weighted by the
// normaliser,
//
//	L = Weight sum of s_i l_i,  s_i = n v_i / (sum of v),  v_i = (Bias + (1-Bias) p_i)^K
//
// over the n positives. It is differentiated by the logits too: a positive
// whose box is better than the mean, weighted by v, is pushed to a higher
// score, and a worse one to a lower. Positives that [EvalBox] skips do not count. A box
// loss that weighs a batch ([BoxEvaluator]) enters row by row, unweighted.
//
// Source: Cao et al. 2020 (PISA, arXiv 1904.04821), K 1, Bias 0.2;
// mmdetection's carl_loss.
type CARL struct {
	Weight float64 `range:"[0,)" doc:"weight of the term"`
	K      float64 `param:"k" range:"[0,)" doc:"power of the score; 0 weighs all alike"`
	Bias   float64 `range:"(0,1]" doc:"weight of a positive without any score"`
}

// NewCARL returns the term with PISA's parameters and weight 1.
func NewCARL() CARL { return CARL{Weight: 1, K: 1, Bias: 0.2} }

// SetDefaults sets PISA's parameters.
func (c *CARL) SetDefaults() { *c = NewCARL() }

// CARLWork is the memory of [CARL.Add], which allocates nothing once it has
// seen the largest batch.
type CARLWork struct {
	row []carlRow
}

// carlRow is one positive.
type carlRow struct {
	p, v, loss float64
	grad       [4]float32
}

// Add returns the term and adds its derivatives to those of the other two. cls
// and box are the batches that gave them; a row of box is the same row of cls.
func (c CARL) Add(w *CARLWork, gradLogits, gradDeltas []float32, link Link, cls *Batch, l Box, box *BoxBatch) float64 {
	w.row = w.row[:0]
	n, sum, total := 0.0, 0.0, 0.0
	for i := range box.Rows {
		w.row = append(w.row, carlRow{})
		if !box.counts(i) {
			continue
		}
		r := &w.row[i]
		r.p = link.probability(cls.row(int(box.Rows[i])), cls.Class[box.Rows[i]])
		r.v = math.Pow(c.Bias+(1-c.Bias)*r.p, c.K)
		r.loss = c.Weight * box.rowInto(l, &r.grad, i)
		n++
		sum += r.v
		total += r.v * r.loss
	}
	if n == 0 {
		return 0
	}
	for i := range w.row {
		if r := &w.row[i]; box.counts(i) {
			c.push(r, gradLogits, gradDeltas, link, cls, box, i, n/sum, total/sum)
		}
	}
	return n / sum * total
}

// push adds the derivatives of one positive, with share n/sum of v and the mean
// loss weighted by v.
func (c CARL) push(r *carlRow, gradLogits, gradDeltas []float32, link Link, cls *Batch, box *BoxBatch, i int, share, mean float64) {
	for k, g := range r.grad {
		gradDeltas[box.at(i)+k] += float32(c.Weight * share * r.v * float64(g))
	}
	row := int(box.Rows[i])
	byP := share * (r.loss - mean) * c.K * (1 - c.Bias) * math.Pow(c.Bias+(1-c.Bias)*r.p, c.K-1)
	link.addProbabilityGradient(gradLogits[row*cls.Columns:(row+1)*cls.Columns], cls.row(row), cls.Class[row], r.p, byP)
}

// row returns the logits of a row.
func (b *Batch) row(r int) []float32 { return b.Logits[r*b.Columns : (r+1)*b.Columns] }

// probability returns what a row of logits gives a class.
func (l Link) probability(logits []float32, class int32) float64 {
	x := float64(logits[class])
	if l == Sigmoid {
		return sigmoid(x)
	}
	return math.Exp(x - logSumExp(logits))
}

// addProbabilityGradient adds the derivative of the class's probability p by
// the logits, times by.
func (l Link) addProbabilityGradient(grad, logits []float32, class int32, p, by float64) {
	if l == Sigmoid {
		grad[class] += float32(by * p * sigmoid(-float64(logits[class]))) // 1-p, which may cancel
		return
	}
	row := likelihoodOf(logits)
	for k, x := range logits {
		grad[k] -= float32(by * p * row.against(k, row.nll(k, x), int(class)))
	}
}
