package cocoeval

import "fmt"

// Result holds precision and recall per IoU threshold (T), recall level (R),
// class (K), area range (A) and limit on detections (M). -1 marks what is
// undefined because the class has no ground truth to find in the area range.
type Result struct {
	Params  Params
	Classes []int32 // the K class ids, ascending
	// GroundTruths counts the ground truths of each class that are to be found, no
	// crowds nor ignored ones; Detections counts the detections that were given.
	GroundTruths, Detections []int

	tables []table // per class; empty for a class without ground truth
}

// table holds the curves of one class, row-major (A, M, T), and times R for
// precision and score.
type table struct{ precision, score, recall []float64 }

func newResult(p Params, classes []int32) *Result {
	return &Result{
		Params:       p,
		Classes:      classes,
		GroundTruths: make([]int, len(classes)),
		Detections:   make([]int, len(classes)),
		tables:       make([]table, len(classes)),
	}
}

func newTable(p Params) table {
	rows := len(p.Areas) * len(p.MaxDets) * len(p.IoU)
	return table{
		precision: make([]float64, rows*len(p.Recall)),
		score:     make([]float64, rows*len(p.Recall)),
		recall:    make([]float64, rows),
	}
}

// Precision returns the interpolated precision at IoU threshold t, recall
// level r, class k, area range a and limit m, each an index into [Params] or
// Classes: precision[t, r, k, a, m] of pycocotools. It panics if an index is
// out of range.
func (r *Result) Precision(t, level, k, a, m int) float64 {
	if row, ok := r.row(t, k, a, m); ok {
		return row.precision[level]
	}
	return -1
}

// Score returns the score of the detection that reaches the recall level, 0
// where none does: scores[t, r, k, a, m] of pycocotools, indexed like
// [Result.Precision].
func (r *Result) Score(t, level, k, a, m int) float64 {
	if row, ok := r.row(t, k, a, m); ok {
		return row.score[level]
	}
	return -1
}

// Recall returns the share of ground truth found by all detections within
// the limit: recall[t, k, a, m] of pycocotools, indexed like
// [Result.Precision].
func (r *Result) Recall(t, k, a, m int) float64 {
	if row, ok := r.row(t, k, a, m); ok {
		return *row.recall
	}
	return -1
}

// AP returns the mean precision over recall levels at one IoU threshold, -1
// where undefined; indexed like [Result.Precision].
func (r *Result) AP(t, k, a, m int) float64 {
	var s mean
	if row, ok := r.row(t, k, a, m); ok {
		s.addRow(row.precision)
	}
	return s.value()
}

// curveRow is a part of a Result: what one curve fills.
type curveRow struct {
	precision, score []float64
	recall           *float64
}

// row returns the row of a class that has one.
func (r *Result) row(t, k, a, m int) (row curveRow, ok bool) {
	p := &r.Params
	nt, na, nm := len(p.IoU), len(p.Areas), len(p.MaxDets)
	if uint(t) >= uint(nt) || uint(k) >= uint(len(r.Classes)) || uint(a) >= uint(na) || uint(m) >= uint(nm) {
		panic(fmt.Sprintf("cocoeval: Result: index t=%d k=%d a=%d m=%d out of range (%d, %d, %d, %d)",
			t, k, a, m, nt, len(r.Classes), na, nm))
	}
	table := &r.tables[k]
	if table.recall == nil {
		return curveRow{}, false
	}
	i := (a*nm+m)*nt + t
	lo, hi := i*len(p.Recall), (i+1)*len(p.Recall)
	return curveRow{table.precision[lo:hi:hi], table.score[lo:hi:hi], &table.recall[i]}, true
}

// undefine marks a row as undefined.
func (row curveRow) undefine() {
	for i := range row.precision {
		row.precision[i] = -1
		row.score[i] = -1
	}
	*row.recall = -1
}
