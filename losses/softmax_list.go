package losses

import "detsample/internal/logits"

// softBlock is the most rows that go to a kernel at once.
const softBlock = 32

// softList lists rows over exclusive columns that go to the kernels together, and
// what each has once. The exponentials are those of the logits less the largest.
type softList struct {
	n    int
	rows [softBlock]logits.SoftmaxRow

	margin, rest  [softBlock]float32 // of the true column from the largest logit, and the sum of the other exponentials
	hit, nll, log [softBlock]float32 // its exponential, -log p, and the logarithm of the sum of all
}

// evaluate takes the exponentials of the listed rows of x, see
// [logits.SoftmaxRows], and what each row has once.
func (s *softList) evaluate(exps, x []float32, columns int, adds logits.Spread, next []float32) {
	rows := s.rows[:s.n]
	logits.SoftmaxRows(exps, x, columns, rows, adds, next)
	for i := range rows {
		r := &rows[i]
		s.margin[i], s.rest[i] = x[int(r.Row)*columns+int(r.Truth)]-r.Top, r.Rest
	}
	n := (s.n + 15) &^ 15
	logits.SoftmaxValues(s.nll[:n], s.log[:n], s.hit[:n], s.margin[:n], s.rest[:n])
}

// sum is that of the exponentials of the i-th row.
func (s *softList) sum(i int) float64 { return float64(s.hit[i]) + float64(s.rest[i]) }
