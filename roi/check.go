package roi

import (
	"cmp"
	"fmt"

	"detsample/internal/stage"
)

// begin panics unless the configuration is valid, and fits the classes. It looks
// at the first step of w, and others cost a comparison.
func (c *Config) begin(w *Work, function string) {
	if w.checked == c && w.checkedFor == w.classes {
		return
	}
	if err := cmp.Or(c.Validate(), stage.CheckClasses(c, w.classes)); err != nil {
		panic(function + ": " + err.Error())
	}
	w.checked, w.checkedFor, w.foreign = c, w.classes, stage.Foreign(c.Assigner)
}

// checkImage panics unless an image's annotation can be learned.
func (w *Work) checkImage(m *Image, function string) {
	if w.classes < 1 {
		panic(fmt.Sprintf("%s: the batch has %d classes: Reset begins a batch with those of the data", function, w.classes))
	}
	stage.CheckTruth(function, w.used, m.ID, &m.Truth, w.classes)
	if w.looked {
		return
	}
	stage.CheckBoxes(function, w.used, m.ID, "proposal", m.Proposals)
}

// checkMined panics unless the head's output is that for all candidates.
func (c *Config) checkMined(w *Work, logits, deltas []float32) {
	n, columns, boxColumns := len(w.candidates), c.Cls.Link().Columns(w.classes), c.BoxColumns(w.classes)
	if len(logits) != n*columns || len(deltas) != n*boxColumns {
		panic(fmt.Sprintf("roi: Sample: %d logits and %d deltas for %d candidates of %d and %d columns",
			len(logits), len(deltas), n, columns, boxColumns))
	}
	w.checkNumbers("roi: Sample", logits, columns, w.candidates)
}

func (w *Work) checkSampled(function string) {
	if !w.ready {
		panic(function + ": nothing is sampled: Sample comes after the last Join")
	}
}

// checkLoss panics unless there is a sample and the batch's lengths agree with
// it. It returns the columns of the head's output.
func (c *Config) checkLoss(w *Work, b *Batch) (columns, boxColumns int) {
	w.checkSampled("roi: Loss")
	columns, boxColumns = c.Cls.Link().Columns(w.classes), c.BoxColumns(w.classes)
	n := len(w.rois)
	if len(b.Logits) != n*columns || len(b.GradLogits) != n*columns || len(b.Deltas) != n*boxColumns || len(b.GradDeltas) != n*boxColumns {
		panic(fmt.Sprintf("roi: Loss: %d logits, %d gradients, %d deltas, %d gradients for %d ROIs of %d and %d columns",
			len(b.Logits), len(b.GradLogits), len(b.Deltas), len(b.GradDeltas), n, columns, boxColumns))
	}
	if !w.looked {
		w.checkNumbers("roi: Loss", b.Logits, columns, w.rois)
		where := func(row int) string { return w.place(w.rois, row) }
		for _, r := range w.batch.Positives() {
			at := int(r) * boxColumns
			stage.CheckNumbers("roi: Loss", stage.Delta, b.Deltas[at:at+boxColumns], boxColumns, func(int) string { return where(int(r)) })
		}
		w.looked = true
	}
	return columns, boxColumns
}

// checkNumbers panics if the head's output in the first step of a run holds NaN
// or Inf. A Work that begins at a later step goes on with a run, which may have
// diverged.
func (w *Work) checkNumbers(function string, logits []float32, columns int, rois []ROI) {
	if !w.looked {
		stage.CheckNumbers(function, stage.Logit, logits, columns, func(row int) string { return w.place(rois, row) })
	}
}

func (w *Work) place(rois []ROI, row int) string {
	i := rois[row].Image
	return fmt.Sprintf("region %d, in image %d (ID %d)", row, i, w.images[i].id)
}
