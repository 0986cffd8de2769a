package losses

import (
	"slices"

	"detsample/anchors"
	"detsample/internal/logits"
)

// sizes finds the sizes of gradients without the losses and without writing the
// gradients. It reports false where rows are too short for that, and where the
// kernels do not evaluate the loss.
func (c columnwise) sizes(s rowSizes) bool {
	f, ok := logits.FocusOf(c.gamma)
	if !ok || c.hit == 0 || c.miss == 0 || slices.Contains(c.classWeight, 0) {
		return false
	}
	switch columns := s.b.Columns; {
	case columns == 1:
		hit := single(c.hit * classWeight(c.classWeight, 0))
		singleSizes(s.dst, s.logits, s.class, hit, single(c.miss), f)
	case columns < narrow:
		return false
	default:
		for start := 0; start < len(s.dst); start += block {
			c.blockSizes(s, start, min(start+block, len(s.dst)), f)
		}
	}
	return true
}

// blockSizes finds the sizes of so many rows that there is room for.
func (c columnwise) blockSizes(s rowSizes, start, end int, f logits.Focus) {
	var rows [block]logits.SigmoidRow
	n, columns, miss := 0, s.b.Columns, float32(sizeScale*c.miss)
	for r := start; r < end; r++ {
		class := s.class[r]
		if class == anchors.Ignored {
			s.dst[r] = 0
			continue
		}
		rows[n] = logits.SigmoidRow{Row: int32(r), Truth: class, Miss: miss}
		if class >= 0 {
			rows[n].Hit = float32(sizeScale * c.hit * classWeight(c.classWeight, int(class)))
		}
		n++
	}
	logits.SigmoidSizes(s.logits, columns, rows[:n], f)
	for i := range rows[:n] {
		s.set(int(rows[i].Row), float64(rows[i].Sum))
	}
}

// singleSizes finds the sizes of rows of one column.
func singleSizes(dst, x []float32, class []int32, hit, miss float32, f logits.Focus) {
	n := len(dst) &^ 15
	logits.SizesEach(dst[:n], x[:n], class[:n], hit, miss, f)
	if n == len(dst) {
		return
	}
	var size, last [16]float32
	var classes [16]int32
	copy(last[:], x[n:])
	copy(classes[:], class[n:])
	logits.SizesEach(size[:], last[:], classes[:], hit, miss, f)
	copy(dst[n:], size[:])
}
