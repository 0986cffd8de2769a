package sampling

// Thinning says what a sampler does to the negatives before any loss sees
// them.
type Thinning uint8

// The three kinds.
const (
	// KeepsAll: every negative counts, or a draw weighed such that its expected
	// gradient is that of all.
	KeepsAll Thinning = iota
	// Balances: negatives are made fewer, or lighter, to balance the positives.
	Balances
	// Mines: only the hardest negatives are kept, or mostly those.
	Mines
)

// Thinner is a sampler that says how it thins the negatives. One that does not
// is taken for one that keeps all.
type Thinner interface {
	Sampler
	Thinning() Thinning
}

// ThinningOf returns how s thins the negatives.
func ThinningOf(s Sampler) Thinning {
	if t, ok := s.(Thinner); ok {
		return t.Thinning()
	}
	return KeepsAll
}

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

// Asking is a sampler that asks for a number of positives in each image and
// fills up with negatives where it finds fewer.
type Asking interface {
	Sampler
	AskedPositives() int
}

// AskedPositives returns the positives that s asks for in each image, 0 if it
// takes what there is.
func AskedPositives(s Sampler) int {
	if a, ok := s.(Asking); ok {
		return a.AskedPositives()
	}
	return 0
}

// AskedPositives implements [Asking] for the samplers with a quota.
func (q Quota) AskedPositives() int { return q.positives() }

// AskedPositives implements [Asking]: those of the sampler of positives.
func (b Combined) AskedPositives() int { return AskedPositives(b.Positive) }

// AskedPositives implements [Asking]: those of the sampler it weighs.
func (p ISRP) AskedPositives() int { return AskedPositives(p.Sampler) }
