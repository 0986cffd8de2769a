package nn

import "detsample/internal/simd"

// patches is the geometry of a convolution over one batch shape: which input
// places each output place reads.
type patches struct {
	kernel, stride, pad int
	n, h, w, c          int // input
	outH, outW          int
}

// newPatches lays a kernel with zero padding (kernel-1)/2 over x:
// outH = ceil(H/stride), and likewise the width.
func newPatches(kernel, stride int, x Tensor) patches {
	return patches{
		kernel: kernel, stride: stride, pad: (kernel - 1) / 2,
		n: x.N, h: x.H, w: x.W, c: x.C,
		outH: (x.H + stride - 1) / stride, outW: (x.W + stride - 1) / stride,
	}
}

// trivial reports whether the patches are the input itself.
func (p *patches) trivial() bool { return p.kernel == 1 && p.stride == 1 }

// width is the number of elements of one patch, kernel*kernel*C.
func (p *patches) width() int { return p.kernel * p.kernel * p.c }

// rows is the number of output rows in the batch; row r is row r%outH of map
// r/outH.
func (p *patches) rows() int { return p.n * p.outH }

// chunk is the number of output rows whose patches fill at most columnBudget
// elements, at least 1.
func (p *patches) chunk() int { return max(1, columnBudget/max(1, p.outW*p.width())) }

// columnBudget keeps a chunk of patches, 512 KiB, in half of a 1 MiB second
// level cache.
const columnBudget = 128 << 10

// gather copies the patches of output rows [from, to) to dst (im2col), one
// patch a row: kernel runs of kernel*C elements each, zero outside the map.
func (p *patches) gather(dst, x []float32, from, to int) {
	run, width := p.kernel*p.c, p.width()
	inner, outer := p.interior()
	for r := from; r < to; r++ {
		row := dst[(r-from)*p.outW*width:][:p.outW*width]
		for ky := range p.kernel {
			at := ky * run
			y := r%p.outH*p.stride + ky - p.pad
			if y < 0 || y >= p.h {
				for ; at < len(row); at += width {
					clear(row[at : at+run])
				}
				continue
			}
			line := x[(r/p.outH*p.h+y)*p.w*p.c:][:p.w*p.c]
			for ox := range inner {
				p.gatherClipped(row[ox*width+at:][:run], line, ox)
			}
			for ox := inner; ox < outer; ox++ {
				copy(row[ox*width+at:][:run], line[(ox*p.stride-p.pad)*p.c:])
			}
			for ox := outer; ox < p.outW; ox++ {
				p.gatherClipped(row[ox*width+at:][:run], line, ox)
			}
		}
	}
}

// gatherClipped copies the run at ox that reaches over an end of the line.
func (p *patches) gatherClipped(dst, line []float32, ox int) {
	skip, lo, hi := p.clip(ox)
	clear(dst[:skip])
	copied := copy(dst[skip:], line[lo:hi])
	clear(dst[skip+copied:])
}

// scatter adds the patches of output rows [from, to) to x, the transpose of
// gather (col2im).
func (p *patches) scatter(x, src []float32, from, to int) {
	run, width := p.kernel*p.c, p.width()
	inner, outer := p.interior()
	for r := from; r < to; r++ {
		row := src[(r-from)*p.outW*width:][:p.outW*width]
		for ky := range p.kernel {
			at := ky * run
			y := r%p.outH*p.stride + ky - p.pad
			if y < 0 || y >= p.h {
				continue
			}
			line := x[(r/p.outH*p.h+y)*p.w*p.c:][:p.w*p.c]
			for ox := range inner {
				p.scatterClipped(line, row[ox*width+at:][:run], ox)
			}
			for ox := inner; ox < outer; ox++ {
				simd.Add(line[(ox*p.stride-p.pad)*p.c:][:run], row[ox*width+at:][:run])
			}
			for ox := outer; ox < p.outW; ox++ {
				p.scatterClipped(line, row[ox*width+at:][:run], ox)
			}
		}
	}
}

// scatterClipped adds the run at ox that reaches over an end of the line.
func (p *patches) scatterClipped(line, src []float32, ox int) {
	skip, lo, hi := p.clip(ox)
	simd.Add(line[lo:hi], src[skip:][:hi-lo])
}

// clip returns the part [lo, hi) of a line that the run at ox reads and the
// number of elements that lie before the line.
func (p *patches) clip(ox int) (skip, lo, hi int) {
	left := ox*p.stride - p.pad
	first, end := max(left, 0), min(left+p.kernel, p.w)
	return (first - left) * p.c, first * p.c, end * p.c
}

// interior returns the range [inner, outer) of output columns whose runs lie
// wholly inside a line.
func (p *patches) interior() (inner, outer int) {
	inner = min((p.pad+p.stride-1)/p.stride, p.outW)
	last := p.w - p.kernel + p.pad // largest ox*stride
	if last < 0 {
		return inner, inner
	}
	return inner, max(inner, min(last/p.stride+1, p.outW))
}
