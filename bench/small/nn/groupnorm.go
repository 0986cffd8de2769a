package nn

import (
	"fmt"
	"math"

	"detsample/internal/reuse"
	"detsample/internal/simd"
)

// GroupNormConfig describes a group normalisation.
type GroupNormConfig struct {
	Name     string  // prefix of the parameters' names
	Channels int     // of the input
	Groups   int     // a divisor of Channels; 1 is layer norm, Channels instance norm
	Epsilon  float64 // added to the variance; 1e-5 is usual
	ReLU     bool    // clamp the output at 0
}

// GroupNorm normalises each map over its places and the channels of a group
// (Wu and He 2018): with mean m and variance v of the group,
//
//	out = gamma (x - m)/sqrt(v + Epsilon) + beta,
//
// gamma and beta per channel, 1 and 0 at the start. It does not depend on the
// batch, so training and evaluation are the same.
type GroupNorm struct {
	cfg          GroupNormConfig
	gamma, beta  *Param
	x, out, grad Tensor
	mean, rstd   []float32 // per map and group, of the last Forward
	scale, shift []float32 // per channel, of one map at a time
	dot, total   []float32 // per channel, sums of grad*xhat and grad
}

var _ Layer = (*GroupNorm)(nil)

// NewGroupNorm returns a layer with gamma 1 and beta 0. It panics if Groups
// does not divide Channels.
func NewGroupNorm(cfg GroupNormConfig) *GroupNorm {
	if cfg.Groups < 1 || cfg.Channels%cfg.Groups != 0 {
		panic(fmt.Sprintf("nn: NewGroupNorm: %s: %d groups do not divide %d channels", cfg.Name, cfg.Groups, cfg.Channels))
	}
	gamma := NewParam(cfg.Name+".gamma", false, cfg.Channels)
	gamma.Fill(1)
	return newGroupNorm(cfg, gamma, NewParam(cfg.Name+".beta", false, cfg.Channels))
}

// newGroupNorm returns a layer with these parameters and its own buffers.
func newGroupNorm(cfg GroupNormConfig, gamma, beta *Param) *GroupNorm {
	c := cfg.Channels
	return &GroupNorm{
		cfg: cfg, gamma: gamma, beta: beta,
		scale: make([]float32, c), shift: make([]float32, c),
		dot: make([]float32, c), total: make([]float32, c),
	}
}

// Forward implements [Layer]. It panics if x does not have Channels channels.
func (g *GroupNorm) Forward(x Tensor) Tensor {
	x.check("GroupNorm.Forward")
	if x.C != g.cfg.Channels {
		panic(fmt.Sprintf("nn: GroupNorm.Forward: %s takes %d channels, got shape %s", g.gamma.Name, g.cfg.Channels, x.shape()))
	}
	g.x = x
	g.out = g.out.reshape(x.N, x.H, x.W, x.C)
	g.mean = reuse.Grow(g.mean, x.N*g.cfg.Groups)
	g.rstd = reuse.Grow(g.rstd, x.N*g.cfg.Groups)
	for n := range x.N {
		in, out := x.Image(n).Data, g.out.Image(n).Data
		g.moments(n, in)
		for c := range x.C {
			mean, rstd := g.stats(n, c)
			g.scale[c] = rstd * g.gamma.Value[c]
			g.shift[c] = g.beta.Value[c] - mean*g.scale[c]
		}
		scaleShift(out, in, g.scale, g.shift)
		if g.cfg.ReLU {
			relu(out)
		}
	}
	return g.out
}

// moments sets the mean and the inverse deviation of map n's groups, by two
// passes: the squares are of differences from the mean.
func (g *GroupNorm) moments(n int, in []float32) {
	size := g.cfg.Channels / g.cfg.Groups
	count := float64(len(in) / g.cfg.Groups)
	clear(g.total)
	simd.AddColSums(g.total, in)
	for k := range g.cfg.Groups {
		mean := sumOf(g.total[k*size:][:size]) / count
		g.mean[n*g.cfg.Groups+k] = float32(mean)
	}
	for c := range g.shift {
		g.shift[c], _ = g.stats(n, c)
	}
	clear(g.total)
	addSquaredDistances(g.total, in, g.shift)
	for k := range g.cfg.Groups {
		variance := sumOf(g.total[k*size:][:size]) / count
		g.rstd[n*g.cfg.Groups+k] = float32(1 / math.Sqrt(variance+g.cfg.Epsilon))
	}
}

// stats returns mean and inverse deviation of channel c's group in map n.
func (g *GroupNorm) stats(n, c int) (mean, rstd float32) {
	at := n*g.cfg.Groups + c*g.cfg.Groups/g.cfg.Channels
	return g.mean[at], g.rstd[at]
}

// Backward implements [Layer]: with xhat the normalised input, h = grad*gamma
// and averages over the group,
//
//	dx = (h - avg(h) - xhat avg(h xhat))/sqrt(v + Epsilon),
//	dgamma += sum of grad xhat,  dbeta += sum of grad.
func (g *GroupNorm) Backward(grad Tensor) Tensor {
	checkGrad("GroupNorm.Backward", grad, g.out)
	g.grad = g.grad.reshape(grad.N, grad.H, grad.W, grad.C)
	for n := range grad.N {
		dy, in := grad.Image(n).Data, g.x.Image(n).Data
		if g.cfg.ReLU {
			simd.ReLUBackward(dy, g.out.Image(n).Data)
		}
		g.sums(n, dy, in)
		simd.Add(g.gamma.Grad, g.dot)
		simd.Add(g.beta.Grad, g.total)
		g.inputGrad(n, g.grad.Image(n).Data, dy, in)
	}
	return g.grad
}

// sums sets, per channel of map n, total to the sum of dy and dot to that of
// dy xhat.
func (g *GroupNorm) sums(n int, dy, in []float32) {
	for c := range g.shift {
		g.shift[c], g.scale[c] = g.stats(n, c)
	}
	clear(g.total)
	clear(g.dot)
	simd.AddColSums(g.total, dy)
	addCenteredProducts(g.dot, dy, in, g.shift)
	for c, rstd := range g.scale {
		g.dot[c] *= rstd
	}
}

// inputGrad writes dx of map n as a dy + b x + c with coefficients a, b and c
// per channel, from the sums.
func (g *GroupNorm) inputGrad(n int, dx, dy, in []float32) {
	size := g.cfg.Channels / g.cfg.Groups
	count := float64(len(in) / g.cfg.Groups)
	for k := range g.cfg.Groups {
		var h, hx float64
		for c := k * size; c < (k+1)*size; c++ {
			gamma := float64(g.gamma.Value[c])
			h += gamma * float64(g.total[c])
			hx += gamma * float64(g.dot[c])
		}
		mean, rstd := float64(g.mean[n*g.cfg.Groups+k]), float64(g.rstd[n*g.cfg.Groups+k])
		slope := -rstd * rstd * hx / count
		for c := k * size; c < (k+1)*size; c++ {
			g.scale[c] = float32(rstd) * g.gamma.Value[c]
			g.dot[c] = float32(slope)
			g.shift[c] = float32(-rstd*h/count - slope*mean)
		}
	}
	combine(dx, dy, in, g.scale, g.dot, g.shift)
}

// Params implements [Layer]: gamma, then beta.
func (g *GroupNorm) Params() []*Param { return []*Param{g.gamma, g.beta} }

// Share implements [Layer].
func (g *GroupNorm) Share() Layer { return newGroupNorm(g.cfg, g.gamma, g.beta) }
