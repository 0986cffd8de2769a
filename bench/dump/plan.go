package dump

import (
	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

// Loss is a classification loss to replay.
type Loss struct {
	Name string
	Cls  losses.Cls
}

// Sampler is a sampler to replay, alone or with the loss of a strategy.
type Sampler struct {
	Name    string
	Sampler sampling.Sampler
	Cls     losses.Cls // which it mines by, and which learns from the picks; nil is cross entropy
	Stage   *Stage     // that it is of; nil is StageDense, weights of 1, SmoothL1 of beta 1/9 and a coder of weights 1
}

// Stage is what of a strategy's stage decides, beside its classification loss,
// what the sampler keeps of a state.
type Stage struct {
	// Assigner labels the candidates for this sampler and its loss, where the dump
	// has no labels; nil is that of [Options]. Where labels are there it is not asked.
	Assigner anchors.Assigner

	Key                  sampling.Stage // part of the random key
	ClsWeight, BoxWeight float64        `range:"[0,)"` // times which losses are added where a sampler ranks by both
	Box                  losses.Box     // by which it ranks
	Coder                anchors.Coder  // between candidates, the deltas of the state and boxes
}

// plainStage returns the stage of a sampler without one.
func plainStage() *Stage {
	return &Stage{
		Key: sampling.StageDense, ClsWeight: 1, BoxWeight: 1, Box: losses.SmoothL1{Beta: 1.0 / 9}, Coder: anchors.NewCoder(1, 1, 1, 1),
	}
}

// stage returns what the sampler is of.
func (s *Sampler) stage() *Stage {
	if s.Stage == nil {
		return plainStage()
	}
	return s.Stage
}

// Difficulty is what candidates are sorted into deciles by.
type Difficulty uint8

const (
	// ByProbability is 1-p_t, one minus the probability of what is true: of the
	// object's class; of the background, under sigmoid one minus the highest
	// class probability.
	ByProbability Difficulty = iota
	// ByLoss is plain cross entropy, which counts every column.
	ByLoss
)

// Plan says what to replay.
type Plan struct {
	Losses     []Loss // over the candidates as they are labelled for the first sampler
	Samplers   []Sampler
	Difficulty Difficulty

	// Batch is how many images make a batch, for losses and samplers that look
	// at all of it; 0 is 1.
	Batch int

	// Compared is how many candidates the similarity of weightings is computed
	// on, about: of more, a sample drawn by index. 0 is [DefaultCompared].
	Compared int

	Seed, Step uint64 // of the samplers' randomness, beside the image
	// Progress, if not nil, is told the share of the work that is done, one call
	// at a time.
	Progress func(done float64)
	Workers  int // 0: one for each processor; results do not depend on it
}

// DefaultCompared is the default of [Plan].Compared.
const DefaultCompared = 1 << 18
