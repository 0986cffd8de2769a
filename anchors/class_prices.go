package anchors

import (
	"math"
	"slices"

	"detsample/internal/reuse"
	"detsample/internal/simd"
)

// classPrices are lower bounds of what a class costs, from the largest score of each
// class among the candidates of an extent.
type classPrices struct {
	runs    []columnRun
	columns []int32   // of each class that is read, its place in a row of most
	place   []int32   // of each ground truth, that of its class
	width   int       // how many classes are read
	most    []float32 // of each extent, and of each larger one, the largest scores
	step    [classSteps + 1]float64
}

// columnRun is columns of scores that are read, from one to before another.
type columnRun struct{ from, to int }

// classSteps is how many steps of probability the table of prices has.
const classSteps = 1024

// columnLine is how many columns are read together: those of a line of memory.
const columnLine = 16

// reset takes the scores and the prices, which fall as the probability grows.
func (s *classPrices) reset(h Hungarian, c *Candidates, t *Truth) {
	s.choose(c, t)
	fine := (len(c.Box) + hullSize - 1) / hullSize
	s.most = reuse.Grow(s.most, (fine+(fine+superSize-1)/superSize)*s.width)
	clear(s.most)
	for e := range fine {
		first, last := e*hullSize, min((e+1)*hullSize, len(c.Box))-1
		row := s.row(e)
		for _, run := range s.runs {
			n := run.to - run.from
			simd.RaiseToColumns(row[:n], c.Score[first*c.Classes+run.from:last*c.Classes+run.to], c.Classes)
			row = row[n:]
		}
	}
	for start := 0; start < fine; start += superSize {
		simd.RaiseToColumns(s.row(fine+start/superSize), s.most[start*s.width:min(start+superSize, fine)*s.width], s.width)
	}
	for k := range s.step {
		price := h.ClsWeight * h.classCost(float64(k)/classSteps)
		s.step[k] = price - 1e-9*(1+math.Abs(price))
	}
}

// choose lists the columns of the classes that ground truths have, with those
// beside them in memory.
func (s *classPrices) choose(c *Candidates, t *Truth) {
	s.runs, s.width = s.runs[:0], 0
	s.columns, s.place = reuse.Grow(s.columns, c.Classes), reuse.Grow(s.place, len(t.Box))
	const wanted = -1 // which no column is from before
	for g := range t.Box {
		s.columns[c.column(t, g)] = wanted
	}
	for from := 0; from < c.Classes; from += columnLine {
		line := s.columns[from:min(from+columnLine, c.Classes)]
		if !slices.Contains(line, wanted) {
			continue
		}
		if last := len(s.runs) - 1; last >= 0 && s.runs[last].to == from {
			s.runs[last].to += len(line)
		} else {
			s.runs = append(s.runs, columnRun{from, from + len(line)})
		}
		for k := range line {
			line[k] = int32(s.width + k)
		}
		s.width += len(line)
	}
	for g := range s.place {
		s.place[g] = s.columns[c.column(t, g)]
	}
}

// row returns the largest scores of an extent.
func (s *classPrices) row(e int) []float32 { return s.most[e*s.width : (e+1)*s.width] }

// leastOf returns a lower bound of what the class of a ground truth costs a candidate
// of an extent.
func (s *classPrices) leastOf(e, g int) float64 { return s.least(s.most[e*s.width+int(s.place[g])]) }

// least returns a lower bound of what the class costs at a probability of at most p,
// -Inf if p is no probability.
func (s *classPrices) least(p float32) float64 {
	if !(p >= 0 && p <= 1) { // NaN too
		return math.Inf(-1)
	}
	return s.step[min(int(p*classSteps)+1, classSteps)]
}
