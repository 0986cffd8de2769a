package losses

// Count is what a normaliser may divide by, over the whole batch or over one
// image.
type Count struct {
	Images     int
	Candidates int // all of them, those ignored too
	Valid      int // candidates that are not ignored
	Sampled    int // candidates that the sampler kept
	Positives  int // of those, the positives
	Elements   int // numbers that the loss compares: logits of those sampled, or deltas of those positive
	Empty      int // images without sampled positives
}

// Add adds what was counted in another image.
func (n *Count) Add(o Count) {
	n.Images += o.Images
	n.Candidates += o.Candidates
	n.Valid += o.Valid
	n.Sampled += o.Sampled
	n.Positives += o.Positives
	n.Elements += o.Elements
	n.Empty += o.Empty
}

// Norm is the number that a stage's loss is divided by. It is chosen in the
// configuration, never implied by a sampler or a loss, and reaches the loss
// through the rows' weights. Divisor returns a positive number.
type Norm interface {
	Divisor(n Count) float64
}

// RunningNorm is a normaliser that remembers earlier batches. Next returns the
// divisor of a batch and updates the state; Divisor returns that of the first
// batch of a run.
type RunningNorm interface {
	Norm
	Stateful
	Next(state []float64, n Count) float64
}

// BySampled divides by the number of sampled candidates.
//
// Source: Faster R-CNN; torchvision's RPN, and mmdetection's with EmptyAsOne;
// the box loss of the second stage everywhere.
type BySampled struct {
	EmptyAsOne bool `doc:"an image without positives counts one more"`
}

// Divisor implements [Norm].
func (s BySampled) Divisor(n Count) float64 { return atLeastOne(n.Sampled + n.empty(s.EmptyAsOne)) }

// ByPositives divides by the number of sampled positives, at least 1.
//
// Source: RetinaNet (Lin et al. 2017), SSD (Liu et al. 2016), both with the
// positives of the whole batch; mmdetection's dense heads with EmptyAsOne.
type ByPositives struct {
	EmptyAsOne bool `doc:"an image without positives counts as one with a single positive"`
}

// Divisor implements [Norm].
func (p ByPositives) Divisor(n Count) float64 {
	return atLeastOne(n.Positives + n.empty(p.EmptyAsOne))
}

// ByValid divides by the number of candidates that are not ignored, sampled
// or not.
type ByValid struct{}

// Divisor implements [Norm].
func (ByValid) Divisor(n Count) float64 { return atLeastOne(n.Valid) }

// ByFixed divides by a constant for each image.
//
// Source: detectron2's RPN, 256 for each image; Caffe's BATCH_SIZE with 1.
type ByFixed struct {
	PerImage float64 `range:"(0,)" doc:"the constant, times the number of images"`
}

// Divisor implements [Norm].
func (f ByFixed) Divisor(n Count) float64 { return f.PerImage * atLeastOne(n.Images) }

// ByElements divides by the number of elements that the loss compares: logits
// for a classification loss, deltas for a box loss. [GHMC] and [GHMR] weigh an
// element of a bin of c, of n that are not empty, by N/(n c), so that N, this
// divisor, leaves their authors' mean over the valid bins of each bin's mean.
//
// Source: Li et al. 2019; mmdetection's GHMC and GHMR.
type ByElements struct{}

// Divisor implements [Norm].
func (ByElements) Divisor(n Count) float64 { return atLeastOne(n.Elements) }

// ByCandidates divides by the number of all candidates, sampled, ignored or
// neither: Caffe's FULL.
type ByCandidates struct{}

// Divisor implements [Norm].
func (ByCandidates) Divisor(n Count) float64 { return atLeastOne(n.Candidates) }

// ByOne leaves the sum as it is: Caffe's NONE.
type ByOne struct{}

// Divisor implements [Norm].
func (ByOne) Divisor(Count) float64 { return 1 }

var (
	_ Norm = BySampled{}
	_ Norm = ByPositives{}
	_ Norm = ByValid{}
	_ Norm = ByFixed{}
	_ Norm = ByElements{}
	_ Norm = ByCandidates{}
	_ Norm = ByOne{}
)

// empty returns the number of images without positives, if they count.
func (n Count) empty(counts bool) int {
	if counts {
		return n.Empty
	}
	return 0
}

func atLeastOne(n int) float64 { return float64(max(n, 1)) }
