package stage

import (
	"fmt"
	"math"

	"detsample/internal/registry"
	"detsample/losses"
)

// unwritten marks what a loss has to write: a NaN that stays the same when
// something is added to it or it is scaled.
var unwritten = math.Float32frombits(0x7fd0de75)

func isUnwritten(x float32) bool { return math.Float32bits(x) == math.Float32bits(unwritten) }

// mark marks the gradients and the rows' losses.
func (b *Batch) mark(grad []float32) {
	for _, list := range [][]float32{grad, b.cls.Loss} {
		for i := range list {
			list[i] = unwritten
		}
	}
}

// checkWritten panics if a loss has left any of them as it was: what is left is
// that of an earlier batch.
func (b *Batch) checkWritten(cls losses.Cls, out Output) {
	for i, g := range out.GradLogits {
		if isUnwritten(g) {
			panic(fmt.Sprintf("loss %s: Eval leaves the gradient of column %d of row %d unwritten, or adds to it: it writes them all, and zeros where rows do not count",
				registry.Name(cls), i%out.Columns, i/out.Columns))
		}
	}
	for i, l := range b.cls.Loss {
		if isUnwritten(l) {
			panic(fmt.Sprintf("loss %s: Eval leaves the loss of row %d unwritten: where Batch.Loss is not nil, it receives the weighted loss of each row that counts",
				registry.Name(cls), b.cls.Rows[i]))
		}
	}
}
