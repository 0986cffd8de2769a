// Package boosting lays the weights that strategies give the candidates of a training
// state beside those of AdaBoost and LogitBoost: how alike they are by rank, by their
// heaviest and by divergence, and how each divides among positives, easy and hard
// negatives. States are those along a training of the small detectors.
package boosting

import "math"

// Run is what the weightings make of the states along one training: a line
// of the results of an experiment that keeps states.
type Run struct {
	Strategy string   `json:"strategy"` // that trained
	Seed     uint64   `json:"seed"`
	Moments  []Moment `json:"moments"`
}

// Moment is one of these states. Figures are means over batches of the size of
// a step, as a weighting is normalised within a step.
type Moment struct {
	Images     int         `json:"images"`     // seen before
	Elements   float64     `json:"elements"`   // of a batch: a candidate's score for a class, ignored candidates apart
	Positives  float64     `json:"positives"`  // of these
	Outliers   float64     `json:"outliers"`   // of these, negatives on an object without annotation
	Weightings []Weighting `json:"weightings"` // strategies in the configuration's order, then boosting
}

// Names are those of its weightings.
func (m *Moment) Names() []string {
	names := make([]string, len(m.Weightings))
	for i := range m.Weightings {
		names[i] = m.Weightings[i].Name
	}
	return names
}

// Weighting is how one weighting divides among the elements of a step. The weight
// of an element is the size of the loss's derivative by its logit; of AdaBoost
// it is exp(-m), of LogitBoost p(1-p), at the margin m.
type Weighting struct {
	Name    string     `json:"name"`
	Weight  Shares     `json:"weight"`
	Loss    Shares     `json:"loss"`    // zero for boosting
	Hardest float64    `json:"hardest"` // share of the weight of the 1% of all elements with the lowest margins
	Outlier float64    `json:"outlier"` // share of the weight on outliers
	Alike   []Likeness `json:"alike"`   // to AdaBoost, LogitBoost and cross entropy
}

// Like returns how alike the weighting is to another one; NaN throughout where it was not
// laid beside that, as of itself.
func (w *Weighting) Like(to string) Likeness {
	for _, a := range w.Alike {
		if a.To == to {
			return a
		}
	}
	return Likeness{To: to, Rank: math.NaN(), Top: math.NaN(), KL: math.NaN()}
}

// Shares divide a sum among positives, easy negatives, whose probability of being
// right is above 1/2, and hard ones.
type Shares struct {
	Positives float64 `json:"positives"`
	Easy      float64 `json:"easy"`
	Hard      float64 `json:"hard"`
}

// Likeness is how alike a weighting is to another one of the same elements.
type Likeness struct {
	To   string  `json:"to"`
	Rank float64 `json:"rank"` // Spearman's correlation
	Top  float64 `json:"top"`  // overlap of the heaviest 1%
	KL   float64 `json:"kl"`   // divergence, in nats, of this one's normalised weights from the other's
}

// The weightings that strategies are laid beside.
const (
	AdaBoost     = "AdaBoost"
	LogitBoost   = "LogitBoost"
	CrossEntropy = "ce"
)
