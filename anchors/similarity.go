package anchors

import (
	"errors"
	"math"

	"detsample/internal/choice"
)

// Measure is a way to measure how alike two boxes are.
type Measure uint8

// The measures; see [Similarity.Of] for their formulas.
const (
	MeasureIoU Measure = iota
	MeasureIoF
	MeasureGIoU
	MeasureNWD
	MeasureKL
)

var measureNames = []string{"iou", "iof", "giou", "nwd", "kl"}

// MarshalText writes the value as UnmarshalText reads it.
func (m Measure) MarshalText() ([]byte, error) { return choice.Marshal(m, measureNames) }

// UnmarshalText accepts iou, iof, giou, nwd or kl.
func (m *Measure) UnmarshalText(text []byte) error {
	return choice.Unmarshal(m, "similarity", measureNames, text)
}

// Similarity measures how alike a candidate and a ground truth are. The zero
// value is IoU.
type Similarity struct {
	Measure  Measure `param:"similarity" oneof:"iou|iof|giou|nwd|kl" doc:"how alike a candidate and a ground truth are"`
	NWDScale float64 `param:"nwd_scale" range:"[0,)" doc:"C of nwd in pixels: about the mean of sqrt(width*height) over the data set's objects"`
}

// Validate reports a Wasserstein similarity without its scale.
func (s Similarity) Validate() error {
	if s.Measure == MeasureNWD && s.NWDScale <= 0 {
		return errors.New("similarity nwd needs nwd_scale, in pixels: the mean of sqrt(width*height) over the data set's objects (12.8 on AI-TOD)")
	}
	return nil
}

// Of returns the similarity of a candidate c and a ground truth g:
//
//	iou     |c∩g| / |c∪g|
//	iof     |c∩g| / |c|, the share of the candidate inside the object
//	giou    IoU - |hull \ (c∪g)| / |hull|, in (-1, 1], the hull being the
//	        smallest box around both
//	nwd     exp(-W/C), W² = dx² + dy² + (dw² + dh²)/4 the squared Wasserstein
//	        distance between the boxes' Gaussians, C = NWDScale
//	kl      1/(1+KL(c‖g)) of the same Gaussians
//
// A box's Gaussian has its centre as mean and half its width and height as
// standard deviations, so similarity does not vanish where boxes fail to meet.
//
// Source: GIoU, Rezatofighi et al. 2019; NWD, Wang et al. 2021 and Xu et al.
// 2022; KL, RFLA (Xu et al. 2022).
func (s Similarity) Of(c, g Box) float32 { return s.value(s.rank(c, g)) }

// rank returns a number that grows with the similarity but tells far boxes
// apart where float32 similarities would all be 0.
func (s Similarity) rank(c, g Box) float32 {
	switch s.Measure {
	case MeasureIoF:
		return IoF(c, g)
	case MeasureGIoU:
		return giou(c, g)
	case MeasureNWD:
		return -squaredWasserstein(c, g)
	case MeasureKL:
		return -divergence(c, g)
	}
	return IoU(c, g)
}

// value returns the similarity of a rank.
func (s Similarity) value(rank float32) float32 {
	switch s.Measure {
	case MeasureNWD:
		return float32(math.Exp(-math.Sqrt(-float64(rank)) / s.NWDScale))
	case MeasureKL:
		return 1 / (1 - rank)
	}
	return rank
}

// nothing is the similarity of boxes that have nothing in common, -Inf where
// there is no such value.
func (s Similarity) nothing() float32 {
	if s.Measure == MeasureGIoU {
		return float32(math.Inf(-1))
	}
	return 0
}

func giou(a, b Box) float32 {
	inter := Intersection(a, b)
	union := a.Area() + b.Area() - inter
	hull := (max(a[2], b[2]) - min(a[0], b[0])) * (max(a[3], b[3]) - min(a[1], b[1]))
	if union <= 0 || hull <= 0 {
		return -1
	}
	return inter/union - (hull-union)/hull
}

func squaredWasserstein(a, b Box) float32 {
	ax, ay := a.Center()
	bx, by := b.Center()
	dx, dy := ax-bx, ay-by
	dw, dh := a.Width()-b.Width(), a.Height()-b.Height()
	return dx*dx + dy*dy + (dw*dw+dh*dh)/4
}

// divergence returns KL(c‖g), and +Inf for a degenerate box.
func divergence(c, g Box) float32 {
	squares, ratio, ok := gaussians(c, g)
	if !ok {
		return float32(math.Inf(1))
	}
	return float32(max(squares-math.Log(ratio), 0))
}

// leastDivergence returns at most what divergence does, in a fraction of the
// time.
func leastDivergence(c, g Box) float64 {
	squares, ratio, ok := gaussians(c, g)
	if !ok {
		return math.Inf(1)
	}
	return (squares-logAbove(ratio))*trifle - 1e-9
}

// gaussians returns what the divergence of two boxes' Gaussians is the difference
// of, the second by its logarithm, and false for a degenerate box.
func gaussians(c, g Box) (squares, ratio float64, ok bool) {
	cw, ch := float64(c.Width()), float64(c.Height())
	gw, gh := float64(g.Width()), float64(g.Height())
	if cw <= 0 || ch <= 0 || gw <= 0 || gh <= 0 {
		return 0, 0, false
	}
	cx, cy := c.Center()
	gx, gy := g.Center()
	dx, dy := 2*float64(cx-gx)/gw, 2*float64(cy-gy)/gh
	rw, rh := cw/gw, ch/gh
	return (rw*rw+rh*rh+dx*dx+dy*dy)/2 - 1, rw * rh, true
}

// logAbove returns at least log(x) of x > 0, and at most 2e-4 more where x is
// normal: the exponent, and a polynomial of the fraction that is least off.
func logAbove(x float64) float64 {
	bits := math.Float64bits(x)
	t := math.Float64frombits(bits&(1<<52-1)|1023<<52) - 1
	return (float64(int(bits>>52)-1023) + t + t*(1-t)*(0.43807325-t*(0.23669342-t*0.0803073)) + 1.5e-4) * math.Ln2
}
