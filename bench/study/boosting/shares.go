package boosting

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"detsample/bench/likeness"
)

// sums adds up what batches say, for their means.
type sums struct {
	n int
	m Moment
}

// add adds a batch.
func (s *sums) add(e *elements) {
	s.n++
	s.m.Elements += float64(len(e.at))
	for j := range e.at {
		if e.positive[j] {
			s.m.Positives++
		}
		if e.outlier[j] {
			s.m.Outliers++
		}
	}
	if s.m.Weightings == nil {
		s.m.Weightings = make([]Weighting, len(e.names))
	}
	alike, hardest := e.alike(), e.hardest()
	for v, name := range e.names {
		w := &s.m.Weightings[v]
		w.Name = name
		total := 0.0
		for _, x := range e.weight[v] {
			total += float64(x)
		}
		w.Weight.add(e.shares(func(j int) float64 { return float64(e.weight[v][j]) }))
		if e.loss[v] != nil {
			w.Loss.add(e.shares(func(j int) float64 { return e.loss[v][j] }))
		}
		for j, x := range e.weight[v] {
			if e.outlier[j] {
				w.Outlier += float64(x) / total
			}
		}
		for _, j := range hardest {
			w.Hardest += float64(e.weight[v][j]) / total
		}
		k := 0
		for to, other := range e.names {
			if other != AdaBoost && other != LogitBoost && other != CrossEntropy || to == v {
				continue
			}
			if len(w.Alike) == k {
				w.Alike = append(w.Alike, Likeness{To: other})
			}
			a := &w.Alike[k]
			a.Rank += alike.Spearman[v][to]
			a.Top += alike.Top[v][to]
			a.KL += likeness.Divergence(e.weight[v], e.weight[to])
			k++
		}
	}
}

// mean writes the means over batches.
func (s *sums) mean(m *Moment) {
	n := float64(s.n)
	m.Elements, m.Positives, m.Outliers = s.m.Elements/n, s.m.Positives/n, s.m.Outliers/n
	m.Weightings = s.m.Weightings
	for v := range m.Weightings {
		w := &m.Weightings[v]
		for _, x := range [...]*float64{&w.Weight.Positives, &w.Weight.Easy, &w.Weight.Hard, &w.Loss.Positives, &w.Loss.Easy, &w.Loss.Hard, &w.Hardest, &w.Outlier} {
			*x /= n
		}
		for k := range w.Alike {
			a := &w.Alike[k]
			a.Rank, a.Top, a.KL = a.Rank/n, a.Top/n, a.KL/n
		}
	}
}

// finite returns an error if a figure is not a number, as where a weighting has
// no weight at all.
func (m *Moment) finite() error {
	for _, w := range m.Weightings {
		all := []float64{w.Weight.Positives, w.Weight.Easy, w.Weight.Hard, w.Loss.Positives, w.Hardest, w.Outlier}
		for _, a := range w.Alike {
			all = append(all, a.Rank, a.Top, a.KL)
		}
		if slices.ContainsFunc(all, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }) {
			return fmt.Errorf("after %d images the weights of %s are not finite, or all the same: train at a lower rate", m.Images, w.Name)
		}
	}
	return nil
}

// shares divides the sum of a value over the elements.
func (e *elements) shares(value func(j int) float64) (s Shares) {
	for j := range e.at {
		switch x := value(j); {
		case e.positive[j]:
			s.Positives += x
		case e.margin[j] > 0:
			s.Easy += x
		default:
			s.Hard += x
		}
	}
	total := s.Positives + s.Easy + s.Hard
	return Shares{s.Positives / total, s.Easy / total, s.Hard / total}
}

func (s *Shares) add(o Shares) {
	s.Positives, s.Easy, s.Hard = s.Positives+o.Positives, s.Easy+o.Easy, s.Hard+o.Hard
}

// hardest returns the 1% of the elements with the lowest margins, rounded up.
func (e *elements) hardest() []int {
	order := make([]int, len(e.margin))
	for j := range order {
		order[j] = j
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(e.margin[a], e.margin[b]) })
	return order[:(len(order)+99)/100]
}
