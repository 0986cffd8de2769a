package losses

import (
	"detsample/anchors"
	"detsample/internal/logits"
)

// narrow is row for all rows from start to end, which have few columns, of a loss
// that remembers nothing of them: background needs nothing but its weight.
func (s *backgroundRun[L]) narrow(slope []float32, start, end int) float64 {
	columns := s.b.Columns
	loss := s.loss[:(end-start)*columns]
	all := s.b.Weight == nil || weigh(loss, slope, s.b.Weight[start:end], columns)
	plain := s.b.Rows == nil && all
	for i := start; i < end; i++ {
		if plain {
			if i += leadingNegatives(s.b.Class[i:end]); i == end {
				break
			}
		}
		r, w := s.b.at(i)
		if s.b.Class[r] != anchors.Negative || w == 0 {
			at := (i - start) * columns
			s.narrowRow(slope[at:at+columns], loss[at:at+columns], r, w)
		}
	}
	if columns == 1 {
		if s.b.Loss != nil {
			copy(s.b.Loss[start:end], loss)
		}
		return float64(logits.Sum(loss))
	}
	return s.sumRows(loss, start, end)
}

// narrowRow is row r, of weight w, which is no background.
func (s *backgroundRun[L]) narrowRow(slope, loss []float32, r int, w float64) {
	class := s.b.Class[r]
	if w == 0 || class == anchors.Ignored {
		clear(slope)
		clear(loss)
		return
	}
	t, factor := s.b.target(r), s.l.factor(class)
	row := s.b.Logits[r*s.b.Columns:][:s.b.Columns]
	if v, ok := s.l.objectRow(slope, row, t); ok {
		clear(loss)
		loss[0] = single(w * factor * v)
		scale(slope, float32(w*factor))
		return
	}
	if factor != 1 {
		scale(slope, float32(factor))
		scale(loss, float32(factor))
	}
	if y := s.l.target(t); y > 0 && int(class) < len(row) {
		v, g := s.l.element(int(class), float64(row[class]), y)
		loss[class], slope[class] = single(w*factor*v), float32(g)*float32(w*factor)
	}
}

// weigh multiplies rows by their weights. It reports whether none is 0.
func weigh(loss, slope, weight []float32, columns int) (all bool) {
	all = true
	if columns == 1 {
		loss, slope = loss[:len(weight)], slope[:len(weight)]
		for j, w := range weight {
			if w == 0 {
				all = false
			}
			slope[j] *= w
			loss[j] *= w
		}
		return all
	}
	for j, w := range weight {
		if w == 0 {
			all = false
		}
		at := j * columns
		slope, loss := slope[at:at+columns], loss[at:at+columns]
		for k := range slope {
			slope[k] *= w
			loss[k] *= w
		}
	}
	return all
}

// sumRows adds up each row, and returns the sum of all, to which a row that does
// not count adds nothing.
func (s *backgroundRun[L]) sumRows(loss []float32, start, end int) (total float64) {
	columns := s.b.Columns
	for i := start; i < end; i++ {
		row := loss[(i-start)*columns:][:columns]
		sum := row[0]
		for _, v := range row[1:] {
			sum += v
		}
		if s.b.Loss != nil {
			s.b.Loss[i] = sum
		}
		total += float64(sum)
	}
	return total
}
