package nn

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPatchesWhereTheyLieHaveTheBitsOfCopiedOnes(t *testing.T) {
	if NewWork(nil).views == nil {
		t.Skip("the engine of this machine has no views")
	}
	for _, cfg := range []ConvConfig{
		{In: 3, Out: 16, Kernel: 3, Stride: 2, NoInputGrad: true},
		{In: 32, Out: 32, Kernel: 3, Stride: 1, ReLU: true},
		{In: 16, Out: 24, Kernel: 1, Stride: 2},
		{In: 8, Out: 70, Kernel: 3, Stride: 2, ReLU: true},
		{In: 70, Out: 9, Kernel: 5, Stride: 3},
		{In: 4, Out: 330, Kernel: 3, Stride: 1},
	} {
		for _, shape := range [][4]int{{3, 31, 24}, {1, 7, 5}, {2, 1, 2}} {
			t.Run(fmt.Sprintf("%dx%d stride %d, %d to %d, of %v", cfg.Kernel, cfg.Kernel, cfg.Stride, cfg.In, cfg.Out, shape), func(t *testing.T) {
				var all [2][][]uint32
				for i, copied := range []bool{false, true} {
					work, rng := NewWork(nil), rand.New(rand.NewPCG(5, 6))
					if copied {
						work.views = nil
					}
					cfg.Name, shape[3] = "conv", cfg.In
					c := NewConv(work, cfg, rng)
					out := c.Forward(random(rng, shape))
					dx := c.Backward(random(rng, [4]int{out.N, out.H, out.W, out.C}))
					all[i] = [][]uint32{bits(out.Data), bits(dx.Data), bits(c.weight.Grad), bits(c.bias.Grad)}
				}
				for i, what := range []string{"out", "dx", "dW", "db"} {
					assert.Equal(t, all[1][i], all[0][i], what)
				}
			})
		}
	}
}
