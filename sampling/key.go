package sampling

import "math/rand/v2"

// Stage tells the random streams of a detector's stages apart.
type Stage uint64

// The stages that draw samples.
const (
	StageDense Stage = iota + 1 // the only stage of a one-stage detector
	StageRPN
	StageROI
)

// Key names one draw: the run's seed, the training step, the stage and the
// image (its identity in the data set, not its place in the batch). Equal
// keys draw equal samples, whatever else is drawn, where, and in what order.
//
// A step of packages rpn and roi takes Seed and Step, and fills in the others.
type Key struct {
	Seed  uint64
	Step  uint64
	Stage Stage
	Image uint64
}

// Words returns the two words that seed the key's PCG stream. Nearby keys give
// unrelated streams: every part passes through SplitMix64's finaliser (Steele
// et al. 2014) before the next is mixed in.
func (k Key) Words() (hi, lo uint64) {
	hi = mix(k.Seed)
	hi = mix(hi ^ k.Step)
	hi = mix(hi ^ uint64(k.Stage))
	hi = mix(hi ^ k.Image)
	return hi, mix(hi)
}

// Source is a random source that is re-seeded for every key without
// allocating.
type Source struct {
	pcg  watched
	rand *rand.Rand
}

// watched notes whether anything is drawn.
type watched struct {
	rand.PCG
	drawn bool
}

// Uint64 implements [rand.Source].
func (w *watched) Uint64() uint64 {
	w.drawn = true
	return w.PCG.Uint64()
}

// At returns the source at the start of k's stream. It stays valid until the
// next call.
func (s *Source) At(k Key) *rand.Rand {
	if s.rand == nil {
		s.rand = rand.New(&s.pcg)
	}
	s.pcg.Seed(k.Words())
	return s.rand
}

// Drawn reports whether anything was drawn, from the stream of any key, since
// it was last asked: whether a sampler left something to chance.
func (s *Source) Drawn() bool {
	drawn := s.pcg.drawn
	s.pcg.drawn = false
	return drawn
}

func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
