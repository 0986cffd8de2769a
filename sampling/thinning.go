package sampling

// Thinning says what a sampler does to the negatives before any loss sees
// them.
type Thinning uint8

// The kinds of it.
const (
	// Unsaid: the sampler does not say, as one of a user's own need not.
	Unsaid Thinning = iota
	// KeepsAll: every negative counts, or a draw weighed such that its expected
	// gradient is that of all.
	KeepsAll
	// Balances: negatives are made fewer, or lighter, to balance the positives.
	Balances
	// Mines: only the hardest negatives are kept, or mostly those.
	Mines
)

// Thinner is a sampler that says how it thins the negatives: warnings of focal
// loss after sampling rest on it. Beside a sampler that does not say, a focusing
// loss is warned of as after one that balances, and the warning tells what is
// not known.
type Thinner interface {
	Sampler
	Thinning() Thinning
}

// ThinningOf returns how s thins the negatives, [Unsaid] if it does not say.
func ThinningOf(s Sampler) Thinning {
	if t, ok := s.(Thinner); ok {
		return t.Thinning()
	}
	return Unsaid
}

// Thinning implements [Thinner].
func (All) Thinning() Thinning { return KeepsAll }

// Thinning implements [Thinner]: the weights make up for what is not drawn.
func (Importance) Thinning() Thinning { return KeepsAll }

// Thinning implements [Thinner].
func (Random) Thinning() Thinning { return Balances }

// Thinning implements [Thinner].
func (InstanceBalanced) Thinning() Thinning { return Balances }

// Thinning implements [Thinner].
func (IoUBalanced) Thinning() Thinning { return Balances }

// Thinning implements [Thinner].
func (Expectation) Thinning() Thinning { return Balances }

// Thinning implements [Thinner].
func (HardNegative) Thinning() Thinning { return Mines }

// Thinning implements [Thinner].
func (OHEM) Thinning() Thinning { return Mines }

// Thinning implements [Thinner].
func (BalancedOHEM) Thinning() Thinning { return Mines }

// Thinning implements [Thinner].
func (SoftOHEM) Thinning() Thinning { return Mines }

// Thinning implements [Thinner].
func (ScoreHLR) Thinning() Thinning { return Mines }

// Thinning implements [Thinner]: that of the sampler of negatives.
func (b Combined) Thinning() Thinning { return ThinningOf(b.Negative) }

// Thinning implements [Thinner]: that of the sampler it weighs.
func (p ISRP) Thinning() Thinning { return ThinningOf(p.Sampler) }
