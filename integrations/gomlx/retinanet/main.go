// Command retinanet trains a small RetinaNet in GoMLX, on its backend in Go, on
// generated scenes, under a strategy of detsample.
//
//	go run ./retinanet                       focal loss over all anchors
//	go run ./retinanet -strategy ssd         the hardest negatives, 3 to a positive
//	go run ./retinanet -strategy ohem        the 64 hardest anchors of an image
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"github.com/gomlx/gomlx/backends"
	"github.com/gomlx/gomlx/backends/simplego"
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"
	"github.com/gomlx/gomlx/pkg/ml/context"
	"github.com/gomlx/gomlx/pkg/ml/train"
	"github.com/gomlx/gomlx/pkg/ml/train/optimizers"

	"detsample/anchors"
	"detsample/bench/dataset"
	"detsample/bench/small/scene"
	"detsample/integrations/gomlx"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

func main() {
	name := flag.String("strategy", "focal", "focal, ssd or ohem")
	steps := flag.Int("steps", 400, "training steps, of 4 images")
	flag.Parse()
	strategy, ok := strategies[*name]
	if !ok {
		fmt.Fprintf(os.Stderr, "retinanet: strategy %q: expected focal, ssd or ohem\n", *name)
		os.Exit(2)
	}
	if err := run(strategy(), *steps); err != nil {
		fmt.Fprintln(os.Stderr, "retinanet:", err)
		os.Exit(1)
	}
}

// strategies are some of the dense stage's: change any part.
var strategies = map[string]func() rpn.Config{
	"focal": rpn.OneStage,
	"ssd": func() rpn.Config {
		c := rpn.OneStage()
		c.Cls, c.Sampler = losses.CE{}, sampling.HardNegative{Ratio: 3}
		return c
	},
	"ohem": func() rpn.Config {
		c := rpn.OneStage()
		c.Cls, c.Sampler = losses.CE{}, sampling.OHEM{Num: 64}
		return c
	},
}

// scenes are plain enough to be learned in less than a minute.
var scenes = scene.Config{
	Size: 48, Train: 500, Test: 100, Classes: 2, MinObjects: 1, MaxObjects: 2, MinSize: 12, MaxSize: 24,
	Contrast: 0.5, Noise: 0.01, Texture: 0.1,
}

func run(strategy rpn.Config, steps int) error {
	set, err := scene.Generate(scenes, 1)
	if err != nil {
		return err
	}
	backend, err := simplego.New("")
	if err != nil {
		return err
	}
	t, err := newTraining(backend, strategy, set, 4)
	if err != nil {
		return err
	}
	start := time.Now()
	_, err = t.loop.RunSteps(t.data, steps)
	if err != nil {
		return err
	}
	fmt.Printf("%d steps in %v\n", steps, time.Since(start).Round(time.Second))
	ap, ap50, err := evaluate(t.forward, strategy, set)
	if err != nil {
		return err
	}
	fmt.Printf("AP %.3f, AP50 %.3f on %d test images\n", ap, ap50, len(set.Test))
	return nil
}

// training is a model with what trains it.
type training struct {
	loop    *train.Loop
	forward *context.Exec
	data    *gomlx.Dataset
}

// newTraining trains a model under a strategy: by its targets where these are
// known before the head is run, by its gradients elsewhere.
func newTraining(backend backends.Backend, strategy rpn.Config, set *dataset.Set, images int) (*training, error) {
	classes := len(set.Classes)
	stage := &gomlx.Dense{
		Config: strategy, Classes: classes, Seed: 1,
		Anchors: anchors.Candidates{
			Box: pyramid.Append(nil, set.Width, set.Height), Grid: pyramid.Grids(set.Width, set.Height), Pyramid: &pyramid,
			Width: float32(set.Width), Height: float32(set.Height),
		},
	}
	ctx := context.New()
	if err := ctx.SetRNGStateFromSeed(1); err != nil {
		return nil, err
	}
	forward, err := context.NewExec(backend, ctx, func(ctx *context.Context, pixels *graph.Node) (logits, deltas *graph.Node) {
		return model(ctx, pixels, classes)
	})
	if err != nil {
		return nil, err
	}
	t := &training{forward: forward, data: &gomlx.Dataset{Source: &batches{set, images, rand.New(rand.NewPCG(1, 2))}, Dense: stage}}
	loss, err := stage.TargetLoss()
	if err != nil { // it looks at what the head put out, or its loss is not written as nodes
		loss, t.data.Forward = gomlx.HostLoss, forward
	}
	trainer := train.NewTrainer(backend, ctx, func(ctx *context.Context, _ any, inputs []*graph.Node) []*graph.Node {
		logits, deltas := model(ctx, inputs[0], classes)
		return []*graph.Node{logits, deltas}
	}, loss, optimizers.Adam().LearningRate(0.003).Done(), nil, nil)
	t.loop = train.NewLoop(trainer)
	t.loop.OnStep("loss", 0, func(loop *train.Loop, metrics []*tensors.Tensor) error {
		if (loop.LoopStep+1)%100 == 0 {
			fmt.Printf("step %4d: loss %.3f\n", loop.LoopStep+1, tensors.ToScalar[float32](metrics[1]))
		}
		return nil
	})
	return t, nil
}
