package losses

// Balancing is a classification loss that may balance by itself. Balances
// reports whether it does: the gradients of all negatives, however many there
// are, then add up to those of the positives, so that neither a sampler nor a
// prior bias is needed against the flood of negatives.
type Balancing interface {
	Cls
	Balances() bool
}

// Levelling is a classification loss that may level its elements. Levels
// reports whether it does: their weights add up to how many they are, easy ones
// included, so that the loss grows with the candidates, and only a normaliser that
// does too leaves a mean.
type Levelling interface {
	Cls
	Levels() bool
}

// Levels implements [Levelling].
func (GHMC) Levels() bool { return true }

// Balances implements [Balancing]: what a positive gains in rank, the negatives
// above it lose.
func (AveragePrecision) Balances() bool { return true }

// Balances implements [Balancing], like [AveragePrecision].
func (RankSort) Balances() bool { return true }
