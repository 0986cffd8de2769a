package small

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/small/scene"
	"detsample/bench/trainer"
)

// heap returns the bytes in use, after a collection.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

func TestMemoryIsEstimatedToAFactor(t *testing.T) {
	if testing.Short() {
		t.Skip("is about memory")
	}
	const base = `
scenes: {size: 96, train: 16, test: 16}
training: {images: 32, batch: 8, warmup: 2, checkpoints: 1}
strategies:
  - {name: one, dense: {}}
  - {name: two, rpn: {}, roi: {sampler: ohem}}
`
	for _, text := range []string{
		base,
		strings.Replace(base, "size: 96", "size: 256", 1),
		strings.Replace(base, "batch: 8", "batch: 32", 1),
		base + "detector: {channels: 128, norm: true, depth: 1, head_depth: 1}\n",
		base + "detector: {pyramid: {levels: [{stride: 8, sizes: [16, 24]}, {stride: 16, sizes: [40, 60]}]}}\n",
		base + "detector: {pyramid: {levels: [{stride: 4, sizes: [8, 10, 12, 14]}, {stride: 8, sizes: [16]}]}}\n",
		base + "detector: {channels: 16, depth: 4, head_depth: 4, rpn_depth: 3, roi_hidden: 1024}\n",
	} {
		c, err := config.Parse("memory.yaml", []byte(text))
		require.NoError(t, err)
		set, err := scene.Generate(c.Scenes, c.SceneSeed)
		require.NoError(t, err)
		for i := range c.Strategies {
			of := Trainer{Network: c.Detector, Training: c.Training, Areas: c.Areas}
			job := trainer.Job{Strategy: &c.Strategies[i], Seed: 1, Data: set, Images: c.Training.Images}
			before := heap()
			run := newTraining(of, job)
			require.NoError(t, run.until(t.Context(), c.Training.Batch, func(int) {}))
			require.NoError(t, run.eval.detect(t.Context(), run.detector))
			took := heap() - before
			runtime.KeepAlive(run)
			estimate := of.Memory(job)
			assert.Greater(t, estimate, 0.9*took, text)
			assert.Less(t, estimate, 1.7*took, text)
		}
	}
}
