package stage

import (
	"fmt"

	"detsample/internal/registry"
	"detsample/sampling"
)

// every is all that a stage can give a sampler.
const every = sampling.NeedIoU | sampling.NeedBox | sampling.NeedTruthClass | sampling.NeedTruth | sampling.NeedHead

// CheckSampler reports a parameter of a sampler that is out of its range, and a
// need that is none of package sampling's, which nothing could meet.
func CheckSampler(s sampling.Sampler) error {
	if err := registry.Check(s); err != nil {
		return fmt.Errorf("sampler %s: %w", registry.Name(s), err)
	}
	return checkNeeds(s)
}

func checkNeeds(s sampling.Sampler) error {
	if unknown := s.Needs() &^ every; unknown != 0 {
		return fmt.Errorf("sampler %s declares need %#x, which is none of package sampling's: combine its constants by |", registry.Name(s), uint16(unknown))
	}
	return nil
}
