package losses

// classWeight returns the weight of a column, 1 where the list has none.
func classWeight(weight []float64, column int) float64 {
	if column >= 0 && column < len(weight) {
		return weight[column]
	}
	return 1
}
