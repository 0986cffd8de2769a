package cocoeval

import (
	"cmp"
	"slices"
)

// point is a detection on the way to a precision-recall curve.
type point struct {
	score float64
	right bool
}

// tideClass is what AP of a class is computed from.
type tideClass struct {
	points  []point
	objects int
	missed  int // objects that nothing matched
}

func (s *splitter) class(id int32) *tideClass {
	c := s.classes[id]
	if c == nil {
		c = &tideClass{}
		s.classes[id] = c
		s.order = append(s.order, id)
	}
	return c
}

// split computes AP as it is and as it would be without each kind of error.
func (s *splitter) split() *ErrorSplit {
	out := &ErrorSplit{BeyondLimit: s.beyond}
	for _, e := range s.errors {
		out.Count[e.kind]++
	}
	out.AP = s.ap(func(c *tideClass) ([]point, int) { return slices.Clone(c.points), c.objects })
	for kind := range errorKinds {
		out.DeltaAP[kind] = max(0, s.corrected(kind)-out.AP)
	}
	out.FalsePositive = s.ap(func(c *tideClass) ([]point, int) {
		points := slices.Clone(c.points)
		for i := range points {
			points[i].score = 0
			if points[i].right {
				points[i].score = 1
			}
		}
		return points, c.objects
	}) - out.AP
	out.FalseNegative = s.ap(func(c *tideClass) ([]point, int) {
		return s.errorsFirst(c.points), c.objects - c.missed
	}) - out.AP
	return out
}

// errorsFirst orders points as tidecv does when it corrects, which decides
// between equal scores.
func (s *splitter) errorsFirst(points []point) []point {
	out := make([]point, 0, len(points))
	for _, want := range [2]bool{false, true} {
		for _, p := range points {
			if p.right == want {
				out = append(out, p)
			}
		}
	}
	return out
}

// corrected returns AP with the errors of a kind corrected: a detection of the
// wrong class or place turns right if it is the best one for its object, and
// is dropped if not, as are duplicates, background and both; an object missed
// is not asked for.
func (s *splitter) corrected(kind ErrorKind) float64 {
	fixed := make(map[int32]*tideClass, len(s.classes))
	for id, c := range s.classes {
		fixed[id] = &tideClass{objects: c.objects}
	}
	push := func(class int32, p point) {
		c := fixed[class]
		c.points = append(c.points, p)
	}
	for i := range s.errors {
		e := &s.errors[i]
		switch {
		case e.kind == ErrorMissed:
			if kind == ErrorMissed {
				fixed[e.class].objects--
			}
		case e.kind != kind:
			if e.outcome != ignoredDetection {
				push(e.class, point{e.score, false})
			}
		case e.object >= 0 && s.fixer[e.object] == e.dt:
			push(s.gts[e.object].Class, point{e.score, true})
		}
	}
	for id, c := range s.classes {
		for _, p := range c.points {
			if p.right {
				push(id, p)
			}
		}
	}
	current := s.classes
	s.classes = fixed
	defer func() { s.classes = current }()
	return s.ap(func(c *tideClass) ([]point, int) { return c.points, c.objects })
}

// ap is the mean over the classes that have an object or a detection.
func (s *splitter) ap(view func(*tideClass) ([]point, int)) float64 {
	sum, n := 0.0, 0
	for _, id := range s.order {
		points, objects := view(s.classes[id])
		if len(points) > 0 || objects > 0 {
			sum += averagePrecision(points, objects)
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// averagePrecision is the mean of monotone precision at recalls 0, 0.01, to 1.
// It sorts points.
func averagePrecision(points []point, objects int) float64 {
	if objects <= 0 {
		return 0
	}
	slices.SortStableFunc(points, func(a, b point) int { return cmp.Compare(b.score, a.score) })
	precision := make([]float64, len(points))
	recall := make([]float64, len(points))
	hits := 0
	for i, p := range points {
		if p.right {
			hits++
		}
		precision[i] = float64(hits) / float64(i+1)
		recall[i] = float64(hits) / float64(objects)
	}
	for i := len(precision) - 1; i > 0; i-- {
		precision[i-1] = max(precision[i-1], precision[i])
	}
	const levels = 100
	sum, at := 0.0, 0
	for level := range levels + 1 {
		for at < len(recall) && recall[at] < float64(level)/levels {
			at++
		}
		if at < len(recall) {
			sum += precision[at]
		}
	}
	return sum / (levels + 1)
}
