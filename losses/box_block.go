package losses

import (
	"detsample/anchors"
	"detsample/internal/boxcode"
	"detsample/internal/boxloss"
)

// vectored is a box loss of which there is vector code that has the bits of Row,
// perhaps not for all of its parameters.
type vectored interface {
	Box
	vectors() (l boxloss.Loss, p boxloss.Parameters, ok bool)
}

// boxBlock is the next rows that count, evaluated at once. What is over to a
// multiple of the vectors is a row once more.
type boxBlock struct {
	loss       boxloss.Loss
	parameters boxloss.Parameters
	space      Space

	n     int
	row   [boxloss.Block]int  // of each, which of b.Rows it is
	alone [boxloss.Block]bool // the code for one row evaluates it

	anchor, truth  [boxloss.Block]anchors.Box
	delta, encoded [4 * boxloss.Block]float32
	pred, grad     [boxloss.Block]anchors.Box
	value          [boxloss.Block]float64
}

// newBoxBlock reports whether there is vector code for a loss here.
func newBoxBlock(l Box) (block boxBlock, ok bool) {
	switch l.(type) { // and not what embeds one of these, whose Row may be another
	case L1, SmoothL1, Huber, BalancedL1, IoU, GIoU, DIoU, CIoU, EIoU, SIoU, ExtendedIoU, NWD:
	default:
		return block, false
	}
	if !boxloss.Vectors() {
		return block, false
	}
	block.space = l.Space()
	block.loss, block.parameters, ok = l.(vectored).vectors()
	return block, ok
}

// eval returns the weighted loss of the rows that count of [start, end) and
// writes their gradients, in their order.
func (k *boxBlock) eval(l Box, grad []float32, b *BoxBatch, start, end int) (sum float64) {
	for start < end {
		start = k.fill(b, start, end)
		k.compare(b)
		if grad != nil && k.space == Decoded {
			k.backward(&b.Coder)
		}
		for j, i := range k.row[:k.n] {
			if k.alone[j] {
				sum += b.row(l, grad, i)
				continue
			}
			sum += float64(b.Weight[i]) * k.value[j]
			if grad != nil {
				g, at := k.grad[j], b.at(i)
				scale(g[:], b.Weight[i])
				*(*anchors.Box)(grad[at : at+4]) = g
			}
		}
	}
	return sum
}

// fill takes the next rows of [start, end) that count, and returns where it ended.
func (k *boxBlock) fill(b *BoxBatch, start, end int) int {
	k.n = 0
	for ; start < end && k.n < boxloss.Block; start++ {
		if !b.counts(start) {
			continue
		}
		k.row[k.n], k.alone[k.n] = start, false
		k.anchor[k.n], k.truth[k.n] = b.Anchor[start], b.Truth[start]
		*k.deltaOf(k.n) = anchors.Delta(b.Deltas[b.at(start):][:4])
		k.n++
	}
	return start
}

func (k *boxBlock) deltaOf(j int) *anchors.Delta { return (*anchors.Delta)(k.delta[4*j:]) }

// encode leaves the deltas of the ground truths.
func (k *boxBlock) encode(c *anchors.Coder, n int) {
	c.EncodeAll(k.encoded[:4*n], k.anchor[:n], k.truth[:n])
}

// whole returns the rows that whole vectors are made of.
func (k *boxBlock) whole() int {
	whole := (k.n + boxloss.Lanes - 1) / boxloss.Lanes * boxloss.Lanes
	for j := k.n; j < whole; j++ {
		k.anchor[j], k.truth[j] = k.anchor[k.n-1], k.truth[k.n-1]
		*k.deltaOf(j) = *k.deltaOf(k.n - 1)
	}
	return whole
}

// compare evaluates the loss, value and gradient by what is compared.
func (k *boxBlock) compare(b *BoxBatch) {
	n := k.whole()
	if k.space == Decoded {
		b.Coder.DecodeAll(k.pred[:n], k.anchor[:n], k.delta[:4*n])
	} else {
		k.encode(&b.Coder, n)
		for j := range n {
			k.pred[j], k.truth[j] = anchors.Box(*k.deltaOf(j)), anchors.Box(k.encoded[4*j:4*j+4])
		}
	}
	for done := 0; done < n; {
		done += boxloss.Eval(k.loss, k.value[done:n], k.grad[done:n], k.pred[done:n], k.truth[done:n], &k.parameters)
		for end := min(done+boxloss.Lanes, n); done < end; done++ {
			k.alone[done] = true
		}
	}
}

// backward carries the gradients by decoded boxes to the deltas.
func (k *boxBlock) backward(c *anchors.Coder) {
	for done := 0; done < k.n; {
		done += boxcode.Backward(k.grad[done:k.n], k.anchor[done:k.n], k.delta[4*done:], &c.Weights, c.MaxScale)
		for end := min(done+boxcode.Lanes, k.n); done < end; done++ {
			k.grad[done] = anchors.Box(c.Backward(k.anchor[done], *k.deltaOf(done), k.grad[done]))
		}
	}
}
