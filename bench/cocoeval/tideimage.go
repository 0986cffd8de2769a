package cocoeval

// outcome is what became of a detection.
type outcome int8

const (
	wrong outcome = iota
	right
	ignoredDetection
)

// tideError is an error and how it is corrected.
type tideError struct {
	kind    ErrorKind
	class   int32 // of the detection, or of the object missed
	score   float64
	outcome outcome // of the detection
	// object is the ground truth that the correction would find, -1 for none:
	// the detection is then dropped.
	object int32
	dt     int32
}

// splitter judges the detections of one image after the other.
type splitter struct {
	p       ErrorParams
	gts     []GroundTruth
	dts     []Detection
	present map[ImageClass]bool // of a federated set
	classes map[int32]*tideClass
	order   []int32 // classes in order of appearance
	errors  []tideError
	beyond  int             // objects that only detections beyond the limit would find
	fixer   map[int32]int32 // ground truth to the detection that would find it
	overlap []float64       // [detection][object]
	taken   []bool
	outcome []outcome
}

// image judges the detections of an image, best first.
func (s *splitter) image(boxes imageBoxes) {
	dts := boxes.dts
	var objects, regions []int32
	for _, g := range boxes.gts {
		if !s.gts[g].ToFind() {
			regions = append(regions, g)
		} else {
			objects = append(objects, g)
			s.class(s.gts[g].Class).objects++
		}
	}
	s.match(objects, dts)
	s.ignore(regions, dts)
	usable := make([]bool, len(objects))
	for i, d := range dts {
		if o := s.outcome[i]; o != ignoredDetection {
			c := s.class(s.dts[d].Class)
			c.points = append(c.points, point{s.dts[d].Score, o == right})
		}
		if s.outcome[i] != right {
			s.explain(i, d, objects, usable)
		}
	}
	for j, g := range objects {
		if s.taken[j] {
			continue
		}
		c := s.class(s.gts[g].Class)
		c.missed++
		if s.findable(g, boxes.cut) {
			s.beyond++
		}
		if !usable[j] {
			s.errors = append(s.errors, tideError{kind: ErrorMissed, class: s.gts[g].Class, object: g, dt: -1})
		}
	}
}

// findable reports whether one of the detections would have found object g.
func (s *splitter) findable(g int32, dts []int32) bool {
	for _, d := range dts {
		if s.dts[d].Class == s.gts[g].Class && overlap(&s.dts[d].Box, &s.gts[g].Box, false) >= s.p.Foreground {
			return true
		}
	}
	return false
}

// match gives each detection the object of its class that it overlaps most
// among those left, the first of equals.
func (s *splitter) match(objects, dts []int32) {
	s.overlap = resize(s.overlap, len(objects)*len(dts))
	s.taken = resize(s.taken, len(objects))
	s.outcome = resize(s.outcome, len(dts))
	clear(s.taken)
	clear(s.outcome)
	for i, d := range dts {
		row := s.row(i, len(objects))
		at, most := -1, 0.0
		for j, g := range objects {
			row[j] = overlap(&s.dts[d].Box, &s.gts[g].Box, false)
			if !s.taken[j] && s.gts[g].Class == s.dts[d].Class && row[j] > most {
				at, most = j, row[j]
			}
		}
		if most >= s.p.Foreground {
			s.taken[at], s.outcome[i] = true, right
		}
	}
}

func (s *splitter) row(i, objects int) []float64 {
	return s.overlap[i*objects : (i+1)*objects]
}

// ignore takes out the unmatched detections that lie in a region.
func (s *splitter) ignore(regions, dts []int32) {
	if f := s.p.Federation; f != nil {
		for i, d := range dts {
			at := ImageClass{s.dts[d].Image, s.dts[d].Class}
			if s.outcome[i] == wrong && (f.NotExhaustive[at] || !f.Negative[at] && !s.present[at]) {
				s.outcome[i] = ignoredDetection
			}
		}
	}
	for _, g := range regions {
		for i, d := range dts {
			if s.outcome[i] == wrong && s.gts[g].Class == s.dts[d].Class && overlap(&s.dts[d].Box, &s.gts[g].Box, true) > s.p.Foreground {
				s.outcome[i] = ignoredDetection
			}
		}
	}
}

// explain finds out why detection d, the i-th, matched nothing.
func (s *splitter) explain(i int, d int32, objects []int32, usable []bool) {
	e := tideError{kind: ErrorBackground, class: s.dts[d].Class, score: s.dts[d].Score, outcome: s.outcome[i], object: -1, dt: d}
	row := s.row(i, len(objects))
	same, other, duplicate, any := -1, -1, 0.0, 0.0
	for j, g := range objects {
		any = max(any, row[j])
		if s.gts[g].Class == s.dts[d].Class {
			if same < 0 || row[j] > row[same] {
				same = j
			}
			if s.taken[j] {
				duplicate = max(duplicate, row[j])
			}
		} else if other < 0 || row[j] > row[other] {
			other = j
		}
	}
	found := -1
	switch f, b := s.p.Foreground, s.p.Background; {
	case len(objects) == 0:
	case same >= 0 && row[same] >= b && row[same] <= f:
		e.kind, found = ErrorLocalisation, same
	case other >= 0 && row[other] >= f:
		e.kind, found = ErrorClass, other
	case duplicate >= f:
		e.kind = ErrorDuplicate
	case any <= b:
	default:
		e.kind = ErrorBoth
	}
	if found >= 0 && !s.taken[found] {
		e.object = objects[found]
		usable[found] = true
		if best, known := s.fixer[e.object]; !known || s.dts[best].Score < e.score {
			if s.fixer == nil {
				s.fixer = map[int32]int32{}
			}
			s.fixer[e.object] = d
		}
	}
	s.errors = append(s.errors, e)
}
