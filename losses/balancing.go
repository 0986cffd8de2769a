package losses

// Balancing is a classification loss that may balance by itself. Balances
// reports whether it does: the gradients of all negatives, however many there
// are, then add up to those of the positives, so that neither a sampler nor a
// prior bias is needed against the flood of negatives.
type Balancing interface {
	Cls
	Balances() bool
}

// Balances implements [Balancing]: what a positive gains in rank, the negatives
// above it lose.
func (AveragePrecision) Balances() bool { return true }

// Balances implements [Balancing], like [AveragePrecision].
func (RankSort) Balances() bool { return true }
