package losses

import (
	"detsample/anchors"
	"detsample/internal/logits"
)

// narrow is the number of columns below which rows are put together, so that
// vectors are full.
const narrow = 12

// narrowRows are rows of few columns as one list of negatives: a positive's
// logit and its gradient change sign.
type narrowRows struct {
	x, weight, loss, grad [together]float32
	turned                [together]int // the positives' places in the list
}

// narrowChunk evaluates the rows of few columns that count from start to end.
func (s *sigmoidRun) narrowChunk(start, end int) (total float64) {
	var rows narrowRows
	for full := together / s.b.Columns; start < end; start += full {
		total += s.narrow(&rows, start, min(start+full, end))
	}
	return total
}

// narrow evaluates as many rows as there is room for.
func (s *sigmoidRun) narrow(rows *narrowRows, start, end int) (total float64) {
	columns := s.b.Columns
	all := s.gather(rows, start, end)
	turned := s.turn(rows, start, end, all)
	n := ((end-start)*columns + 15) &^ 15
	logits.SigmoidEach(rows.grad[:n], rows.loss[:n], rows.x[:n], rows.weight[:n], s.focus)
	for _, at := range turned {
		rows.grad[at] = -rows.grad[at]
	}
	if s.grad != nil {
		s.scatter(rows, start, end)
	}
	if columns == 1 {
		if s.b.Loss != nil {
			copy(s.b.Loss[start:end], rows.loss[:])
		}
		return float64(logits.Sum(rows.loss[:end-start]))
	}
	for j := range end - start {
		sum := rows.loss[j*columns]
		for k := 1; k < columns; k++ {
			sum += rows.loss[j*columns+k]
		}
		if s.b.Loss != nil {
			s.b.Loss[start+j] = sum
		}
		total += float64(sum)
	}
	return total
}

// gather lists the logits of the rows, each with the weight of a negative. It
// reports whether no row has a weight of 0.
func (s *sigmoidRun) gather(rows *narrowRows, start, end int) (all bool) {
	columns := s.b.Columns
	if s.b.Rows == nil {
		copy(rows.x[:], s.b.Logits[start*columns:end*columns])
	} else {
		for j, r := range s.b.Rows[start:end] {
			copy(rows.x[j*columns:], s.b.Logits[int(r)*columns:][:columns])
		}
	}
	if s.b.Weight == nil {
		miss := float32(s.miss)
		for k := range rows.weight[:(end-start)*columns] {
			rows.weight[k] = miss
		}
		return true
	}
	all = true
	for j, w := range s.b.Weight[start:end] {
		if w == 0 {
			all = false
		}
		w = float32(float64(w) * s.miss)
		row := rows.weight[j*columns:][:columns]
		for k := range row {
			row[k] = w
		}
	}
	return all
}

// turn flips the sign of the positives' logits, gives them their own weight,
// and takes out rows that do not count. It returns where the positives are. all:
// no row has a weight of 0.
func (s *sigmoidRun) turn(rows *narrowRows, start, end int, all bool) []int {
	columns, turned := s.b.Columns, rows.turned[:0]
	list, weights, classes := s.b.Rows, s.b.Weight, s.b.Class
	for i := start; i < end; i++ {
		if list == nil && all {
			if i += leadingNegatives(classes[i:end]); i == end {
				break
			}
		}
		r := i
		if list != nil {
			r = int(list[i])
		}
		class := classes[r]
		if class == anchors.Negative && (all || weights[i] != 0) {
			continue
		}
		_, w := s.b.at(i)
		first := (i - start) * columns
		switch {
		case w == 0 || class == anchors.Ignored:
			clear(rows.x[first : first+columns]) // which may be infinite
			clear(rows.weight[first : first+columns])
		case class >= 0 && int(class) < columns:
			at := first + int(class)
			rows.x[at], rows.weight[at] = -rows.x[at], float32(w*s.hit*classWeight(s.classWeight, int(class)))
			turned = append(turned, at)
		}
	}
	return turned
}

// leadingNegatives returns how many negatives are at the front. Eight at a time
// are all of them if their bits are all ones.
func leadingNegatives(classes []int32) (n int) {
	for ; n+8 <= len(classes); n += 8 {
		c := (*[8]int32)(classes[n:])
		if c[0]&c[1]&c[2]&c[3]&c[4]&c[5]&c[6]&c[7] != anchors.Negative {
			break
		}
	}
	for n < len(classes) && classes[n] == anchors.Negative {
		n++
	}
	return n
}

// scatter writes the gradients to their rows.
func (s *sigmoidRun) scatter(rows *narrowRows, start, end int) {
	columns := s.b.Columns
	if s.b.Rows == nil {
		copy(s.grad[start*columns:end*columns], rows.grad[:])
		return
	}
	for j, r := range s.b.Rows[start:end] {
		copy(s.grad[int(r)*columns:][:columns], rows.grad[j*columns:])
	}
}
