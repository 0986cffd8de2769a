package detector

import (
	"fmt"
	"math/bits"
	"math/rand/v2"

	"detsample/bench/small/nn"
)

// trunk makes a feature pyramid of an image: a chain of convolutions whose
// stages halve the resolution, joined top-down to maps of equal depth (FPN;
// Lin et al. 2017).
type trunk struct {
	stem    nn.Stack
	stages  []nn.Stack       // of strides 4, 8, ...; the first below before carry no level
	before  int              // stages below the finest level
	lateral []nn.Layer       // of each level
	joins   []nn.UpsampleAdd // joins[l] adds level l+1 to level l
	maps    []nn.Tensor
}

func newTrunk(w *nn.Work, cfg Config, rng *rand.Rand) *trunk {
	levels, before := len(cfg.Pyramid.Levels), bits.TrailingZeros(uint(cfg.Pyramid.Levels[0].Stride))-bits.TrailingZeros(firstStride)
	t := &trunk{
		before: before,
		stem:   nn.Stack{conv(w, cfg, "stem", 3, cfg.Channels/2, 2, true, rng)},
		joins:  make([]nn.UpsampleAdd, levels-1),
		maps:   make([]nn.Tensor, levels),
	}
	in := cfg.Channels / 2
	for l := range before + levels {
		out := cfg.Channels
		if l > 0 {
			out = 2 * cfg.Channels
		}
		var stage nn.Stack
		for d := range cfg.Depth {
			stride := 1
			if d == 0 {
				stride = 2
			}
			stage = append(stage, conv(w, cfg, fmt.Sprintf("stage%d.%d", l, d), in, out, stride, false, rng))
			in = out
		}
		t.stages = append(t.stages, stage)
		if l < before {
			continue
		}
		t.lateral = append(t.lateral, nn.NewConv(w, nn.ConvConfig{
			Name: fmt.Sprintf("lateral%d", l), In: out, Out: cfg.Channels, Kernel: 1, Stride: 1,
		}, rng))
	}
	return t
}

// conv returns a 3x3 convolution with ReLU, normalised if configured.
func conv(w *nn.Work, cfg Config, name string, in, out, stride int, first bool, rng *rand.Rand) nn.Layer {
	c := nn.ConvConfig{Name: name, In: in, Out: out, Kernel: 3, Stride: stride, ReLU: !cfg.Norm, NoBias: cfg.Norm, NoInputGrad: first}
	layer := nn.NewConv(w, c, rng)
	if !cfg.Norm {
		return layer
	}
	return nn.Stack{layer, nn.NewGroupNorm(nn.GroupNormConfig{
		Name: name + ".norm", Channels: out, Groups: max(1, out/8), Epsilon: 1e-5, ReLU: true,
	})}
}

// forward returns the pyramid's maps, finest first. They stay valid until the
// next call.
func (t *trunk) forward(x nn.Tensor) []nn.Tensor {
	x = t.stem.Forward(x)
	for l, stage := range t.stages {
		x = stage.Forward(x)
		if at := l - t.before; at >= 0 {
			t.maps[at] = t.lateral[at].Forward(x)
		}
	}
	for l := len(t.joins) - 1; l >= 0; l-- {
		t.maps[l] = t.joins[l].Forward(t.maps[l], t.maps[l+1])
	}
	return t.maps
}

// backward takes the gradients of the maps and adds to those of the weights.
func (t *trunk) backward(grads []nn.Tensor) {
	for l := range t.joins {
		_, coarse := t.joins[l].Backward(grads[l])
		nn.Add(grads[l+1], coarse)
	}
	var down nn.Tensor
	for l := len(t.stages) - 1; l >= 0; l-- {
		grad := down
		if at := l - t.before; at >= 0 {
			grad = t.lateral[at].Backward(grads[at])
			if l < len(t.stages)-1 {
				nn.Add(grad, down)
			}
		}
		down = t.stages[l].Backward(grad)
	}
	t.stem.Backward(down)
}

func (t *trunk) layers() []nn.Layer {
	layers := []nn.Layer{t.stem}
	for l := range t.stages {
		layers = append(layers, t.stages[l])
		if at := l - t.before; at >= 0 {
			layers = append(layers, t.lateral[at])
		}
	}
	return layers
}
