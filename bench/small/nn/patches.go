package nn

import (
	"detsample/internal/reuse"
	"detsample/internal/sgemm"
	"detsample/internal/simd"
)

// patches is the matrix of a convolution's patches over one batch, an output
// place a row: kernel runs of kernel*C elements each, a run being part of a
// line of the padded input. It lies in the padded input, of which an element
// is part of up to kernel*kernel patches.
type patches struct {
	kernel, stride, pad int
	n, h, w, c          int // input
	outH, outW          int

	padded []float32 // n x (h+2*pad) x (w+2*pad) x c, zero around each map
	rows   []int     // where each output row's first patch begins in padded
	runs   []int     // where each of a patch's runs begins, from its first on

	lines, targets []int // see cells
}

// lay lays a kernel with zero padding (kernel-1)/2 over x:
// outH = ceil(H/stride), and likewise the width.
func (p *patches) lay(kernel, stride int, x Tensor) {
	if p.kernel != kernel || p.stride != stride || p.n != x.N || p.h != x.H || p.w != x.W || p.c != x.C {
		*p = patches{
			kernel: kernel, stride: stride, pad: (kernel - 1) / 2,
			n: x.N, h: x.H, w: x.W, c: x.C,
			outH: (x.H + stride - 1) / stride, outW: (x.W + stride - 1) / stride,
			padded: p.padded, rows: p.rows[:0], runs: p.runs[:0], lines: p.lines, targets: p.targets,
		}
		p.place()
	}
	if p.pad == 0 {
		p.padded = x.Data
		return
	}
	line := p.w * p.c
	for y := range p.n * p.h {
		copy(p.padded[p.inside(y):][:line], x.Data[y*line:])
	}
}

// place sets where rows and runs begin, and the border to zero.
func (p *patches) place() {
	line, lines := p.line(), p.h+2*p.pad
	for r := range p.n * p.outH {
		p.rows = append(p.rows, (r/p.outH*lines+r%p.outH*p.stride)*line)
	}
	for ky := range p.kernel {
		p.runs = append(p.runs, ky*line)
	}
	if p.pad > 0 {
		p.padded = reuse.Grow(p.padded, p.n*lines*line)
		clear(p.padded)
	}
}

// line is the number of elements of a line of the padded input.
func (p *patches) line() int { return (p.w + 2*p.pad) * p.c }

// inside returns where line y%h of map y/h begins in padded, past its border.
func (p *patches) inside(y int) int {
	return (y/p.h*(p.h+2*p.pad)+y%p.h+p.pad)*p.line() + p.pad*p.c
}

// trivial reports whether the patches are the input itself.
func (p *patches) trivial() bool { return p.kernel == 1 && p.stride == 1 }

// width is the number of elements of one patch, kernel*kernel*C.
func (p *patches) width() int { return p.kernel * p.kernel * p.c }

// chunk is the number of output rows whose patches fill at most columnBudget
// elements, at least 1.
func (p *patches) chunk() int { return max(1, columnBudget/max(1, p.outW*p.width())) }

// columnBudget keeps a chunk of patches, 512 KiB, in half of a 1 MiB second
// level cache.
const columnBudget = 128 << 10

// places is the axis along the places of output rows [from, to).
func (p *patches) places(from, to int) sgemm.Axis {
	return sgemm.Axis{Start: p.rows[from:to], Run: p.outW, Stride: p.stride * p.c}
}

// elements is the axis along a patch.
func (p *patches) elements() sgemm.Axis {
	return sgemm.Axis{Start: p.runs, Run: p.kernel * p.c, Stride: 1}
}

// at returns where the patch of a place begins in padded, counted from output
// row from on.
func (p *patches) at(from, place int) int {
	return p.rows[from+place/p.outW] + place%p.outW*p.stride*p.c
}

// cells sets, for those of the output rows [from, to) whose patches have line
// ky inside the map, lines to where their gradients of out channels begin, from
// row from on, and targets to where that line of the input does. It returns how
// many they are.
func (p *patches) cells(ky, from, to, out int) int {
	p.lines, p.targets = p.lines[:0], p.targets[:0]
	for r := from; r < to; r++ {
		if y := r%p.outH*p.stride + ky - p.pad; y >= 0 && y < p.h {
			p.lines = append(p.lines, (r-from)*p.outW*out)
			p.targets = append(p.targets, (r/p.outH*p.h+y)*p.w*p.c)
		}
	}
	return len(p.lines)
}

// column returns the first output column whose patches have column kx inside
// the map, and how many have.
func (p *patches) column(kx int) (first, run int) {
	first = max(0, (p.pad-kx+p.stride-1)/p.stride)
	last := min(p.outW-1, (p.w-1+p.pad-kx)/p.stride)
	if p.w-1+p.pad-kx < 0 {
		return first, 0
	}
	return first, last - first + 1
}

// gather copies the patches of output rows [from, to) to dst (im2col), one
// patch a row.
func (p *patches) gather(dst []float32, from, to int) {
	for place := range (to - from) * p.outW {
		p.copyPatch(dst[place*p.width():], p.at(from, place))
	}
}

// gatherPlaces copies the patches of some places, counted from output row from
// on.
func (p *patches) gatherPlaces(dst []float32, from int, places []int32) {
	for i, place := range places {
		p.copyPatch(dst[i*p.width():], p.at(from, int(place)))
	}
}

// copyPatch copies the patch that begins at a place in padded to dst.
func (p *patches) copyPatch(dst []float32, at int) {
	run := p.kernel * p.c
	for ky, start := range p.runs {
		copy(dst[ky*run:(ky+1)*run], p.padded[at+start:])
	}
}

// scatter adds the patches of output rows [from, to) to x, the transpose of
// gather (col2im) without the border.
func (p *patches) scatter(x, src []float32, from, to int) {
	for place := range (to - from) * p.outW {
		p.addPatch(x, src[place*p.width():], from, place)
	}
}

// scatterPlaces adds the patches of some places to x, the transpose of
// gatherPlaces without the border.
func (p *patches) scatterPlaces(x, src []float32, from int, places []int32) {
	for i, place := range places {
		p.addPatch(x, src[i*p.width():], from, int(place))
	}
}

// addPatch adds the patch of a place, counted from output row from on, to x
// where it lies inside the map.
func (p *patches) addPatch(x, src []float32, from, place int) {
	r, left := from+place/p.outW, place%p.outW*p.stride-p.pad
	top := r%p.outH*p.stride - p.pad
	first, end := max(left, 0), min(left+p.kernel, p.w)
	for ky := max(0, -top); ky < min(p.kernel, p.h-top); ky++ {
		cells := x[((r/p.outH*p.h+top+ky)*p.w+first)*p.c:][:(end-first)*p.c]
		simd.Add(cells, src[(ky*p.kernel+first-left)*p.c:][:len(cells)])
	}
}
