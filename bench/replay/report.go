package replay

import (
	"math"
	"slices"

	"detsample/bench/dump"
)

// Report is what losses, samplers and strategies make of a detector's own
// numbers.
type Report struct {
	Path       string    `json:"path"`
	Conclusion []string  `json:"conclusion"`
	Images     int       `json:"images"`
	Labels               // that Losses and the first of Samplers go by
	Others     []Labels  `json:"other_labels,omitempty"`               // that other strategies go by, where their assigners differ
	Unlike     int       `json:"candidates_labelled_unlike,omitempty"` // those that not all labels say the same of
	Classes    []string  `json:"classes"`                              // of the shares by class, the background last
	Losses     []Loss    `json:"losses"`
	Samplers   []Sampler `json:"samplers"` // with the losses of their strategies, if there are any
	Likeness   Likeness  `json:"likeness"`
	Notes      []string  `json:"notes,omitempty"`

	// Strategies says that Samplers are the strategies of a configuration, and
	// not samplers alone.
	Strategies bool `json:"strategies"`

	// Unasked are the assigners of strategies, each as "max_iou of focal", where
	// they differ and the labels are the dump's for all.
	Unasked []string `json:"assigners_not_asked,omitempty"`

	// Files are the digests, SHA-256, of what was written beside the report.
	Files map[string]string `json:"files,omitempty"`
}

// Divided is a quantity of positives and of negatives.
type Divided struct {
	Positives float64 `json:"positives"`
	Negatives float64 `json:"negatives"`
}

// Total returns the sum of both.
func (d Divided) Total() float64 { return d.Positives + d.Negatives }

// Loss says where a loss puts its weight over all candidates: shares of its sum
// by decile of difficulty, the easiest first, and by class.
type Loss struct {
	Name            string                `json:"name"`
	Loss            [dump.Deciles]Divided `json:"loss_by_decile"`
	Gradient        [dump.Deciles]Divided `json:"gradient_by_decile"`
	LossClass       []float64             `json:"loss_by_class"`
	GradientClass   []float64             `json:"gradient_by_class"`
	Weight          [dump.Deciles]Divided `json:"effective_weight_by_decile"` // mean, beside cross entropy
	NegativesLoss   float64               `json:"negatives_share_of_loss"`
	NegativesWeight float64               `json:"negatives_share_of_gradient"`
}

// Sampler says what a sampler picks of an actual state, and what is learnt from
// the picks.
type Sampler struct {
	Name      string                `json:"name"`
	Labels    int                   `json:"labels"`             // that it goes by: 0 the report's own, or the place among Others, from 1
	Assigner  string                `json:"assigner,omitempty"` // of its strategy's stage
	Positives float64               `json:"positives_per_image"`
	Negatives float64               `json:"negatives_per_image"`
	Decile    [dump.Deciles]Divided `json:"picks_by_decile"`
	Mass      []float64             `json:"gradient_in_picks"` // of each loss, in the order of Losses

	// Gradient is that of the strategy's loss, or of cross entropy, on the picks:
	// shares of its sum by decile of difficulty.
	Gradient      [dump.Deciles]Divided `json:"gradient_by_decile"`
	GradientClass []float64             `json:"gradient_by_class"`
}

// Likeness is how much of the heaviest 1% two weightings share, and their rank
// correlation; nil where one is constant.
type Likeness struct {
	Names    []string     `json:"names"`
	Top      [][]*float64 `json:"top_1_percent_overlap"`
	Spearman [][]*float64 `json:"rank_correlation"`
}

// Pair returns the overlap of the heaviest 1% of two weightings by name, and
// false if it is not known.
func (l *Likeness) Pair(a, b string) (overlap float64, ok bool) {
	i, k := slices.Index(l.Names, a), slices.Index(l.Names, b)
	if i < 0 || k < 0 || l.Top[i][k] == nil {
		return 0, false
	}
	return *l.Top[i][k], true
}

func divided(splits [dump.Deciles]dump.Split) (out [dump.Deciles]Divided) {
	for i, s := range splits {
		out[i] = Divided{s.Positives, s.Negatives}
	}
	return out
}

func negatives(deciles [dump.Deciles]dump.Split) (sum float64) {
	for _, d := range deciles {
		sum += d.Negatives
	}
	return sum
}

// defined returns a matrix with nil in place of NaN, which JSON cannot hold.
func defined(m [][]float64) [][]*float64 {
	out := make([][]*float64, len(m))
	for i, row := range m {
		out[i] = make([]*float64, len(row))
		for k, v := range row {
			if !math.IsNaN(v) {
				out[i][k] = &v
			}
		}
	}
	return out
}
