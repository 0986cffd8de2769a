package losses

import "detsample/anchors"

// GHMC is the gradient harmonised classification loss: sigmoid cross entropy
// in which each element is weighted by the inverse of how many elements have
// a gradient as large as its own. With |g| = |p - y| sorted into Bins equal
// bins, n of them not empty, an element in a bin of c elements weighs N/(n c),
// N the total; rows of weight 0 are not counted. A uniform distribution of
// gradients gives [CE].
//
// With Momentum, c is the moving average Momentum c + (1-Momentum) count, kept
// in the state, Bins numbers that start at 0; empty bins keep theirs. The
// first batches of a run therefore weigh more, 1/(1-Momentum) times in the
// first.
//
// The weight of a row depends on the batch, so a row has no hardness of its
// own, and samplers that mine cannot use it.
//
// Source: Li et al. 2019 (arXiv 1811.05181); mmdetection's GHMC, here without
// its division by N, which the stage's Norm does.
type GHMC struct {
	Bins     int     `range:"[1,256]" doc:"unit regions of the gradient's size"`
	Momentum float64 `range:"[0,1)" doc:"share of earlier batches in the counts; 0 looks at the batch alone"`
}

var (
	_ Cls      = GHMC{}
	_ Stateful = GHMC{}
)

// Link implements [Cls].
func (GHMC) Link() Link { return Sigmoid }

// NewState implements [Stateful]; nil without momentum.
func (l GHMC) NewState(int) []float64 {
	if l.Momentum == 0 {
		return nil
	}
	return make([]float64, l.Bins)
}

// Eval implements [Cls].
func (l GHMC) Eval(grad []float32, b *Batch) float64 {
	b.check(grad)
	if !b.Exact {
		return evalBackground(l.background(b), grad, b)
	}
	clear(grad)
	weight := l.weights(b)
	total, n := 0.0, b.count()
	for start := 0; start < n; start += chunk {
		sum := 0.0
		for i := start; i < min(start+chunk, n); i++ {
			row, w := b.at(i)
			value := 0.0
			if class := b.Class[row]; w != 0 && class != anchors.Ignored {
				value = w * l.row(grad, b, row, w, &weight)
			}
			if b.Loss != nil {
				b.Loss[i] = single(value)
			}
			sum += value
		}
		total += sum
	}
	return total
}

// weights returns the weight of an element in each bin.
func (l GHMC) weights(b *Batch) [maxBins]float64 {
	count, total := l.counts(b)
	return l.weightsOf(&count, total, b.State)
}

// counts returns how many elements are in each bin, and in all.
func (l GHMC) counts(b *Batch) (count [maxBins]float64, total float64) {
	for i := range b.count() {
		row, w := b.at(i)
		class := b.Class[row]
		if w == 0 || class == anchors.Ignored {
			continue
		}
		for k := range b.Columns {
			count[l.bin(margin(b, row, k))]++
			total++
		}
	}
	return count, total
}

// weightsOf returns the weight of an element in each bin, given their counts.
func (l GHMC) weightsOf(counts *[maxBins]float64, total float64, state []float64) [maxBins]float64 {
	count, filled := *counts, 0.0
	for _, c := range count {
		if c > 0 {
			filled++
		}
	}
	for i, c := range count {
		if c > 0 {
			count[i] = total / (filled * l.average(state, i, c))
		}
	}
	return count
}

// average updates the moving average of a bin that is not empty by its count.
func (l GHMC) average(state []float64, bin int, count float64) float64 {
	if state == nil {
		return (1 - l.Momentum) * count
	}
	state[bin] = l.Momentum*state[bin] + (1-l.Momentum)*count
	return state[bin]
}

// maxBins keeps the histogram off the heap.
const maxBins = 256

// bin returns the bin of an element with margin m, whose gradient is
// sigmoid(-m). A NaN, which no conversion to int defines, is in the first.
func (l GHMC) bin(m float64) int {
	return max(0, min(int(sigmoid(-m)*float64(l.Bins)), l.Bins-1))
}

func (l GHMC) row(grad []float32, b *Batch, row int, w float64, weight *[maxBins]float64) float64 {
	sum := 0.0
	for k := range b.Columns {
		m := margin(b, row, k)
		value, slope := focalMargin(m, 0)
		beta := weight[l.bin(m)]
		sum += beta * value
		if grad != nil {
			if int32(k) != b.Class[row] {
				slope = -slope
			}
			grad[row*b.Columns+k] = float32(w * beta * slope)
		}
	}
	return sum
}

// margin returns the logit of an element, negated where its class is not the
// row's.
func margin(b *Batch, row, k int) float64 {
	x := float64(b.Logits[row*b.Columns+k])
	if int32(k) != b.Class[row] {
		return -x
	}
	return x
}
