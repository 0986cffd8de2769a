package stage

import "detsample/sampling"

// Draw samples every image of a batch: image by image, or all at once where
// the sampler shares a budget among them. keys are the images'.
func Draw(s sampling.Sampler, dst []sampling.Sample, c []sampling.Candidates, keys []sampling.Key, source *sampling.Source) {
	if batched, ok := s.(sampling.Batched); ok {
		batched.SampleBatch(dst, c, keys, source)
		return
	}
	for i := range c {
		s.Sample(&dst[i], &c[i], source.At(keys[i]))
	}
}
