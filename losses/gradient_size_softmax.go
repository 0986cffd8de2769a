package losses

import (
	"detsample/anchors"
	"detsample/internal/logits"
)

// sizes finds the sizes of the gradients without writing them. It returns true.
func (e exclusive) sizes(s rowSizes) bool {
	if s.b.isFew() {
		return e.fewSizes(s)
	}
	return softmaxSizes(e, s)
}

// softmaxSizes finds the sizes of the gradients of such a loss without writing
// them. It returns true.
func softmaxSizes[L softmaxLoss](l L, s rowSizes) bool {
	if s.b.soft == nil {
		s.b.soft = new(softRows)
	}
	run := softmaxSizing[L]{l, l.weights(), s, s.b.soft.reset(s.b)}
	full := softBlockRows(s.b.Columns)
	for r, class := range s.class {
		if truth := Softmax.column(class, s.b.Columns); class == anchors.Ignored {
			s.dst[r] = 0
		} else if w := run.alpha.of(class, truth); w == 0 {
			s.dst[r] = 0
		} else {
			run.list(r, truth, sizeScale*w)
			if run.n == full {
				run.flush()
			}
		}
	}
	run.flush()
	s.b.soft.logits = nil
	return true
}

// softmaxSizing is one evaluation.
type softmaxSizing[L softmaxLoss] struct {
	l     L
	alpha rowWeights
	sizes rowSizes
	*softRows
}

// flush finds the sizes of the listed rows. The kernels add up the columns that
// share a factor; a row with a further one is evaluated.
func (s *softmaxSizing[L]) flush() {
	s.evaluate(s.exps, s.logits, s.columns, s.l.spread(), nil)
	s.l.settle(s.softRows)
	rows := s.rows[:s.n]
	if s.l.leans() {
		logits.LeanSquareRows(s.exps, s.logits, s.columns, rows)
	} else {
		logits.SquareRows(s.exps, s.columns, rows)
	}
	var squares [softBlock]float64 // copies, as an evaluation uses the same room
	var at [softBlock]int
	for i := range rows {
		if s.other[i] < 0 {
			squares[i] = float64(rows[i].Spread) + s.truth[i]*s.truth[i]
		}
		at[i] = int(rows[i].Row)
	}
	for i, r := range at[:len(rows)] {
		s.sizes.set(r, squares[i])
	}
	s.reset(s.sizes.b)
}
