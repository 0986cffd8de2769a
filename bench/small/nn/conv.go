package nn

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"

	"detsample/internal/reuse"
	"detsample/internal/sgemm"
)

// ConvConfig describes a convolution.
type ConvConfig struct {
	Name        string // prefix of the parameters' names
	In, Out     int    // channels
	Kernel      int    // side of the square kernel, odd
	Stride      int    // 1 or more
	ReLU        bool   // clamp the output at 0
	NoBias      bool   // leave the bias out, as before a GroupNorm
	NoInputGrad bool   // the first layer: Backward returns an empty tensor
}

// Conv is a two-dimensional convolution (cross-correlation, as in every
// network library) with zero padding (Kernel-1)/2:
//
//	out[n,y,x,o] = b[o] + sum over i,j,c of in[n, y*Stride+i-pad, x*Stride+j-pad, c] W[i,j,c,o]
//
// for an output of ceil(H/Stride) x ceil(W/Stride). W has the shape Kernel x
// Kernel x In x Out. It is computed as a matrix product of patches and W, a
// few output rows at a time so that what they read stays in cache. The patches
// are multiplied where they lie, in a copy of the input with a border of
// zeros; an engine that cannot do so, gonum's, gets copies of them.
type Conv struct {
	affine
	cfg          ConvConfig
	patches      patches
	x, out, grad Tensor

	marked []bool  // see reads
	read   []int32 // likewise
}

var _ Layer = (*Conv)(nil)

// NewConv returns a layer with weights drawn from rng (standard deviation
// [heStd] with a ReLU, [xavierStd] without; the fan in is Kernel*Kernel*In) and
// a zero bias. It panics if a size is not positive or the kernel is even.
func NewConv(w *Work, cfg ConvConfig, rng *rand.Rand) *Conv {
	if cfg.Kernel < 1 || cfg.Kernel%2 == 0 || cfg.Stride < 1 {
		panic(fmt.Sprintf("nn: NewConv: %s has kernel %d and stride %d, want an odd kernel and a positive stride", cfg.Name, cfg.Kernel, cfg.Stride))
	}
	fanIn := cfg.Kernel * cfg.Kernel * cfg.In
	return &Conv{
		affine: newAffine(w, cfg.Name, fanIn, cfg.Out, cfg.ReLU, cfg.NoBias, rng, cfg.Kernel, cfg.Kernel, cfg.In, cfg.Out),
		cfg:    cfg,
	}
}

// Forward implements [Layer]. It panics if x does not have In channels.
func (c *Conv) Forward(x Tensor) Tensor {
	c.begin("Conv.Forward", x)
	p := &c.patches
	for from, step := 0, p.chunk(); from < len(p.rows); from += step {
		to := min(from+step, len(p.rows))
		c.output(c.slice(c.out.Data, from, to), from, to)
	}
	return c.out
}

// begin lays the kernel over x and makes room for the output.
func (c *Conv) begin(method string, x Tensor) {
	x.check(method)
	if x.C != c.cfg.In {
		panic(fmt.Sprintf("nn: %s: %s takes %d channels, got shape %s", method, c.weight.Name, c.cfg.In, x.shape()))
	}
	c.x = x
	c.patches.lay(c.cfg.Kernel, c.cfg.Stride, x)
	c.out = c.out.reshape(x.N, c.patches.outH, c.patches.outW, c.cfg.Out)
}

// Backward implements [Layer]: with P the patches and G the gradient, zero
// where the ReLU was, dW += P^T G, db += 1^T G, and dX gathers G W^T from
// every patch that an input place is part of.
func (c *Conv) Backward(grad Tensor) Tensor {
	checkGrad("Conv.Backward", grad, c.out)
	p := &c.patches
	if !c.cfg.NoInputGrad {
		c.grad = c.grad.reshape(c.x.N, c.x.H, c.x.W, c.x.C)
		if !p.trivial() {
			clear(c.grad.Data)
		}
	}
	for from, step := 0, p.chunk(); from < len(p.rows); from += step {
		to := min(from+step, len(p.rows))
		g := c.slice(grad.Data, from, to)
		c.through(g, c.slice(c.out.Data, from, to))
		if live, few := c.live(g); few {
			if !c.cfg.NoInputGrad && p.trivial() {
				clear(c.grad.Data[from*p.w*p.c : to*p.w*p.c])
			}
			c.backwardLive(g, live, from)
			continue
		}
		c.addPatchesGrad(g, from, to)
		if !c.cfg.NoInputGrad {
			c.addInputGrad(g, from, to)
		}
	}
	if c.cfg.NoInputGrad {
		return Tensor{}
	}
	return c.grad
}

// output computes the output rows [from, to).
func (c *Conv) output(out []float32, from, to int) {
	p := &c.patches
	places := (to - from) * p.outW
	if c.work.views == nil || p.trivial() {
		c.apply(out, c.columns(from, to), places)
		return
	}
	patches := sgemm.View{Data: p.padded, Rows: p.places(from, to), Columns: p.elements()}
	c.work.views.Product(blas.NoTrans, places, c.fanOut, c.fanIn, patches, c.weight.Value, c.fanOut, 0, out, sgemm.Lines(places, c.fanOut))
	c.activate(out)
}

// addPatchesGrad adds what the output rows [from, to) with gradient g
// contribute to dL/dW.
func (c *Conv) addPatchesGrad(g []float32, from, to int) {
	p := &c.patches
	places := (to - from) * p.outW
	if c.work.views == nil || p.trivial() {
		c.addWeightGrad(c.columns(from, to), g, places)
		return
	}
	patches := sgemm.View{Data: p.padded, Rows: p.elements(), Columns: p.places(from, to)}
	c.work.views.Product(blas.NoTrans, c.fanIn, c.fanOut, places, patches, g, c.fanOut, 1, c.weight.Grad, sgemm.Lines(c.fanIn, c.fanOut))
}

// columns returns the patches of output rows [from, to), a row each.
func (c *Conv) columns(from, to int) []float32 {
	p := &c.patches
	if p.trivial() {
		return c.x.Data[from*p.w*p.c : to*p.w*p.c]
	}
	columns := c.scratch((to - from) * p.outW)
	p.gather(columns, from, to)
	return columns
}

// addInputGrad adds what the output rows [from, to) with gradient g
// contribute to dL/dx.
func (c *Conv) addInputGrad(g []float32, from, to int) {
	p := &c.patches
	places := (to - from) * p.outW
	switch {
	case p.trivial():
		c.inputGrad(c.grad.Data[from*p.w*p.c:to*p.w*p.c], g, places)
	case c.work.views != nil && sgemm.Depth(c.fanOut) == c.fanOut:
		c.addInputGradInPlace(g, from, to)
	default:
		columns := c.scratch(places)
		c.inputGrad(columns, g, places)
		p.scatter(c.grad.Data, columns, from, to)
	}
}

// addInputGradInPlace does so without patches in between: one product for each
// of a patch's places, which reaches every element of dL/dx at most once. From
// the last place to the first, an element's sum has the order of the patches
// that it is part of.
func (c *Conv) addInputGradInPlace(g []float32, from, to int) {
	p := &c.patches
	for ky := p.kernel - 1; ky >= 0; ky-- {
		lines := p.cells(ky, from, to, c.cfg.Out)
		for kx := p.kernel - 1; kx >= 0; kx-- {
			first, run := p.column(kx)
			if lines == 0 || run <= 0 {
				continue
			}
			grads := sgemm.View{
				Data:    g[first*c.cfg.Out:],
				Rows:    sgemm.Axis{Start: p.lines, Run: run, Stride: c.cfg.Out},
				Columns: sgemm.Lines(c.fanOut, 1),
			}
			cells := sgemm.Axis{Start: p.targets, Run: run, Stride: p.stride * p.c}
			weight := c.weight.Value[(ky*p.kernel+kx)*p.c*c.fanOut:]
			c.work.views.Product(blas.Trans, lines*run, p.c, c.fanOut, grads, weight, c.fanOut,
				1, c.grad.Data[(first*p.stride+kx-p.pad)*p.c:], cells)
		}
	}
}

// scratch returns the run's shared memory for the patches of some places.
func (c *Conv) scratch(places int) []float32 {
	c.work.columns = reuse.Grow(c.work.columns, places*c.patches.width())
	return c.work.columns
}

// slice returns output rows [from, to) of data.
func (c *Conv) slice(data []float32, from, to int) []float32 {
	line := c.patches.outW * c.cfg.Out
	return data[from*line : to*line]
}

// Params implements [Layer]: the weight, then the bias.
func (c *Conv) Params() []*Param { return c.params() }

// Weight returns the Kernel x Kernel x In x Out weight.
func (c *Conv) Weight() *Param { return c.weight }

// Bias returns the bias of Out elements, nil if there is none.
func (c *Conv) Bias() *Param { return c.bias }

// Share implements [Layer].
func (c *Conv) Share() Layer { return &Conv{affine: c.affine, cfg: c.cfg} }
