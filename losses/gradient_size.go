package losses

import (
	"math"

	"detsample/internal/reuse"
)

// sizeBlocks is how many blocks are evaluated together: enough that what an
// evaluation begins with is little, and few enough for a cache.
const sizeBlocks = 8

// gradientSizes is [GradientSize] of a loss with kernels: the gradients of some
// rows at a time, which are read while they are in a near cache and forgotten.
func gradientSizes(dst []float32, l Pointwise, b *Batch) {
	whole, columns := *b, b.Columns
	b.Rows, b.Weight, b.Loss, b.Threads = nil, nil, nil, 0
	defer func() {
		b.Logits, b.Class, b.Quality = whole.Logits, whole.Class, whole.Quality
		b.Rows, b.Weight, b.Loss, b.Threads = whole.Rows, whole.Weight, whole.Loss, whole.Threads
	}()
	if columns == 1 {
		l.Eval(dst, b)
		for r, g := range dst {
			dst[r] = min(math.Float32frombits(math.Float32bits(g)&^(1<<31)), math.MaxFloat32)
		}
		return
	}
	n := sizeBlocks * blockRows(columns)
	b.grad = reuse.Grow(b.grad, n*columns)
	for start := 0; start < len(dst); start += n {
		end := min(start+n, len(dst))
		b.Logits, b.Class = whole.Logits[start*columns:end*columns], whole.Class[start:end]
		if len(whole.Quality) > 0 {
			b.Quality = whole.Quality[start:end]
		}
		grad := b.grad[:(end-start)*columns]
		l.Eval(grad, b)
		for r := range end - start {
			dst[start+r] = single(norm(grad[r*columns : (r+1)*columns]))
		}
	}
}

// norm is the Euclidean norm. Four sums go side by side, since each waits for
// its last addition.
func norm(x []float32) float64 {
	var a, b, c, d float64
	for len(x) >= 4 {
		a += float64(x[0]) * float64(x[0])
		b += float64(x[1]) * float64(x[1])
		c += float64(x[2]) * float64(x[2])
		d += float64(x[3]) * float64(x[3])
		x = x[4:]
	}
	for _, v := range x {
		a += float64(v) * float64(v)
	}
	return math.Sqrt(a + b + (c + d))
}
