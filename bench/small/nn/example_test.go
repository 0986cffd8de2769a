package nn_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"detsample/bench/small/nn"
)

// A network of two layers learns one arch of a sine.
func Example() {
	rng := rand.New(rand.NewPCG(1, 2))
	work := nn.NewWork(nil)
	net := nn.Stack{
		nn.NewLinear(work, nn.LinearConfig{Name: "hidden", In: 1, Out: 32, ReLU: true, NoInputGrad: true}, rng),
		nn.NewLinear(work, nn.LinearConfig{Name: "out", In: 32, Out: 1}, rng),
	}
	adam := nn.NewAdam(net.Params(), nn.DefaultAdam())
	rate := nn.Cosine{Base: 0.01, Warmup: 10, Total: 1000}

	x, grad := nn.NewTensor(64, 1, 1, 1), nn.NewTensor(64, 1, 1, 1)
	for step := range rate.Total {
		for i := range x.Data {
			x.Data[i] = 2*rng.Float32() - 1
		}
		for i, y := range net.Forward(x).Data {
			grad.Data[i] = (y - float32(math.Sin(3*float64(x.Data[i])))) / 64 // of the mean of (y-sin 3x)^2/2
		}
		net.Backward(grad)
		adam.Step(rate.Rate(step))
	}

	probe := nn.Tensor{N: 3, H: 1, W: 1, C: 1, Data: []float32{-0.5, 0, 0.5}}
	for i, y := range net.Forward(probe).Data {
		fmt.Printf("x = %4.1f: off by less than 0.05: %v\n", probe.Data[i], math.Abs(float64(y)-math.Sin(3*float64(probe.Data[i]))) < 0.05)
	}
	// Output:
	// x = -0.5: off by less than 0.05: true
	// x =  0.0: off by less than 0.05: true
	// x =  0.5: off by less than 0.05: true
}
