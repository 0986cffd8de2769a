package sampling

import "detsample/internal/registry"

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

// UnsaidBy returns the sampler because of which it is [Unsaid] how s thins the
// negatives: s itself, or the one in it that decides, as the sampler of negatives
// of [Combined] and that of [ISRP]; of a user's own that holds others and passes
// on what one says, the only one among its parameters that does not say. It is nil
// if s says.
func UnsaidBy(s Sampler) Sampler {
	if ThinningOf(s) != Unsaid {
		return nil
	}
	if _, passesOn := s.(Thinner); !passesOn {
		return s
	}
	if w, ok := s.(wrapper); ok {
		return UnsaidBy(w.thinnedBy())
	}
	var silent []Sampler
	for _, p := range registry.Params(s) {
		if held, ok := p.Default.(Sampler); ok && ThinningOf(held) == Unsaid {
			silent = append(silent, held)
		}
	}
	if len(silent) == 1 {
		return UnsaidBy(silent[0])
	}
	return s
}

// wrapper is a sampler in which another decides how negatives are thinned.
type wrapper interface{ thinnedBy() Sampler }

func (b Combined) thinnedBy() Sampler { return b.Negative }

func (p ISRP) thinnedBy() Sampler { return p.Sampler }

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
func (b Combined) Thinning() Thinning { return ThinningOf(b.thinnedBy()) }

// Thinning implements [Thinner]: that of the sampler it weighs.
func (p ISRP) Thinning() Thinning { return ThinningOf(p.thinnedBy()) }
