package losses

import (
	"math"

	"detsample/internal/logits"
	"detsample/internal/reuse"
)

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

// columnSlopes adds up, for a [columnBalance], the gradients' sizes of rows that
// a kernel evaluated: few rows at a time in float32.
type columnSlopes struct {
	state columnBalance
	sum   []float32 // of negatives
	rows  int
}

// start takes a run's memory, which may be none.
func (c *columnSlopes) start(state columnBalance, columns int) {
	c.state, c.rows = state, 0
	c.sum = reuse.Grow(c.sum, columns)
	clear(c.sum)
}

// seen adds the slopes of a row whose true column is truth, or -1.
func (c *columnSlopes) seen(slope []float32, truth int) {
	if len(c.state) == 0 {
		return
	}
	if truth >= 0 {
		own := slope[truth]
		c.state.add(truth, true, math.Abs(float64(own)))
		slope[truth] = 0
		defer func() { slope[truth] = own }()
	}
	logits.AddMagnitudes(c.sum, slope)
	if c.rows++; c.rows == 16 {
		c.flush()
	}
}

// flush hands the sums over.
func (c *columnSlopes) flush() {
	c.rows = 0
	if len(c.state) == 0 {
		return
	}
	for k, v := range c.sum {
		c.state.add(k, false, float64(v))
	}
	clear(c.sum)
}

// update sets every column's factor from its ratio of positive to negative
// gradients.
func (s columnBalance) update(factor func(ratio float64) float64) {
	columns := len(s) / 3
	for k := range columns {
		s[k] = factor(s[columns+k] / (s[2*columns+k] + 1e-10))
	}
}
