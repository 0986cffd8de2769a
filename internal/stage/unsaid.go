package stage

import (
	"detsample/internal/registry"
	"detsample/sampling"
)

// UnsaidBy returns the sampler because of which it is [sampling.Unsaid] how s
// thins the negatives: s itself, or the one in it that decides, as the sampler of
// negatives of [sampling.Combined] and that of [sampling.ISRP]; of a user's own
// that holds others and passes on what one says, the only one among its parameters
// that does not say. It is nil if s says.
func UnsaidBy(s sampling.Sampler) sampling.Sampler {
	if sampling.ThinningOf(s) != sampling.Unsaid {
		return nil
	}
	if _, passesOn := s.(sampling.Thinner); !passesOn {
		return s
	}
	switch w := s.(type) {
	case sampling.Combined:
		return UnsaidBy(w.Negative)
	case *sampling.Combined:
		return UnsaidBy(w.Negative)
	}
	var silent []sampling.Sampler
	for _, p := range registry.Params(s) {
		if held, ok := p.Default.(sampling.Sampler); ok && sampling.ThinningOf(held) == sampling.Unsaid {
			silent = append(silent, held)
		}
	}
	if len(silent) == 1 {
		return UnsaidBy(silent[0])
	}
	return s
}
