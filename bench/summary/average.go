package summary

// mean returns the mean of a figure over the runs, or what was measured in each,
// in which it is defined, -1 for none.
func mean[T any](runs []T, figure func(T) float64) float64 {
	sum, n := 0.0, 0.0
	for _, r := range runs {
		if v := figure(r); v >= 0 {
			sum, n = sum+v, n+1
		}
	}
	if n == 0 {
		return -1
	}
	return sum / n
}
