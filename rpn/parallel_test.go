package rpn

import (
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/losses"
	"detsample/sampling"
)

// every returns a dense stage with each registered assigner and each
// registered sampler, those of other packages included.
func every(t *testing.T) map[string]Config {
	configs := map[string]Config{}
	for _, e := range registry.Of[anchors.Assigner]().All() {
		c := OneStage()
		c.Assigner = e.New()
		configs["assigner "+e.Name] = c
	}
	for _, e := range registry.Of[sampling.Sampler]().All() {
		c := OneStage()
		c.Sampler = e.New()
		configs["sampler "+e.Name] = c
	}
	for name, c := range configs {
		if c.Validate() != nil {
			t.Logf("%s is not for the dense stage", name)
			delete(configs, name)
		}
	}
	return configs
}

// sample is what a stage kept of one image.
type sample struct {
	Index  []int32
	Weight []float32
}

// sharing reports whether the sampler spends one budget on the images of a
// batch, so that its picks are meant to depend on the batch.
func sharing(c *Config) bool {
	_, batched := c.Sampler.(sampling.Batched)
	return batched
}

// samplesOf runs a step on the images and returns what was kept of each.
func samplesOf(c *Config, ids ...uint64) []sample {
	var w Work
	b := step(c, 3, ids...)
	c.Step(&w, b)
	out := make([]sample, len(ids))
	for i := range ids {
		out[i] = sample{slices.Clone(w.samples[i].Index), slices.Clone(w.samples[i].Weight)}
	}
	return out
}

func TestSamplesDependOnNeitherThreadsNorBatching(t *testing.T) {
	ids := []uint64{11, 12, 13, 14}
	for name, c := range every(t) {
		t.Run(name, func(t *testing.T) {
			want := samplesOf(&c, ids...)
			for _, procs := range []int{1, 2, 8} {
				old := runtime.GOMAXPROCS(procs)
				var wg sync.WaitGroup
				for range 8 {
					wg.Go(func() { assert.Equal(t, want, samplesOf(&c, ids...)) })
				}
				wg.Wait()
				runtime.GOMAXPROCS(old)
			}
			if sharing(&c) {
				return
			}
			assert.Equal(t, want, slices.Concat(samplesOf(&c, 11), samplesOf(&c, 12, 13), samplesOf(&c, 14)))
		})
	}
}

func TestThreadsOfAStepChangeNoBit(t *testing.T) {
	for name, c := range every(t) {
		t.Run(name, func(t *testing.T) {
			run := func(threads int) (losses.Value, *Batch) {
				w := Work{Threads: threads}
				b := step(&c, 3, 11, 12, 13, 14, 15)
				c.Step(&w, b)
				b.Key.Step++
				return c.Step(&w, b), b
			}
			want, one := run(1)
			for _, threads := range []int{2, 8} {
				got, many := run(threads)
				assert.Equal(t, want, got)
				assert.True(t, slices.Equal(one.GradLogits, many.GradLogits))
				assert.True(t, slices.Equal(one.GradDeltas, many.GradDeltas))
			}
		})
	}
}
