package logits

import "math"

// Magnitude is the sum of the absolute values of x: in float64 where they are
// few, else over the lanes of a vector.
func Magnitude(x []float32) float64 {
	if len(x) >= 16 {
		return wideMagnitude(x)
	}
	sum := 0.0
	for _, v := range x {
		sum += math.Abs(float64(v))
	}
	return sum
}

// wideMagnitude is the sum over sixteen lanes.
func wideMagnitude(x []float32) float64 {
	if sum, ok := magnitudeVector(x); ok {
		return float64(sum)
	}
	return float64(magnitude(x))
}

// magnitude is wideMagnitude in Go.
func magnitude(x []float32) float32 {
	var sum lanes
	for k, v := range x {
		sum[k%len(sum)] += math.Float32frombits(math.Float32bits(v) &^ (1 << 31))
	}
	return sum.total()
}

// Sum is the sum of x over sixteen lanes.
func Sum(x []float32) float32 {
	if len(x) > 0 {
		if sum, ok := sumVector(x); ok {
			return sum
		}
	}
	return sum(x)
}

// sum is Sum in Go.
func sum(x []float32) float32 {
	var s lanes
	for k, v := range x {
		s[k%len(s)] += v
	}
	return s.total()
}
