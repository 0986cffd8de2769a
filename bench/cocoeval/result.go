package cocoeval

// Result holds precision and recall per IoU threshold (T), recall level (R),
// class (K), area range (A) and limit on detections (M). -1 marks what is
// undefined because the class has no ground truth to find in the area range.
type Result struct {
	Params  Params
	Classes []int32 // the K class ids, ascending
	// GroundTruths and Detections count what was given per class.
	GroundTruths, Detections []int

	// Row-major (K, A, M, T), and times R for precision and score.
	precision, score, recall []float64
}

func newResult(p Params, classes []int32) *Result {
	rows := len(classes) * len(p.Areas) * len(p.MaxDets) * len(p.IoU)
	return &Result{
		Params:       p,
		Classes:      classes,
		GroundTruths: make([]int, len(classes)),
		Detections:   make([]int, len(classes)),
		precision:    make([]float64, rows*len(p.Recall)),
		score:        make([]float64, rows*len(p.Recall)),
		recall:       make([]float64, rows),
	}
}

// Precision returns the interpolated precision at IoU threshold t, recall
// level r, class k, area range a and limit m, each an index into [Params] or
// Classes: precision[t, r, k, a, m] of pycocotools. Rows over r are
// contiguous. It panics if an index is out of range.
func (r *Result) Precision(t, level, k, a, m int) float64 {
	return r.row(t, k, a, m).precision[level]
}

// Score returns the score of the detection that reaches the recall level, 0
// where none does: scores[t, r, k, a, m] of pycocotools, indexed like
// [Result.Precision].
func (r *Result) Score(t, level, k, a, m int) float64 {
	return r.row(t, k, a, m).score[level]
}

// Recall returns the share of ground truth found by all detections within
// the limit: recall[t, k, a, m] of pycocotools.
func (r *Result) Recall(t, k, a, m int) float64 {
	return *r.row(t, k, a, m).recall
}

// AP returns the mean precision over recall levels at one IoU threshold, -1
// where undefined.
func (r *Result) AP(t, k, a, m int) float64 {
	var s mean
	s.addRow(r.row(t, k, a, m).precision)
	return s.value()
}

// resultRow is a part of a Result that one curve fills.
type resultRow struct {
	precision, score []float64
	recall           *float64
}

func (r *Result) row(t, k, a, m int) resultRow {
	p := &r.Params
	nt, nk, na, nm := len(p.IoU), len(r.Classes), len(p.Areas), len(p.MaxDets)
	if uint(t) >= uint(nt) || uint(k) >= uint(nk) || uint(a) >= uint(na) || uint(m) >= uint(nm) {
		panic("cocoeval: Result: index out of range")
	}
	i := ((k*na+a)*nm+m)*nt + t
	lo, hi := i*len(p.Recall), (i+1)*len(p.Recall)
	return resultRow{r.precision[lo:hi:hi], r.score[lo:hi:hi], &r.recall[i]}
}

func (row resultRow) undefine() {
	for i := range row.precision {
		row.precision[i] = -1
		row.score[i] = -1
	}
	*row.recall = -1
}

// undefine marks all of class k as undefined.
func (r *Result) undefine(k int) {
	for a := range r.Params.Areas {
		for m := range r.Params.MaxDets {
			for t := range r.Params.IoU {
				r.row(t, k, a, m).undefine()
			}
		}
	}
}
