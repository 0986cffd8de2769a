package anchors

import "detsample/internal/reuse"

// RFLA assigns by receptive fields: a candidate's Gaussian is compared with
// the ground truth's, in two rounds, so that every object is learned from a
// balanced number of candidates. First each ground truth gets the TopK most
// similar candidates; then, with the receptive fields shrunk by Ratio, it gets
// the SecondTopK most similar, where the first round left them unclaimed.
// Equally similar candidates are all positive, unless Ties is first; one that
// several ground truths want belongs to the last. Of the others, those whose
// largest similarity in the second round is at least NegSimilarity are
// ignored, and the rest are negative unless they lie in an ignore region by
// more than IgnoreIoF of their area.
//
// The receptive field is a square of Field strides around the candidate's
// centre, whatever its size (then the grid is needed), or the candidate's own
// box if Field is 0, as in the authors' code, where the anchors are receptive
// fields. Half of a ResNet-50's theoretical field is 4 to 8 strides.
//
// Time and memory are those of [NWDRKA].
//
// Source: Xu et al. 2022; the HieAssigner of the authors' mmdetection, which
// also fixes 0.8.
type RFLA struct {
	TopK          int     `param:"topk" range:"[1,)" doc:"candidates of each ground truth in the first round"`
	SecondTopK    int     `param:"second_topk" range:"[0,)" doc:"candidates of each ground truth in the second round"`
	Ratio         float64 `range:"(0,)" doc:"size of a receptive field in the second round relative to the first"`
	Field         float64 `range:"[0,)" doc:"side of a receptive field in strides; 0 for the candidate's own box"`
	NegSimilarity float64 `range:"[0,1]" doc:"similarity below which a candidate that is nobody's is negative"`
	Ties          Ties    `oneof:"all|first" doc:"which of equally similar candidates are positive"`
	IgnoreIoF     float64 `param:"ignore_iof" range:"[0,1]" doc:"share of a candidate inside an ignore region beyond which it is no negative"`
	Similarity
}

// NewRFLA returns the assigner with the defaults of the authors' code and the
// ratio of their configurations: Kullback-Leibler similarity, 2 candidates (3
// in their configurations for AI-TOD) and then 1 with fields of 0.9, the
// candidates' own boxes as fields, the rest negative below a similarity of 0.8, and candidates lying in
// ignore regions by more than half ignored.
func NewRFLA() RFLA {
	return RFLA{
		TopK: 2, SecondTopK: 1, Ratio: 0.9, NegSimilarity: 0.8, IgnoreIoF: 0.5,
		Similarity: Similarity{Measure: MeasureKL},
	}
}

var _ Assigner = RFLA{}

// Needs implements [Assigner].
func (r RFLA) Needs() Need {
	if r.Field > 0 {
		return NeedGrid
	}
	return 0
}

// Assign implements [Assigner]. It panics if Field is not 0 and the grid does
// not make up the candidates.
func (r RFLA) Assign(dst *Assignment, c *Candidates, t *Truth) {
	dst.Reset(len(c.Box))
	dst.overlap(c.Box, t.Box)
	r.fields(dst, c)
	ranking{r.Similarity, r.TopK, r.Ties, 2}.label(dst, dst.GT, dst.boxes, t.Box)

	for i, field := range dst.boxes {
		dst.boxes[i] = about(field, float32(r.Ratio))
	}
	dst.second = reuse.Grow(dst.second, len(c.Box))
	for i := range dst.second {
		dst.second[i] = Negative
	}
	ranking{r.Similarity, r.SecondTopK, r.Ties, r.NegSimilarity}.label(dst, dst.second, dst.boxes, t.Box)
	for i, g := range dst.GT {
		if g < 0 {
			dst.GT[i] = dst.second[i]
		}
	}
	dst.ignoreNegatives(c.Box, t.Ignore, r.IgnoreIoF)
}

// fields fills boxes with the candidates' receptive fields.
func (r RFLA) fields(dst *Assignment, c *Candidates) {
	dst.boxes = append(dst.boxes[:0], c.Box...)
	if r.Field == 0 {
		return
	}
	c.requireGrid("RFLA")
	for _, level := range c.Grid {
		half := float32(r.Field) * float32(level.Stride) / 2
		start, end := level.bounds()
		for i := start; i < end; i++ {
			x, y := c.Box[i].Center()
			dst.boxes[i] = Box{x - half, y - half, x + half, y + half}
		}
	}
}
