package nn

import "math"

// addTo computes dst += src.
func addTo(dst, src []float32) {
	src = src[:len(dst)]
	for i := range dst {
		dst[i] += src[i]
	}
}

// sum computes dst = a + b.
func sum(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

// scale computes x *= by.
func scale(x []float32, by float32) {
	for i := range x {
		x[i] *= by
	}
}

// relu computes x = max(x, 0), NaN where x is.
func relu(x []float32) {
	for i, v := range x {
		x[i] = max(v, 0)
	}
}

// addBias adds bias to every row of x, a matrix of len(bias) columns.
func addBias(x, bias []float32) {
	for ; len(x) > 0; x = x[len(bias):] {
		addTo(x[:len(bias)], bias)
	}
}

// addBiasReLU computes x = max(x + bias, 0) for every row of x, a matrix of
// len(bias) columns.
func addBiasReLU(x, bias []float32) {
	for ; len(x) > 0; x = x[len(bias):] {
		row := x[:len(bias)]
		for i, b := range bias {
			row[i] = max(row[i]+b, 0)
		}
	}
}

// maskReLU zeroes grad where the ReLU's output y is 0, of either sign. Without
// a branch: signs are close to random, and a mispredicted jump costs more than
// the mask.
func maskReLU(grad, y []float32) {
	y = y[:len(grad)]
	for i, g := range grad {
		magnitude := int32(math.Float32bits(y[i]) << 1)
		grad[i] = math.Float32frombits(math.Float32bits(g) & uint32((magnitude|-magnitude)>>31))
	}
}

// addColumnSums adds the sum of the rows of x, a matrix of len(dst) columns,
// to dst, four rows at a time.
func addColumnSums(dst, x []float32) {
	n := len(dst)
	for ; len(x) >= 4*n; x = x[4*n:] {
		a, b, c, d := x[:n], x[n:][:n], x[2*n:][:n], x[3*n:][:n]
		for i := range dst {
			dst[i] += (a[i] + b[i]) + (c[i] + d[i])
		}
	}
	for ; len(x) > 0; x = x[n:] {
		addTo(dst, x[:n])
	}
}

// sumSquares returns the sum of x*x.
func sumSquares(x []float32) float64 {
	var a, b, c, d float64
	for ; len(x) >= 4; x = x[4:] {
		a += float64(x[0]) * float64(x[0])
		b += float64(x[1]) * float64(x[1])
		c += float64(x[2]) * float64(x[2])
		d += float64(x[3]) * float64(x[3])
	}
	for _, v := range x {
		a += float64(v) * float64(v)
	}
	return (a + b) + (c + d)
}

// blend moves dst towards src: dst += (src - dst) * by.
func blend(dst, src []float32, by float32) {
	src = src[:len(dst)]
	for i, d := range dst {
		dst[i] = d + (src[i]-d)*by
	}
}

// sumOf returns the sum of x.
func sumOf(x []float32) float64 {
	var total float64
	for _, v := range x {
		total += float64(v)
	}
	return total
}

// scaleShift computes dst = x*scale + shift for every row of x, a matrix of
// len(scale) columns.
func scaleShift(dst, x, scale, shift []float32) {
	shift = shift[:len(scale)]
	for ; len(x) > 0; dst, x = dst[len(scale):], x[len(scale):] {
		from, to := x[:len(scale)], dst[:len(scale)]
		for i, s := range scale {
			to[i] = from[i]*s + shift[i]
		}
	}
}

// addSquaredDistances adds the sum over the rows of x of (x - center)^2 to
// dst, column by column.
func addSquaredDistances(dst, x, center []float32) {
	center = center[:len(dst)]
	for ; len(x) > 0; x = x[len(dst):] {
		row := x[:len(dst)]
		for i, m := range center {
			dst[i] += (row[i] - m) * (row[i] - m)
		}
	}
}

// addCenteredProducts adds the sum over the rows of y*(x - center) to dst,
// column by column.
func addCenteredProducts(dst, y, x, center []float32) {
	center = center[:len(dst)]
	for ; len(x) > 0; x, y = x[len(dst):], y[len(dst):] {
		a, b := x[:len(dst)], y[:len(dst)]
		for i, m := range center {
			dst[i] += b[i] * (a[i] - m)
		}
	}
}

// combine computes dst = y*a + x*b + c for every row of x and y, matrices of
// len(a) columns.
func combine(dst, y, x, a, b, c []float32) {
	n := len(a)
	b, c = b[:n], c[:n]
	for ; len(x) > 0; dst, y, x = dst[n:], y[n:], x[n:] {
		to, p, q := dst[:n], y[:n], x[:n]
		for i, s := range a {
			to[i] = p[i]*s + q[i]*b[i] + c[i]
		}
	}
}
