package logits

import "math"

// The constants are those of the generator, which says where they come from.
// Without FMA, log(2) is split so that its first part's products with integers
// are exact.
const (
	least   = -87
	magic   = 3 << 22
	log2e   = 1.4426950408889634
	ln2High = 0.693359375
	ln2Low  = -2.12194440e-4
)

// exp is the exponential of x + rest for x <= 0 and a far smaller rest, and 0
// below least.
func exp(x, rest float32) float32 {
	if x < least {
		return 0
	}
	y, n := reduced(x, rest)
	return math.Float32frombits(math.Float32bits(1+y) + n<<23)
}

// expm1 is exp(x + rest) - 1 for small x of either sign and a far smaller rest.
func expm1(x, rest float32) float32 {
	y, n := reduced(x, rest)
	scale := math.Float32frombits(math.Float32bits(1) + n<<23)
	return float32(scale*y) + (scale - 1)
}

// reduced is y and n such that exp(x + rest) is 1+y times the power of 2 whose
// exponent n has in its lowest bits.
func reduced(x, rest float32) (y float32, n uint32) {
	shifted := float32(log2e*x) + magic
	whole := shifted - magic
	r := x - float32(ln2High*whole) - float32(ln2Low*whole) + rest
	r2 := float32(r * r)
	y = r + float32(series(0.499999934478, 0.166665206317, 0.0416683880453, 0.00836871687973, 0.00138145986467, r, r2)*r2)
	return y, math.Float32bits(shifted)
}

// log1p is log(1+e) for 0 <= e <= 1.
func log1p(e float32) float32 { return logOf(e / (2 + e)) }

// logOf is log((1+t)/(1-t)).
func logOf(t float32) float32 {
	u := float32(t * t)
	return series(2.00000000792, 0.666663146821, 0.400249102795, 0.279606027472, 0.281783350867, u, float32(u*u)) * t
}

// logarithm is log(1+y) for y >= 0.
func logarithm(y float32) float32 {
	if !(y > 1) {
		return log1p(y)
	}
	bits := math.Float32bits(1+y) - rootHalf
	fraction := math.Float32frombits(bits&(1<<23-1) + rootHalf)
	return logOf((fraction-1)/(fraction+1)) + float32(float32(int32(bits)>>23)*math.Ln2)
}

// rootHalf is the least fraction that logarithm leaves.
var rootHalf = math.Float32bits(math.Sqrt2 / 2)

// series is the polynomial with coefficients a to e at x, whose square is x2.
func series(a, b, c, d, e, x, x2 float32) float32 {
	return a + float32(b*x) + float32((c+float32(d*x)+float32(e*x2))*x2)
}

// lanes are the partial sums of a row.
type lanes [16]float32

// total adds the upper half to the lower until one is left.
func (s *lanes) total() float32 {
	for n := len(s) / 2; n > 0; n /= 2 {
		for k := range n {
			s[k] += s[k+n]
		}
	}
	return s[0]
}
