package losses

import "detsample/internal/parallel"

// inParallel adds up, in their order, what evaluate returns for the chunks of
// the rows that count.
func (b *Batch) inParallel(evaluate func(start, end int) float64) (total float64) {
	n := b.count()
	sums := make([]float64, (n+chunk-1)/chunk)
	parallel.For(b.Threads, len(sums), func(_, c int) {
		sums[c] = evaluate(c*chunk, min((c+1)*chunk, n))
	})
	for _, sum := range sums {
		total += sum
	}
	return total
}

// clearing is the number of gradients that a goroutine clears at once.
const clearing = 1 << 18

// clearAll clears the gradients on so many goroutines.
func clearAll(grad []float32, threads int) {
	if threads <= 1 || len(grad) <= clearing {
		clear(grad)
		return
	}
	parallel.For(threads, (len(grad)+clearing-1)/clearing, func(_, piece int) {
		clear(grad[piece*clearing : min((piece+1)*clearing, len(grad))])
	})
}

// clearFor makes all gradients zero, unless every row is listed and will be
// written anyway. It returns the gradients that rows which are skipped have yet to
// clear, nil where it has: of a row that is listed twice, one that is skipped is to
// leave the other's.
func (b *Batch) clearFor(grad []float32) (unwritten []float32) {
	if b.everyRow() {
		return grad
	}
	clearAll(grad, b.Threads)
	return nil
}

// everyRow reports whether all rows count, each once and in their order.
func (b *Batch) everyRow() bool {
	if b.Rows == nil {
		return true
	}
	if len(b.Rows) != len(b.Class) {
		return false
	}
	for i, r := range b.Rows {
		if int(r) != i {
			return false
		}
	}
	return true
}
