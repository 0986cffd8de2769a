package stage

import (
	"slices"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

// Batch gathers the sampled candidates of several images. It owns the memory
// of its evaluation and allocates nothing once warm.
type Batch struct {
	Threads int  // goroutines that Eval may use; 0 and 1 are the caller's alone
	Exact   bool // losses are evaluated in float64

	count  losses.Count
	parts  []part
	seen   losses.Balance
	memory losses.Memory

	weight, boxWeight []float32 // as sampled, of each row and of each positive
	matched           []bool    // of each ground truth of an image
	looked            bool      // at what a loss writes

	// cls and box are what the losses evaluate, their weights divided by the
	// normaliser. They live here because a loss behind an interface would
	// move them to the heap at every step.
	cls  losses.Batch
	box  losses.BoxBatch
	carl losses.CARLWork
}

// Memory returns what the losses and normalisers remember of the run, which
// survives Reset: for a program that saves a run and goes on with it.
func (b *Batch) Memory() *losses.Memory { return &b.memory }

// Reset forgets all images.
func (b *Batch) Reset() {
	b.count, b.seen, b.parts = losses.Count{}, losses.Balance{}, b.parts[:0]
	b.weight, b.boxWeight = b.weight[:0], b.boxWeight[:0]
	b.cls.Rows = b.cls.Rows[:0]
	if b.cls.Rows == nil { // which would mean all rows where none is sampled
		b.cls.Rows = []int32{}
	}
	b.box.Slot, b.box.Rows = b.box.Slot[:0], b.box.Rows[:0]
	b.box.Anchor, b.box.Truth = b.box.Anchor[:0], b.box.Truth[:0]
}

// Image is one image's part of a batch.
type Image struct {
	Candidates []anchors.Box
	Grid       []anchors.Grid // if the candidates are a pyramid's anchors, unchanged
	GT         []int32        // of each candidate, the label code
	Truth      *anchors.Truth
	Sample     *sampling.Sample
	Padding    int  // how many of GT are ignored as padding of the batch
	Asked      int  // positives that the sampler asks for, 0 for any number
	PerClass   bool // boxes are regressed per class
}

// Add adds an image. row returns the row of the head's output that belongs to
// the i-th sampled candidate.
func (b *Batch) Add(m Image, row func(i int) int32) {
	seen := b.see(&m)
	count := losses.Count{
		Images: 1, Candidates: len(m.GT) - m.Padding, Valid: seen.Positives + seen.Negatives, Sampled: len(m.Sample.Index),
	}
	before := len(b.box.Rows)
	for i, c := range m.Sample.Index {
		r, weight := row(i), m.Sample.Weight[i]
		b.cls.Rows = append(b.cls.Rows, r)
		b.weight = append(b.weight, weight)
		g := m.GT[c]
		if g < 0 {
			continue
		}
		slot := int32(0)
		if m.PerClass {
			slot = m.Truth.Class[g]
		}
		if len(m.Sample.BoxWeight) > 0 {
			weight = m.Sample.BoxWeight[i]
		}
		if !regressable(m.Candidates[c], m.Truth.Box[g]) {
			weight = 0
		}
		b.boxWeight = append(b.boxWeight, weight)
		b.box.Rows = append(b.box.Rows, r)
		b.box.Slot = append(b.box.Slot, slot)
		b.box.Anchor = append(b.box.Anchor, m.Candidates[c])
		b.box.Truth = append(b.box.Truth, m.Truth.Box[g])
	}
	count.Positives = len(b.box.Rows) - before
	b.lacks(&seen.Scarcity, &m)
	if count.Positives == 0 {
		count.Empty = 1
	}
	b.seen.Add(seen)
	b.count.Add(count)
	b.parts = append(b.parts, part{count, len(b.cls.Rows), len(b.box.Rows)})
}

// regressable reports whether a box loss is defined: without an area the
// logarithm of a size is not.
func regressable(candidate, truth anchors.Box) bool { return candidate.Valid() && truth.Valid() }

// Repeat adds how many images drew their sample with a key used already.
func (b *Batch) Repeat(images int) { b.seen.Scarcity.Repeated += images }

// Positives returns the rows of the added positives, those whose boxes count.
func (b *Batch) Positives() []int32 { return b.box.Rows }

// Output is a head's output over a batch and the buffers for its gradients.
type Output struct {
	Class              []int32   // of each row, the target's label code
	Quality            []float32 // of each row, its soft target; empty for hard ones
	Logits, GradLogits []float32
	Columns            int
	Deltas, GradDeltas []float32
	BoxColumns         int
}

// Targets prepares the gathered candidates for their losses, which are
// evaluated on what it returns: a head's output is only kept there, not read.
// Running normalisers take their step.
func (b *Batch) Targets(t Terms, out Output) losses.Targets {
	b.remember(t, out.Columns)
	b.normalise(t, out.Columns)
	b.cls.Logits, b.cls.Columns, b.cls.Class, b.cls.Quality = out.Logits, out.Columns, out.Class, out.Quality
	b.box.Deltas, b.box.Columns, b.box.Coder = out.Deltas, out.BoxColumns, t.Coder
	b.cls.Exact, b.cls.Threads, b.box.Threads = b.Exact, b.Threads, b.Threads
	b.cls.Loss = slices.Grow(b.cls.Loss[:0], len(b.weight))[:len(b.weight)]
	return losses.Targets{Cls: &b.cls, Box: &b.box, Balance: b.seen}
}

// Eval returns the loss of the gathered candidates and fills the gradients. It
// panics if in the first batch a [Foreign] loss leaves a gradient or a row's loss
// as it was.
func (b *Batch) Eval(t Terms, out Output) losses.Value {
	b.Targets(t, out)
	watched := !b.looked && Foreign(t.Cls)
	if b.looked = true; watched {
		b.mark(out.GradLogits)
	}
	v := losses.Value{
		Cls:     t.Cls.Eval(out.GradLogits, &b.cls),
		Box:     losses.EvalBox(t.Box, out.GradDeltas, &b.box),
		Balance: b.seen,
	}
	if watched {
		b.checkWritten(t.Cls, out)
	}
	v.Balance.Used(out.GradLogits, &b.cls)
	if t.CARL != nil {
		v.Box += t.CARL.Add(&b.carl, out.GradLogits, out.GradDeltas, t.Cls.Link(), &b.cls, t.Box, &b.box)
	}
	return v
}

// Losses visits every gathered candidate after Eval: its row's label code and
// its weighted loss.
func (b *Batch) Losses(visit func(class int32, loss float32)) {
	for i, r := range b.cls.Rows {
		visit(b.cls.Class[r], b.cls.Loss[i])
	}
}
