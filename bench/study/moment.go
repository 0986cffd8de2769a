package study

// stateRun is what the weightings make of the states along one training: a line
// of the results of an experiment that keeps states.
type stateRun struct {
	Strategy string   `json:"strategy"` // that trained
	Seed     uint64   `json:"seed"`
	Moments  []moment `json:"moments"`
}

// moment is one of these states. Figures are means over batches of the size of
// a step, as a weighting is normalised within a step.
type moment struct {
	Images     int       `json:"images"`     // seen before
	Elements   float64   `json:"elements"`   // of a batch: a candidate's score for a class, ignored candidates apart
	Positives  float64   `json:"positives"`  // of these
	Outliers   float64   `json:"outliers"`   // of these, negatives on an object without annotation
	Weightings []weighed `json:"weightings"` // strategies in the configuration's order, then boosting
}

// weighed is how one weighting divides among the elements of a step. The weight
// of an element is the size of the loss's derivative by its logit; of AdaBoost
// it is exp(-m), of LogitBoost p(1-p), at the margin m.
type weighed struct {
	Name    string        `json:"name"`
	Weight  massShares    `json:"weight"`
	Loss    massShares    `json:"loss"`    // zero for boosting
	Hardest float64       `json:"hardest"` // share of the weight of the 1% of all elements with the lowest margins
	Outlier float64       `json:"outlier"` // share of the weight on outliers
	Alike   []resemblance `json:"alike"`   // to AdaBoost, LogitBoost and cross entropy
}

// massShares divide a sum among positives, easy negatives, whose probability of being
// right is above 1/2, and hard ones.
type massShares struct {
	Positives float64 `json:"positives"`
	Easy      float64 `json:"easy"`
	Hard      float64 `json:"hard"`
}

// resemblance is how alike a weighting is to another one of the same elements.
type resemblance struct {
	To   string  `json:"to"`
	Rank float64 `json:"rank"` // Spearman's correlation
	Top  float64 `json:"top"`  // overlap of the heaviest 1%
	KL   float64 `json:"kl"`   // divergence, in nats, of this one's normalised weights from the other's
}

// The weightings that strategies are laid beside.
const (
	adaBoost   = "AdaBoost"
	logitBoost = "LogitBoost"
	plain      = "ce"
)
