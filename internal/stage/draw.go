package stage

import (
	"fmt"
	"math"
	"runtime"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/sampling"
)

// Draws samples one batch after another with one sampler. It allocates nothing
// once warm.
type Draws struct {
	source  sampling.Source
	last    []sampling.Key // of the batch before
	checked bool
	foreign bool // the sampler, or one that it wraps
}

// Draw samples every image of a batch: image by image, or all at once where
// the sampler shares a budget among them. keys are the images'. It returns how
// many images drew by chance with a key that was used already, by the image
// before or, at the same place, in the batch before.
//
// It panics if a sampler reads a field of the candidates that it does not
// declare, and if it gives something that is no sample: in the first batch, and
// in every one if it is [Foreign]. In the first batch it panics as well if a
// sampler writes to its candidates.
func (d *Draws) Draw(s sampling.Sampler, dst []sampling.Sample, c []sampling.Candidates, keys []sampling.Key) (repeated int) {
	repeated, problem := d.Try(s, dst, c, keys)
	if problem != "" {
		panic(fmt.Sprintf("sampler %s: %s", registry.Name(s), problem))
	}
	return repeated
}

// Try is [Draws.Draw] that returns what is wrong with a sampler, "" if nothing is.
func (d *Draws) Try(s sampling.Sampler, dst []sampling.Sample, c []sampling.Candidates, keys []sampling.Key) (repeated int, problem string) {
	var before untouched
	if !d.checked {
		before, d.foreign = look(c), Foreign(s)
	}
	d.sample(s, dst, c, keys)
	if d.source.Drawn() {
		repeated = d.repeated(keys)
	}
	d.last = append(d.last[:0], keys...)
	if !d.checked {
		problem = before.changed(c)
	}
	if !d.checked || d.foreign {
		for i := 0; i < len(c) && problem == ""; i++ {
			problem = flaw(&dst[i], &c[i])
		}
	}
	d.checked = d.checked || len(c) > 0
	return repeated, problem
}

// sample draws the samples.
func (d *Draws) sample(s sampling.Sampler, dst []sampling.Sample, c []sampling.Candidates, keys []sampling.Key) {
	defer explain(s)
	if batched, ok := s.(sampling.Batched); ok {
		batched.SampleBatch(dst, c, keys, &d.source)
	} else {
		for i := range c {
			s.Sample(&dst[i], &c[i], d.source.At(keys[i]))
		}
	}
}

// repeated counts the keys that were used already.
func (d *Draws) repeated(keys []sampling.Key) (n int) {
	for i, k := range keys {
		if i > 0 && k == keys[i-1] || i < len(d.last) && k == d.last[i] {
			n++
		}
	}
	return n
}

// explain adds, to the panic of a sampler that reads beyond a list's end, what
// it has not declared.
func explain(s sampling.Sampler) {
	switch r := recover().(type) {
	case nil:
	case runtime.Error:
		panic(fmt.Errorf("sampler %s: %w; its Needs declares %v, and the fields of Candidates that it does not declare are nil", registry.Name(s), r, s.Needs()))
	default:
		panic(r)
	}
}

// flaw says why what a sampler left is no sample; "" if it is one.
func flaw(s *sampling.Sample, c *sampling.Candidates) string {
	if len(s.Weight) != len(s.Index) || len(s.BoxWeight) != 0 && len(s.BoxWeight) != len(s.Index) {
		return fmt.Sprintf("%d candidates are kept, with %d weights and %d box weights: Keep gives each a weight", len(s.Index), len(s.Weight), len(s.BoxWeight))
	}
	positives := 0
	for i, at := range s.Index {
		switch {
		case at < 0 || int(at) >= len(c.GT):
			return fmt.Sprintf("candidate %d of %d is kept", at, len(c.GT))
		case i > 0 && at <= s.Index[i-1]:
			return fmt.Sprintf("candidate %d is kept after %d: Index must ascend without repetition", at, s.Index[i-1])
		case c.GT[at] == anchors.Ignored:
			return fmt.Sprintf("candidate %d is kept, which is ignored", at)
		case c.GT[at] >= 0:
			positives++
		}
	}
	for _, list := range [][]float32{s.Weight, s.BoxWeight} {
		for i, w := range list {
			if !(w >= 0 && w <= math.MaxFloat32) {
				return fmt.Sprintf("candidate %d has weight %v: weights are finite and at least 0", s.Index[i], w)
			}
		}
	}
	if s.Positives != positives {
		return fmt.Sprintf("Positives is %d, and %d positives are kept", s.Positives, positives)
	}
	return ""
}
