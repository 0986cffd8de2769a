package nn

// scale computes x *= by.
func scale(x []float32, by float32) {
	for i := range x {
		x[i] *= by
	}
}

// shrink computes x -= x*by.
func shrink(x []float32, by float32) {
	for i, v := range x {
		x[i] = v - v*by
	}
}

// relu computes x = max(x, 0), NaN where x is.
func relu(x []float32) {
	for i, v := range x {
		x[i] = max(v, 0)
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
