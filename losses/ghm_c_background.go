package losses

import (
	"math"
	"sort"

	"detsample/anchors"
	"detsample/internal/logits"
	"detsample/internal/reuse"
)

// harmonised evaluates negatives by a kernel that weighs them by where their
// logits lie among thresholds.
type harmonised struct {
	alike
	GHMC
	weight           []float64
	threshold, light []float32 // from which logit a negative is in a bin, and its weight
}

// background counts the batch.
func (l GHMC) background(b *Batch) harmonised {
	b.tiles = reuse.Grow(b.tiles, 2*l.Bins)
	h := harmonised{GHMC: l, threshold: b.tiles[:l.Bins], light: b.tiles[l.Bins:]}
	l.thresholds(h.threshold)
	count := b.room(maxBins)
	total := h.count(b, count)
	weights := l.weightsOf((*[maxBins]float64)(count), total, b.State)
	copy(count, weights[:])
	h.weight = count
	for i := range h.light {
		h.light[i] = float32(count[i])
	}
	return h
}

// thresholds writes the least logit of a negative in each bin, as [GHMC.bin]
// has it: to the bit, since an element in another bin has another weight.
func (l GHMC) thresholds(dst []float32) {
	dst[0] = float32(math.Inf(-1))
	for i := 1; i < len(dst); i++ {
		dst[i] = inOrder(sort.Search(2*inOrderOf, func(n int) bool { return l.bin(-float64(inOrder(n))) >= i }))
	}
}

// inOrderOf is the number of floats from 0 to 256, of which those on both sides
// are the logits of all thresholds.
const inOrderOf = 0x43800000

// inOrder returns the n-th float from -256 on.
func inOrder(n int) float32 {
	if n < inOrderOf {
		return -math.Float32frombits(uint32(inOrderOf - n))
	}
	return math.Float32frombits(uint32(n - inOrderOf))
}

// count adds up the elements in each bin, and returns how many there are: all
// as if they were negatives, and then those put right that are none.
func (h harmonised) count(b *Batch, count []float64) (total float64) {
	n, columns := b.count(), b.Columns
	b.single = reuse.Grow(b.single, 3*blockSize(columns))
	run, plain := newBackgroundRun(h, nil, b, b.everyRow(), b.single), b.Rows == nil && b.Weight == nil
	for start, rows := 0, blockRows(columns); start < n; start += rows {
		end := min(start+rows, n)
		elements := (end - start) * columns
		x, _ := run.gather(start, end)
		for i := elements; i < len(x); i++ {
			x[i] = float32(math.Inf(-1))
		}
		more := elements
		for i := 1; i < len(h.threshold); i++ {
			from := logits.CountFrom(x, h.threshold[i])
			count[i-1] += float64(more - from)
			more = from
		}
		count[len(h.threshold)-1] += float64(more)
		total += float64(elements)
		for i := start; i < end; i++ {
			if plain {
				if i += leadingNegatives(b.Class[i:end]); i == end {
					break
				}
			}
			total -= h.correct(b, i, count)
		}
	}
	return total
}

// correct puts the counts of the i-th row right, and returns how many of its
// elements do not count.
func (h harmonised) correct(b *Batch, i int, count []float64) float64 {
	r, w := b.at(i)
	class := b.Class[r]
	row := b.Logits[r*b.Columns : (r+1)*b.Columns]
	if w == 0 || class == anchors.Ignored {
		for _, x := range row {
			count[h.bin(-float64(x))]--
		}
		return float64(len(row))
	}
	if class >= 0 && int(class) < len(row) {
		x := float64(row[class])
		count[h.bin(-x)]--
		count[h.bin(x)]++
	}
	return 0
}

func (h harmonised) element(_ int, x, y float64) (value, slope float64) {
	sign := 2*y - 1
	value, slope = focalMargin(sign*x, 0)
	beta := h.weight[h.bin(sign*x)]
	return beta * value, beta * sign * slope
}

func (h harmonised) backgroundEach(slope, loss, x []float32) {
	logits.BinnedEach(slope, loss, x, h.threshold, h.light)
}
