package conform

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"detsample/internal/registry"
	"detsample/internal/stage"
	"detsample/sampling"
)

// Sampler returns an error if what a sampler keeps of one of several images, ordinary
// and rare, is no sample: indices ascend without repetition and are of candidates that
// count, weights are finite and not negative, Positives is their number. So it does if
// the sampler writes to its candidates; if equal keys draw unlike samples, where the
// Sample was used before, or other images were sampled between; and, with
// [ErrAllocates], if it allocates once warm. It is given what Needs declares alone, and
// all images at once if it is [sampling.Batched].
func Sampler(s sampling.Sampler) error {
	name := registry.Name(s)
	list := images(rand.New(rand.NewPCG(7, 11)))
	samples, again := make([]sampling.Sample, len(list)), make([]sampling.Sample, len(list))
	if _, batched := s.(sampling.Batched); batched {
		if _, problem := together(s, samples, list, 1); problem != "" {
			return fmt.Errorf("sampler %s: of several images at once, %s", name, problem)
		}
		if _, problem := together(s, again, list, 2); problem != "" { // other keys
			return fmt.Errorf("sampler %s: of several images at once, %s", name, problem)
		}
		if _, problem := together(s, again, list, 1); problem != "" {
			return fmt.Errorf("sampler %s: of several images at once, %s", name, problem)
		}
		if i := unlike(samples, again); i >= 0 {
			return fmt.Errorf("sampler %s: of several images at once, %s: %s", name, list[i].what, another)
		}
	}
	for i := range list {
		if problem := alone(s, &samples[i], list[i], uint64(i)); problem != "" {
			return fmt.Errorf("sampler %s: of %s, %s", name, list[i].what, problem)
		}
	}
	var used sampling.Sample
	for i := range slices.Backward(list) {
		if problem := alone(s, &used, list[i], uint64(i)); problem != "" {
			return fmt.Errorf("sampler %s: of %s, %s", name, list[i].what, problem)
		}
		if unlike(samples[i:i+1], []sampling.Sample{used}) >= 0 {
			return fmt.Errorf("sampler %s: of %s, %s", name, list[i].what, another)
		}
	}
	var source sampling.Source
	c, step := given(list[0].Candidates, s.Needs()), uint64(0)
	return warm("sampler", name, "sampling.Scratch keeps memory in the Sample", func() {
		step++
		s.Sample(&used, &c, source.At(sampling.Key{Step: step}))
	})
}

const another = "it keeps others, or weighs them otherwise, when it is asked again with the same key: it keeps no state, and its only source of chance is the rng that it is given"

// together samples all images at once.
func together(s sampling.Sampler, dst []sampling.Sample, list []image, seed uint64) (repeated int, problem string) {
	var draws stage.Draws
	c, keys := make([]sampling.Candidates, len(list)), make([]sampling.Key, len(list))
	for i := range list {
		c[i], keys[i] = given(list[i].Candidates, s.Needs()), sampling.Key{Seed: seed, Image: uint64(i)}
	}
	return draws.Try(s, dst, c, keys)
}

// alone samples one image.
func alone(s sampling.Sampler, dst *sampling.Sample, of image, id uint64) string {
	var draws stage.Draws
	one := []sampling.Sample{*dst}
	if _, batched := s.(sampling.Batched); batched {
		s = single{s}
	}
	_, problem := draws.Try(s, one, []sampling.Candidates{given(of.Candidates, s.Needs())}, []sampling.Key{{Seed: 1, Image: id}})
	*dst = one[0]
	return problem
}

// single hides that a sampler is Batched.
type single struct{ sampling.Sampler }

// unlike returns the first of the samples that differ, -1 if none do.
func unlike(a, b []sampling.Sample) int {
	for i := range a {
		if !slices.Equal(a[i].Index, b[i].Index) || !slices.Equal(a[i].Weight, b[i].Weight) || !slices.Equal(a[i].BoxWeight, b[i].BoxWeight) {
			return i
		}
	}
	return -1
}
