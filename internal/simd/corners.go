package simd

import "fmt"

// Blend adds the weighted sum of four slices to dst,
//
//	dst[i] = dst[i] + w[0] a[i] + w[1] b[i] + w[2] c[i] + w[3] d[i],
//
// from the left: bilinear interpolation between the features of four cells.
// It panics if the slices are not as long as dst.
func Blend(dst, a, b, c, d []float32, w [4]float32) {
	checkCorners("Blend", len(dst), a, b, c, d)
	n := blendVectors(dst, a, b, c, d, w)
	for i := n; i < len(dst); i++ {
		dst[i] = dst[i] + float32(w[0]*a[i]) + float32(w[1]*b[i]) + float32(w[2]*c[i]) + float32(w[3]*d[i])
	}
}

// Spread adds src to four slices by their weights, a first, the transpose of
// [Blend]. Slices may be the same, but not overlap otherwise. It panics if
// they are not as long as src.
func Spread(a, b, c, d []float32, w [4]float32, src []float32) {
	checkCorners("Spread", len(src), a, b, c, d)
	n := spreadVectors(a, b, c, d, w, src)
	for i := n; i < len(src); i++ {
		x := src[i]
		a[i] += float32(w[0] * x)
		b[i] += float32(w[1] * x)
		c[i] += float32(w[2] * x)
		d[i] += float32(w[3] * x)
	}
}

func checkCorners(method string, n int, a, b, c, d []float32) {
	if len(a) != n || len(b) != n || len(c) != n || len(d) != n {
		panic(fmt.Sprintf("simd: %s: %d, %d, %d and %d elements for %d", method, len(a), len(b), len(c), len(d), n))
	}
}
