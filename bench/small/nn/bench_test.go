package nn

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas"

	"detsample/internal/sgemm"
)

// BenchmarkLayers times a batch of 8 maps (512 rows for the linear layer) on
// one core. flop/s counts multiplications and additions.
func BenchmarkLayers(b *testing.B) {
	engines := []struct {
		name string
		new  func() blas.Float32Level3
	}{
		{sgemm.Name(), func() blas.Float32Level3 { return sgemm.New() }},
		{"serial gonum", func() blas.Float32Level3 { return Serial{} }},
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for _, engine := range engines {
		conv := func(cfg ConvConfig) func() Layer {
			cfg.Name = "conv"
			return func() Layer { return NewConv(NewWork(engine.new()), cfg, rng) }
		}
		for _, c := range []struct {
			name  string
			layer func() Layer
			x     [4]int
			flops int
		}{
			{"stem 48x48x3 to 16 stride 2", conv(ConvConfig{In: 3, Out: 16, Kernel: 3, Stride: 2, ReLU: true, NoInputGrad: true}), [4]int{8, 48, 48, 3}, 8 * 24 * 24 * 27 * 16},
			{"conv 24x24x32 to 32", conv(ConvConfig{In: 32, Out: 32, Kernel: 3, Stride: 1, ReLU: true}), [4]int{8, 24, 24, 32}, 8 * 24 * 24 * 288 * 32},
			{"conv 24x24x32 to 64 stride 2", conv(ConvConfig{In: 32, Out: 64, Kernel: 3, Stride: 2, ReLU: true}), [4]int{8, 24, 24, 32}, 8 * 12 * 12 * 288 * 64},
			{"conv 12x12x64 to 64", conv(ConvConfig{In: 64, Out: 64, Kernel: 3, Stride: 1, ReLU: true}), [4]int{8, 12, 12, 64}, 8 * 12 * 12 * 576 * 64},
			{"head 24x24x32 to 63", conv(ConvConfig{In: 32, Out: 63, Kernel: 3, Stride: 1}), [4]int{8, 24, 24, 32}, 8 * 24 * 24 * 288 * 63},
			{"lateral 24x24x32 to 64", conv(ConvConfig{In: 32, Out: 64, Kernel: 1, Stride: 1}), [4]int{8, 24, 24, 32}, 8 * 24 * 24 * 32 * 64},
			{"linear 512x512 to 64", func() Layer {
				return NewLinear(NewWork(engine.new()), LinearConfig{Name: "fc", In: 512, Out: 64, ReLU: true}, rng)
			}, [4]int{512, 1, 1, 512}, 512 * 512 * 64},
			{"norm 24x24x32", func() Layer {
				return NewGroupNorm(GroupNormConfig{Name: "norm", Channels: 32, Groups: 8, Epsilon: 1e-5, ReLU: true})
			}, [4]int{8, 24, 24, 32}, 0},
		} {
			layer, x := c.layer(), random(rng, c.x)
			grad := layer.Forward(x)
			grad.Data = random(rng, [4]int{grad.N, grad.H, grad.W, grad.C}).Data
			report := func(b *testing.B, passes int) {
				if c.flops > 0 {
					b.ReportMetric(float64(2*passes*c.flops)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
				}
			}
			b.Run(fmt.Sprintf("%s/%s/forward", engine.name, c.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					layer.Forward(x)
				}
				report(b, 1)
			})
			layer.Backward(grad)
			passes := 2
			if c.x[3] == 3 {
				passes = 1
			}
			b.Run(fmt.Sprintf("%s/%s/backward", engine.name, c.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					layer.Backward(grad)
				}
				report(b, passes)
			})
		}
	}
}

func BenchmarkAdamStep(b *testing.B) {
	p := NewParam("w", true, 100_000)
	o := NewAdam([]*Param{p}, DefaultAdam())
	b.ReportAllocs()
	for b.Loop() {
		o.Step(1e-3)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e5, "ns/weight")
}

// BenchmarkTrainingStep times forward, backward and Adam of six convolutions
// on a batch of 8 images of 128x128, 0.63 GFLOP forward.
func BenchmarkTrainingStep(b *testing.B) {
	work, rng := NewWork(nil), rand.New(rand.NewPCG(1, 1))
	conv := func(i, in, out, stride int) Layer {
		return NewConv(work, ConvConfig{Name: fmt.Sprint("conv", i), In: in, Out: out, Kernel: 3, Stride: stride, ReLU: i < 6, NoInputGrad: i == 1}, rng)
	}
	net := Stack{conv(1, 3, 16, 2), conv(2, 16, 32, 2), conv(3, 32, 32, 1), conv(4, 32, 64, 2), conv(5, 64, 64, 1), conv(6, 64, 63, 1)}
	adam := NewAdam(net.Params(), DefaultAdam())
	x, grad := random(rng, [4]int{8, 128, 128, 3}), random(rng, [4]int{8, 16, 16, 63})
	step := func() {
		net.Forward(x)
		net.Backward(grad)
		adam.Step(1e-9)
	}
	step() // grows the buffers
	b.ReportAllocs()
	for b.Loop() {
		step()
	}
}
