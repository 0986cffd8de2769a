package stage

import (
	"fmt"

	"detsample/internal/registry"
	"detsample/sampling"
)

// every is all that a stage can give a sampler.
const every = sampling.NeedIoU | sampling.NeedBox | sampling.NeedTruthClass | sampling.NeedTruth | sampling.NeedHead

// CheckNeeds reports a sampler that declares a need which is none of package
// sampling's, and which nothing could meet.
func CheckNeeds(s sampling.Sampler) error {
	if unknown := s.Needs() &^ every; unknown != 0 {
		return fmt.Errorf("sampler %s declares need %#x, which is none of package sampling's: combine its constants by |", registry.Name(s), uint16(unknown))
	}
	return nil
}
