package nn

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/gonum/blas"
)

// pyramidNet is a network with every kind of layer and both uses of sharing:
// a backbone of two levels, a top-down join, and one head for both levels.
type pyramidNet struct {
	stem, down       Layer
	lateral, top     Layer
	join             UpsampleAdd
	heads            [2]Layer
	pool             Layer
	params           []*Param
	outputs, targets [3]Tensor
}

func newPyramidNet(engine blas.Float32Level3) *pyramidNet {
	work, rng := NewWork(engine), rand.New(rand.NewPCG(1, 9))
	n := &pyramidNet{
		stem: NewConv(work, ConvConfig{Name: "stem", In: 3, Out: 8, Kernel: 3, Stride: 2, ReLU: true, NoInputGrad: true}, rng),
		down: Stack{
			NewConv(work, ConvConfig{Name: "down", In: 8, Out: 8, Kernel: 3, Stride: 2, NoBias: true}, rng),
			NewGroupNorm(GroupNormConfig{Name: "down.norm", Channels: 8, Groups: 4, Epsilon: 1e-5, ReLU: true}),
		},
		lateral: NewConv(work, ConvConfig{Name: "lateral", In: 8, Out: 6, Kernel: 1, Stride: 1}, rng),
		top:     NewConv(work, ConvConfig{Name: "top", In: 8, Out: 6, Kernel: 1, Stride: 1}, rng),
		pool:    NewLinear(work, LinearConfig{Name: "pool", In: 150, Out: 4}, rng),
	}
	head := Stack{
		NewConv(work, ConvConfig{Name: "head.0", In: 6, Out: 6, Kernel: 3, Stride: 1, ReLU: true}, rng),
		NewConv(work, ConvConfig{Name: "head.1", In: 6, Out: 2, Kernel: 3, Stride: 1}, rng),
	}
	n.heads = [2]Layer{head, head.Share()}
	n.params = Params(n.stem, n.down, n.lateral, n.top, n.heads[0], n.heads[1], n.pool)
	return n
}

func (n *pyramidNet) forward(x Tensor) {
	c1 := n.stem.Forward(x)
	c2 := n.down.Forward(c1)
	p2 := n.top.Forward(c2)
	p1 := n.join.Forward(n.lateral.Forward(c1), p2)
	n.outputs = [3]Tensor{n.heads[0].Forward(p1), n.heads[1].Forward(p2), n.pool.Forward(p2)}
}

// backward descends the half squared distance of the outputs from 1, which it
// returns.
func (n *pyramidNet) backward() (loss float64) {
	var grads [3]Tensor
	for i, out := range n.outputs {
		n.targets[i] = n.targets[i].reshape(out.N, out.H, out.W, out.C)
		for j, v := range out.Data {
			n.targets[i].Data[j] = v - 1
		}
		loss += sumSquares(n.targets[i].Data) / 2
		grads[i] = n.targets[i]
	}
	dLateral, dP2 := n.join.Backward(n.heads[0].Backward(grads[0]))
	Add(dP2, n.heads[1].Backward(grads[1]))
	Add(dP2, n.pool.Backward(grads[2]))
	dC1 := n.down.Backward(n.top.Backward(dP2))
	Add(dC1, n.lateral.Backward(dLateral))
	n.stem.Backward(dC1)
	return loss
}

func TestAWarmStepDoesNotAllocate(t *testing.T) {
	for _, engine := range []blas.Float32Level3{nil, Serial{}} {
		net := newPyramidNet(engine)
		rng := rand.New(rand.NewPCG(2, 9))
		full, last := random(rng, [4]int{4, 19, 18, 3}), random(rng, [4]int{3, 19, 18, 3})
		adam, sgd, ema := NewAdam(net.params, DefaultAdam()), NewSGD(net.params, DefaultSGD()), NewEMA(net.params, 0.99)
		step := func(x Tensor) {
			net.forward(x)
			net.backward()
			ClipGradNorm(net.params, 1)
			adam.Step(1e-3)
			sgd.Step(1e-3)
			ema.Update()
			ema.Swap()
			net.forward(x)
			ema.Swap()
		}
		step(full)
		assert.Zero(t, testing.AllocsPerRun(10, func() { step(full); step(last) }))
	}
}

// The whole graph's gradient, sharing and joins included, against central
// differences of the loss in float32.
func TestNetworkGradientIsFiniteDifferences(t *testing.T) {
	net := newPyramidNet(nil)
	rng := rand.New(rand.NewPCG(3, 9))
	x := random(rng, [4]int{1, 19, 18, 3})
	net.forward(x)
	net.backward()
	loss := func() (sum float64) {
		net.forward(x)
		for _, out := range net.outputs {
			for _, v := range out.Data {
				sum += float64(v-1) * float64(v-1) / 2
			}
		}
		return sum
	}
	for _, p := range net.params {
		norm, value := gradNorm([]*Param{p}), slices.Clone(p.Value)
		move := func(by float64) { // along the gradient
			for i, g := range p.Grad {
				p.Value[i] = value[i] + float32(by*float64(g)/norm)
			}
		}
		const h = 1e-3
		move(h)
		up := loss()
		move(-h)
		down := loss()
		move(0)
		assert.InEpsilon(t, norm, (up-down)/(2*h), 1e-2, p.Name)
	}
}

func TestTrainingRepeatsBitForBitWhateverRunsBeside(t *testing.T) {
	train := func() []byte {
		net := newPyramidNet(nil)
		adam := NewAdam(net.params, DefaultAdam())
		rng := rand.New(rand.NewPCG(4, 9))
		for range 5 {
			net.forward(random(rng, [4]int{2, 19, 18, 3}))
			net.backward()
			adam.Step(1e-2)
		}
		return saved(t, net.params)
	}
	alone := train()
	var beside [3][]byte
	var group sync.WaitGroup
	for i := range beside {
		group.Go(func() { beside[i] = train() })
	}
	group.Wait()
	for _, weights := range beside {
		assert.Equal(t, alone, weights)
	}
}

func TestTrainingLowersTheLoss(t *testing.T) {
	net := newPyramidNet(nil)
	adam := NewAdam(net.params, DefaultAdam())
	x := random(rand.New(rand.NewPCG(5, 9)), [4]int{2, 19, 18, 3})
	net.forward(x)
	first := net.backward()
	for range 200 {
		net.forward(x)
		net.backward()
		adam.Step(1e-2)
	}
	net.forward(x)
	assert.Less(t, net.backward(), first/20)
}
