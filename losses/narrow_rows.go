package losses

import (
	"detsample/anchors"
	"detsample/internal/logits"
)

// narrow is the number of columns below which rows are put together, so that
// vectors are full.
const narrow = 4

// narrowRows are rows of few columns as one list of negatives: the logit of a
// positive changes its sign, and so does its gradient.
type narrowRows struct {
	x, weight, loss, grad [4 * block]float32
	row, at, truth        [4 * block]int32 // of each row: which of the matrix, which that counts, its true column or -1
	n                     int
}

// narrowChunk evaluates the rows of few columns that count from start to end.
func (s *sigmoidRun) narrowChunk(start, end int) (total float64) {
	var rows narrowRows
	full := len(rows.x) / s.b.Columns
	for i := start; i < end; i++ {
		r, w := s.b.at(i)
		class := s.b.Class[r]
		if w == 0 || class == anchors.Ignored {
			s.b.skip(s.grad, i, r)
			continue
		}
		if rows.n == full {
			total += s.narrow(&rows)
		}
		s.gather(&rows, i, r, class, w)
	}
	return total + s.narrow(&rows)
}

// gather adds row r of the matrix, the i-th that counts.
func (s *sigmoidRun) gather(rows *narrowRows, i, r int, class int32, w float64) {
	rows.row[rows.n], rows.at[rows.n], rows.truth[rows.n] = int32(r), int32(i), class
	first, miss := rows.n*s.b.Columns, float32(w*s.miss)
	for k, x := range s.b.Logits[r*s.b.Columns:][:s.b.Columns] {
		rows.x[first+k], rows.weight[first+k] = x, miss
	}
	if class >= 0 && int(class) < s.b.Columns {
		positive := first + int(class)
		rows.x[positive], rows.weight[positive] = -rows.x[positive], float32(w*s.hit*classWeight(s.classWeight, int(class)))
	}
	rows.n++
}

// narrow evaluates and forgets the rows, and returns the sum of their losses.
func (s *sigmoidRun) narrow(rows *narrowRows) (total float64) {
	columns := s.b.Columns
	n := (rows.n*columns + 15) &^ 15
	logits.SigmoidEach(rows.grad[:n], rows.loss[:n], rows.x[:n], rows.weight[:n], s.focus)
	for j := range rows.n {
		first, sum := j*columns, float32(0)
		for _, l := range rows.loss[first:][:columns] {
			sum += l
		}
		if s.b.Loss != nil {
			s.b.Loss[rows.at[j]] = sum
		}
		total += float64(sum)
		if s.grad == nil {
			continue
		}
		grad := s.grad[int(rows.row[j])*columns:][:columns]
		copy(grad, rows.grad[first:])
		if truth := int(rows.truth[j]); truth >= 0 && truth < columns {
			grad[truth] = -grad[truth]
		}
	}
	rows.n = 0
	return total
}
