package nn

import "math"

// reference is a layer in float64, by the formula and nothing else.
type reference interface {
	forward(x map64, params [][]float64) map64
	backward(x map64, params [][]float64, grad map64) (dx map64, dparams [][]float64)
}

// map64 is a Tensor in float64.
type map64 struct {
	n, h, w, c int
	data       []float64
}

func newMap64(n, h, w, c int) map64 { return map64{n, h, w, c, make([]float64, n*h*w*c)} }

func (m map64) at(n, y, x, c int) *float64 { return &m.data[((n*m.h+y)*m.w+x)*m.c+c] }

// each calls do for every element.
func (m map64) each(do func(n, y, x, c int)) {
	for n := range m.n {
		for y := range m.h {
			for x := range m.w {
				for c := range m.c {
					do(n, y, x, c)
				}
			}
		}
	}
}

// masked returns grad where the ReLU's output is positive and 0 elsewhere.
func masked(on bool, grad, out map64) map64 {
	g := newMap64(grad.n, grad.h, grad.w, grad.c)
	for i, v := range grad.data {
		if !on || out.data[i] > 0 {
			g.data[i] = v
		}
	}
	return g
}

func rectify(on bool, m map64) map64 {
	for i, v := range m.data {
		if on {
			m.data[i] = math.Max(v, 0)
		}
	}
	return m
}

func zerosLike(params [][]float64) [][]float64 {
	zeros := make([][]float64, len(params))
	for i, p := range params {
		zeros[i] = make([]float64, len(p))
	}
	return zeros
}

type refConv struct{ ConvConfig }

// taps calls do for every product of the convolution, with the index of its
// weight.
func (r refConv) taps(x, out map64, do func(in, o *float64, weight int)) {
	out.each(func(n, y, ox, o int) {
		for i := range r.Kernel {
			for j := range r.Kernel {
				iy, ix := y*r.Stride+i-r.Kernel/2, ox*r.Stride+j-r.Kernel/2
				if iy < 0 || iy >= x.h || ix < 0 || ix >= x.w {
					continue
				}
				for c := range r.In {
					do(x.at(n, iy, ix, c), out.at(n, y, ox, o), ((i*r.Kernel+j)*r.In+c)*r.Out+o)
				}
			}
		}
	})
}

func (r refConv) forward(x map64, params [][]float64) map64 {
	out := newMap64(x.n, (x.h-1)/r.Stride+1, (x.w-1)/r.Stride+1, r.Out)
	if !r.NoBias {
		out.each(func(n, y, x, c int) { *out.at(n, y, x, c) = params[1][c] })
	}
	r.taps(x, out, func(in, o *float64, weight int) { *o += *in * params[0][weight] })
	return rectify(r.ReLU, out)
}

func (r refConv) backward(x map64, params [][]float64, grad map64) (map64, [][]float64) {
	g := masked(r.ReLU, grad, r.forward(x, params))
	dx, dparams := newMap64(x.n, x.h, x.w, x.c), zerosLike(params)
	if !r.NoBias {
		g.each(func(n, y, x, c int) { dparams[1][c] += *g.at(n, y, x, c) })
	}
	r.taps(x, g, func(in, o *float64, weight int) { dparams[0][weight] += *in * *o })
	r.taps(dx, g, func(in, o *float64, weight int) { *in += *o * params[0][weight] })
	return dx, dparams
}

type refLinear struct{ LinearConfig }

// conv is the linear layer as a 1x1 convolution of a map of one place.
func (r refLinear) conv(x map64) (refConv, map64) {
	return refConv{ConvConfig{In: r.In, Out: r.Out, Kernel: 1, Stride: 1, ReLU: r.ReLU, NoBias: r.NoBias}},
		map64{x.n, 1, 1, r.In, x.data}
}

func (r refLinear) forward(x map64, params [][]float64) map64 {
	conv, row := r.conv(x)
	return conv.forward(row, params)
}

func (r refLinear) backward(x map64, params [][]float64, grad map64) (map64, [][]float64) {
	conv, row := r.conv(x)
	dx, dparams := conv.backward(row, params, grad)
	return map64{x.n, x.h, x.w, x.c, dx.data}, dparams
}

// refUpsampleAdd takes the coarse map as its only parameter.
type refUpsampleAdd struct{}

func (refUpsampleAdd) coarse(fine map64, data []float64) map64 {
	return map64{fine.n, (fine.h + 1) / 2, (fine.w + 1) / 2, fine.c, data}
}

func (r refUpsampleAdd) forward(fine map64, params [][]float64) map64 {
	out, coarse := newMap64(fine.n, fine.h, fine.w, fine.c), r.coarse(fine, params[0])
	out.each(func(n, y, x, c int) { *out.at(n, y, x, c) = *fine.at(n, y, x, c) + *coarse.at(n, y/2, x/2, c) })
	return out
}

func (r refUpsampleAdd) backward(fine map64, params [][]float64, grad map64) (map64, [][]float64) {
	dparams := zerosLike(params)
	coarse := r.coarse(fine, dparams[0])
	grad.each(func(n, y, x, c int) { *coarse.at(n, y/2, x/2, c) += *grad.at(n, y, x, c) })
	return grad, dparams
}

type refGroupNorm struct{ GroupNormConfig }

// group calls do with the elements of each group of each map.
func (r refGroupNorm) group(x map64, do func(elements []*float64, first int)) {
	size := r.Channels / r.Groups
	for n := range x.n {
		for k := range r.Groups {
			var elements []*float64
			for y := range x.h {
				for col := range x.w {
					for c := range size {
						elements = append(elements, x.at(n, y, col, k*size+c))
					}
				}
			}
			do(elements, k*size)
		}
	}
}

// normalised returns xhat and, for each element, 1/sqrt(v+eps).
func (r refGroupNorm) normalised(x map64) (xhat, rstd map64) {
	xhat, rstd = newMap64(x.n, x.h, x.w, x.c), newMap64(x.n, x.h, x.w, x.c)
	copy(xhat.data, x.data)
	r.group(xhat, func(elements []*float64, _ int) {
		var mean, variance float64
		for _, e := range elements {
			mean += *e / float64(len(elements))
		}
		for _, e := range elements {
			variance += (*e - mean) * (*e - mean) / float64(len(elements))
		}
		for _, e := range elements {
			*e = (*e - mean) / math.Sqrt(variance+r.Epsilon)
		}
	})
	copy(rstd.data, x.data)
	r.group(rstd, func(elements []*float64, _ int) {
		var sum, squares float64
		for _, e := range elements {
			sum += *e / float64(len(elements))
			squares += *e * *e / float64(len(elements))
		}
		for _, e := range elements {
			*e = 1 / math.Sqrt(squares-sum*sum+r.Epsilon)
		}
	})
	return xhat, rstd
}

func (r refGroupNorm) forward(x map64, params [][]float64) map64 {
	out, _ := r.normalised(x)
	out.each(func(n, y, x, c int) {
		*out.at(n, y, x, c) = *out.at(n, y, x, c)*params[0][c] + params[1][c]
	})
	return rectify(r.ReLU, out)
}

func (r refGroupNorm) backward(x map64, params [][]float64, grad map64) (map64, [][]float64) {
	g := masked(r.ReLU, grad, r.forward(x, params))
	xhat, rstd := r.normalised(x)
	dx, dparams := newMap64(x.n, x.h, x.w, x.c), zerosLike(params)
	products := newMap64(x.n, x.h, x.w, x.c)
	g.each(func(n, y, x, c int) {
		dparams[0][c] += *g.at(n, y, x, c) * *xhat.at(n, y, x, c)
		dparams[1][c] += *g.at(n, y, x, c)
		*dx.at(n, y, x, c) = *g.at(n, y, x, c) * params[0][c]
		*products.at(n, y, x, c) = *dx.at(n, y, x, c) * *xhat.at(n, y, x, c)
	})
	average := func(elements []*float64, _ int) {
		var mean float64
		for _, e := range elements {
			mean += *e / float64(len(elements))
		}
		for _, e := range elements {
			*e = mean
		}
	}
	means := newMap64(x.n, x.h, x.w, x.c)
	copy(means.data, dx.data)
	r.group(means, average)
	r.group(products, average)
	for i := range dx.data {
		dx.data[i] = (dx.data[i] - means.data[i] - xhat.data[i]*products.data[i]) * rstd.data[i]
	}
	return dx, dparams
}
