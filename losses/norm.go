package losses

// Count is what a normaliser may divide by, over the whole batch.
type Count struct {
	Images    int
	Valid     int // candidates that are not ignored
	Sampled   int // candidates that the sampler kept
	Positives int // of those, the positives
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
// Source: Faster R-CNN; mmdetection's and torchvision's RPN; the box loss of
// the second stage everywhere.
type BySampled struct{}

// Divisor implements [Norm].
func (BySampled) Divisor(n Count) float64 { return atLeastOne(n.Sampled) }

// ByPositives divides by the number of sampled positives, at least 1.
//
// Source: RetinaNet (Lin et al. 2017), SSD (Liu et al. 2016), both with the
// positives of the whole batch.
type ByPositives struct{}

// Divisor implements [Norm].
func (ByPositives) Divisor(n Count) float64 { return atLeastOne(n.Positives) }

// ByValid divides by the number of candidates that are not ignored, sampled
// or not: Caffe's VALID.
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

var (
	_ Norm = BySampled{}
	_ Norm = ByPositives{}
	_ Norm = ByValid{}
	_ Norm = ByFixed{}
)

func atLeastOne(n int) float64 { return float64(max(n, 1)) }
