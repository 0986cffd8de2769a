package main

import (
	"testing"
	"time"

	"github.com/gomlx/gomlx/backends/simplego"
	"github.com/gomlx/gomlx/pkg/core/tensors"
	"github.com/gomlx/gomlx/pkg/ml/train"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/small/scene"
)

// Every strategy trains the network, in few steps of few images.
func TestEveryStrategyLearns(t *testing.T) {
	few := scenes
	few.Train, few.Test = 4, 1
	set, err := scene.Generate(few, 1)
	require.NoError(t, err)
	for name, strategy := range strategies {
		tr, err := newTraining(simplego.GetBackend(), strategy(), set, 2)
		require.NoError(t, err)
		var of []float64
		tr.loop.OnStep("test", 0, func(_ *train.Loop, m []*tensors.Tensor) error {
			of = append(of, float64(tensors.ToScalar[float32](m[0])))
			return nil
		})
		_, err = tr.loop.RunSteps(tr.data, 30)
		require.NoError(t, err, name)
		require.Len(t, of, 30, name)
		assert.Less(t, mean(of[25:]), 0.8*mean(of[:5]), name)
		_, _, err = evaluate(tr.forward, strategy(), set)
		assert.NoError(t, err)
	}
}

func mean(of []float64) (sum float64) {
	for _, v := range of {
		sum += v
	}
	return sum / float64(len(of))
}

// BenchmarkStep measures a training step, and which share of it is detsample's
// (host-%) and the second pass through the network (forward-%).
func BenchmarkStep(b *testing.B) {
	set, err := scene.Generate(scenes, 1)
	require.NoError(b, err)
	for _, name := range []string{"focal", "ssd"} {
		b.Run(name, func(b *testing.B) {
			tr, err := newTraining(simplego.GetBackend(), strategies[name](), set, 4)
			require.NoError(b, err)
			_, err = tr.loop.RunSteps(tr.data, 1) // compiles
			require.NoError(b, err)
			d := tr.data
			var host, forward, all time.Duration
			for b.Loop() {
				start := time.Now()
				inputs, images, err := d.Next()
				require.NoError(b, err)
				got := time.Now()
				var labels []*tensors.Tensor
				if d.Forward == nil {
					labels = d.Dense.Targets(1, images)
					host += time.Since(got)
				} else {
					out, err := d.Forward.Exec(inputs[0])
					require.NoError(b, err)
					forward += time.Since(got)
					got = time.Now()
					labels, _, err = d.Dense.Gradients(1, images, out[0], out[1])
					require.NoError(b, err)
					host += time.Since(got)
				}
				_, err = tr.loop.Trainer.TrainStep(nil, inputs, labels)
				require.NoError(b, err)
				all += time.Since(start)
			}
			b.ReportMetric(100*float64(host)/float64(all), "host-%")
			b.ReportMetric(100*float64(forward)/float64(all), "forward-%")
		})
	}
}
