package likeness

import "math"

// Divergence returns Kullback and Leibler's divergence of p's normalised weights
// from q's, in nats. Where q has none, it counts as float32's least.
func Divergence(p, q []float32) float64 {
	var sp, sq float64
	for j := range p {
		sp, sq = sp+float64(p[j]), sq+float64(q[j])
	}
	sum := 0.0
	for j := range p {
		if p[j] > 0 {
			a, b := float64(p[j])/sp, max(float64(q[j]), math.SmallestNonzeroFloat32)/sq
			sum += a * math.Log(a/b)
		}
	}
	return sum
}
