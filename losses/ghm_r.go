package losses

import "math"

// GHMR is the gradient harmonised regression loss: over the four deltas, with
// e the error of each, the sum of
//
//	w (sqrt(e² + Mu²) - Mu)
//
// where w is the inverse of how many elements of the batch have a gradient as
// large: with |e| / sqrt(e² + Mu²) sorted into Bins equal bins, n of them not
// empty, an element in a bin of c elements weighs N/(n c), N the total. With
// Momentum, c is the bin's running count, Momentum times the last one and
// 1-Momentum times the batch's, which starts at 0. Rows of weight 0 are not
// counted.
//
// A row alone ([GHMR.Row]) has w = 1.
//
// Source: Li et al. 2019 (arXiv 1811.05181), Mu 0.02, Bins 10, Momentum 0.7;
// mmdetection's GHMR, here without its division by N, which the normaliser
// elements ([ByElements]) does.
type GHMR struct {
	Mu       float64 `range:"(0,)" doc:"error at which the parabola becomes a line"`
	Bins     int     `range:"[1,256]" doc:"unit regions of the gradient's size"`
	Momentum float64 `range:"[0,1)" doc:"share of a bin's running count that the last batches keep"`
}

var (
	_ BoxEvaluator = GHMR{}
	_ Stateful     = GHMR{}
)

// Space implements [Box].
func (GHMR) Space() Space { return Deltas }

// NewState implements [Stateful]: the running count of each bin.
func (l GHMR) NewState(int) []float64 {
	if l.Momentum == 0 {
		return nil
	}
	return make([]float64, l.Bins)
}

// Row implements [Box].
func (l GHMR) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	total := 0.0
	for k := range pred {
		value, slope := l.element(pred[k], truth[k])
		total += value
		if grad != nil {
			grad[k] = float32(slope)
		}
	}
	return total
}

// element returns the unweighted loss of a delta and its slope.
func (l GHMR) element(pred, truth float32) (value, slope float64) {
	e := float64(pred) - float64(truth)
	root := math.Hypot(e, l.Mu)
	return root - l.Mu, e / root
}

// EvalBatch implements [BoxEvaluator].
func (l GHMR) EvalBatch(grad []float32, b *BoxBatch) float64 {
	var rows boxBlock
	weight := l.weights(b)
	total := 0.0
	for start := 0; start < len(b.Rows); {
		start = rows.fill(b, start, len(b.Rows))
		rows.encode(&b.Coder, rows.n)
		for j, i := range rows.row[:rows.n] {
			at := b.at(i)
			for k, pred := range rows.deltaOf(j) {
				value, slope := l.element(pred, rows.encoded[4*j+k])
				beta := float64(b.Weight[i]) * weight[l.bin(slope)]
				total += beta * value
				if grad != nil {
					grad[at+k] = float32(beta * slope)
				}
			}
		}
	}
	return total
}

// weights returns the weight of an element in each bin and updates the
// running counts.
func (l GHMR) weights(b *BoxBatch) (weight [maxBins]float64) {
	var rows boxBlock
	var count [maxBins]float64
	elements, filled := 0.0, 0.0
	for start := 0; start < len(b.Rows); {
		start = rows.fill(b, start, len(b.Rows))
		rows.encode(&b.Coder, rows.n)
		for e, pred := range rows.delta[:4*rows.n] {
			_, slope := l.element(pred, rows.encoded[e])
			count[l.bin(slope)]++
		}
		elements += float64(4 * rows.n)
	}
	for _, c := range count[:l.Bins] {
		if c > 0 {
			filled++
		}
	}
	for i, c := range count[:l.Bins] {
		if c == 0 {
			continue
		}
		c *= 1 - l.Momentum
		if b.State != nil {
			c += l.Momentum * b.State[i]
			b.State[i] = c
		}
		weight[i] = elements / (filled * c)
	}
	return weight
}

// bin returns the bin of an element by its slope, in [-1, 1]. A NaN, which no
// conversion to int defines, is in the first.
func (l GHMR) bin(slope float64) int {
	return max(0, min(int(math.Abs(slope)*float64(l.Bins)), l.Bins-1))
}
