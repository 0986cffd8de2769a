package losses

import (
	"fmt"
	"math"

	"detsample/anchors"
	"detsample/internal/reuse"
)

// Space is what a box loss compares.
type Space uint8

// The two spaces.
const (
	Deltas  Space = iota // the head's output with the encoded ground truth
	Decoded              // the decoded box with the ground truth, both in pixels
)

// Box is a regression loss of one positive candidate. Row returns the loss of
// pred against truth, four numbers each in the loss's space, and, if grad is
// not nil, writes the derivative by pred.
type Box interface {
	Space() Space
	Row(grad *[4]float32, pred, truth [4]float32) float64
}

// BoxEvaluator is a box loss that weighs a row by the others of the batch.
// EvalBatch is what [EvalBox] does for such a loss: it finds the batch's
// lengths checked and grad cleared. Row is the loss of a row by itself, the
// hardness by which samplers mine.
type BoxEvaluator interface {
	Box
	EvalBatch(grad []float32, b *BoxBatch) float64
}

// BoxBatch is what a box loss is evaluated on: the positives among the rows
// of a head's box output.
type BoxBatch struct {
	Deltas  []float32     // the head's output, (N, Columns), row-major
	Columns int           // 4, or 4 for each class
	Slot    []int32       // of each entry of Rows, the group of 4 columns that counts; nil means 0
	Rows    []int32       // rows that count
	Anchor  []anchors.Box // of each entry of Rows, its candidate
	Truth   []anchors.Box // of each entry of Rows, its ground truth
	Weight  []float32     // of each entry of Rows
	Coder   anchors.Coder // between candidates, deltas and boxes
	State   []float64     // memory of a [Stateful] loss, which EvalBox updates
	Threads int           // goroutines that EvalBox may use; 0 and 1 are the caller's alone

	own reuse.Kept
}

// EvalBox returns the weighted sum of a box loss over a batch and, if grad is
// not nil, writes its derivative by every delta to grad, which has the layout
// of b.Deltas; rows that do not count get zeros. Under [Decoded] the gradient
// is carried through the decoder. Rows of weight 0 are skipped, and so are those
// whose candidate or ground truth has no area. It panics if the batch's lengths
// disagree, or it has rows and no Coder.
func EvalBox(l Box, grad []float32, b *BoxBatch) float64 {
	b.check(grad)
	clearAll(grad, b.Threads)
	if e, ok := l.(BoxEvaluator); ok {
		return e.EvalBatch(grad, b)
	}
	total := 0.0
	block, vectors := newBoxBlock(l)
	for start := 0; start < len(b.Rows); start += chunk {
		end := min(start+chunk, len(b.Rows))
		if vectors {
			total += block.eval(l, grad, b, start, end)
			continue
		}
		sum := 0.0
		for i := start; i < end; i++ {
			if b.counts(i) {
				sum += b.row(l, grad, i)
			}
		}
		total += sum
	}
	return total
}

// counts reports whether the i-th row does: a box without area has no delta, and
// none is relative to it.
func (b *BoxBatch) counts(i int) bool {
	return b.Weight[i] != 0 && b.Anchor[i].Valid() && b.Truth[i].Valid()
}

// at returns where the four deltas of the i-th row that counts begin.
func (b *BoxBatch) at(i int) int {
	at := int(b.Rows[i]) * b.Columns
	if b.Slot != nil {
		at += 4 * int(b.Slot[i])
	}
	return at
}

// row evaluates the i-th row that counts.
func (b *BoxBatch) row(l Box, grad []float32, i int) float64 {
	if grad == nil {
		return b.rowInto(l, nil, i)
	}
	at := b.at(i)
	return b.rowInto(l, (*[4]float32)(grad[at:at+4]), i)
}

// rowInto returns the weighted loss of the i-th row that counts and, if g is
// not nil, writes its derivative by the row's deltas.
func (b *BoxBatch) rowInto(l Box, g *[4]float32, i int) float64 {
	at := b.at(i)
	delta := anchors.Delta(b.Deltas[at : at+4])
	var value float64
	if l.Space() == Decoded {
		value = l.Row(g, within(b.Coder.Decode(b.Anchor[i], delta)), b.Truth[i])
		if g != nil {
			*g = b.Coder.Backward(b.Anchor[i], delta, *g)
		}
	} else {
		value = l.Row(g, delta, b.Coder.Encode(b.Anchor[i], b.Truth[i]))
	}
	if g != nil {
		scale(g[:], b.Weight[i])
	}
	return float64(b.Weight[i]) * value
}

// within returns the box with infinite corners moved to the ends of float32.
func within(b anchors.Box) anchors.Box {
	for k, v := range b {
		b[k] = max(-math.MaxFloat32, min(v, math.MaxFloat32))
	}
	return b
}

func (b *BoxBatch) check(grad []float32) {
	n := len(b.Rows)
	if len(b.Anchor) != n || len(b.Truth) != n || len(b.Weight) != n || b.Slot != nil && len(b.Slot) != n {
		panic(fmt.Sprintf("losses: EvalBox: %d rows with %d candidates, %d boxes, %d weights, %d slots",
			n, len(b.Anchor), len(b.Truth), len(b.Weight), len(b.Slot)))
	}
	if n > 0 && b.Coder == (anchors.Coder{}) {
		panic("losses: EvalBox: no Coder: it turns candidates and deltas into boxes; anchors.NewCoder makes one")
	}
	if grad != nil && len(grad) != len(b.Deltas) {
		panic(fmt.Sprintf("losses: EvalBox: %d gradients for %d deltas", len(grad), len(b.Deltas)))
	}
}
