package losses

import (
	"math"

	"detsample/anchors"
	"detsample/internal/logits"
)

// fewSizes is sizes of rows of few columns. It returns true.
func (e exclusive) fewSizes(s rowSizes) bool {
	if s.b.few == nil {
		s.b.few = new(fewRows)
	}
	rows := s.b.few.reset(s.b.Columns)
	background := sizeScale * e.of(anchors.Negative, s.b.Columns-1)
	for r := 0; r < len(s.class); {
		if n := rows.negatives(s.class[r:min(r+rows.full-rows.n, len(s.class))], r, s.b.Columns, background); n > 0 {
			r += n
		} else {
			e.listSize(s, r)
			r++
		}
		if rows.n == rows.full {
			e.flushSizes(s)
		}
	}
	e.flushSizes(s)
	return true
}

// listSize lists row r, or finds its size where it is 0 or float32 does not hold
// the weight.
func (e exclusive) listSize(s rowSizes, r int) {
	class := s.class[r]
	truth, w := Softmax.column(class, s.b.Columns), 0.0
	if class != anchors.Ignored {
		w = e.of(class, truth)
	}
	if s.dst[r] = 0; w != 0 && !s.b.few.list(r, r, truth, sizeScale*w) {
		e.flushSizes(s) // as an evaluation uses the same room
		s.evaluate(r, r+1)
	}
}

// flushSizes finds the sizes of the listed rows.
func (e exclusive) flushSizes(s rowSizes) {
	rows := s.b.few
	if rows.n == 0 {
		return
	}
	n, last := rows.evaluate(e, s.b.Logits, s.b.Columns, nil), rows.n
	rows.n = 0
	var squares [fewBlock]float32 // copies, as an evaluation uses the same room
	logits.SquareLanes(squares[:n], rows.exps, s.b.Columns, rows.factor[:n], rows.own[:n])
	at := rows.row
	for i, r := range at[:last] {
		if x := squares[i]; x >= leastSquares && x <= math.MaxFloat32 {
			s.dst[r] = float32(math.Sqrt(float64(x))) * (1.0 / sizeScale)
		} else {
			s.evaluate(int(r), int(r)+1)
		}
	}
}
