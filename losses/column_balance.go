package losses

// columnBalance is the memory of a loss that balances columns by the gradients
// they got so far: three numbers for each column, in three rows. The first is
// what the loss derives from them for the next step, then the sums of the
// gradients' sizes where the column was true and where it was not.
type columnBalance []float64

func newColumnBalance(columns int, factor float64) columnBalance {
	s := make(columnBalance, 3*columns)
	for k := range columns {
		s[k] = factor
	}
	return s
}

// factor returns a column's factor, or fresh without a memory.
func (s columnBalance) factor(column int, fresh float64) float64 {
	if len(s) == 0 {
		return fresh
	}
	return s[column]
}

// add takes in the size of a gradient.
func (s columnBalance) add(column int, positive bool, size float64) {
	if len(s) == 0 {
		return
	}
	row := 2
	if positive {
		row = 1
	}
	s[row*len(s)/3+column] += size
}

// update sets every column's factor from its ratio of positive to negative
// gradients.
func (s columnBalance) update(factor func(ratio float64) float64) {
	columns := len(s) / 3
	for k := range columns {
		s[k] = factor(s[columns+k] / (s[2*columns+k] + 1e-10))
	}
}
