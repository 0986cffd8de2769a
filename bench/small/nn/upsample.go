package nn

import (
	"fmt"

	"detsample/internal/simd"
)

// UpsampleAdd is the top-down join of a feature pyramid (Lin et al. 2017,
// FPN): the coarse map, doubled by nearest neighbour, plus the fine map,
//
//	out[n,y,x,c] = fine[n,y,x,c] + coarse[n, y/2, x/2, c].
//
// coarse is ceil(H/2) x ceil(W/2) for a fine map of H x W, which is what a
// convolution of stride 2 makes of it. The zero value is ready for use.
type UpsampleAdd struct{ out, coarse Tensor }

// Forward returns the join. It panics if the shapes do not belong together.
func (u *UpsampleAdd) Forward(fine, coarse Tensor) Tensor {
	fine.check("UpsampleAdd.Forward")
	coarse.check("UpsampleAdd.Forward")
	if coarse.N != fine.N || coarse.C != fine.C || coarse.H != (fine.H+1)/2 || coarse.W != (fine.W+1)/2 {
		panic(fmt.Sprintf("nn: UpsampleAdd.Forward: coarse map %s does not halve fine map %s", coarse.shape(), fine.shape()))
	}
	u.out = u.out.reshape(fine.N, fine.H, fine.W, fine.C)
	u.coarse = u.coarse.reshape(coarse.N, coarse.H, coarse.W, coarse.C)
	copy(u.out.Data, fine.Data)
	for row := range fine.N * fine.H {
		line := coarseRow(coarse, fine.H, row)
		for x := range fine.W {
			at := (row*fine.W + x) * fine.C
			simd.Add(u.out.Data[at:at+fine.C], line[x/2*fine.C:][:fine.C])
		}
	}
	return u.out
}

// Backward returns dL/dfine, which is grad itself, and dL/dcoarse, which sums
// grad over the places that read a coarse place.
func (u *UpsampleAdd) Backward(grad Tensor) (fine, coarse Tensor) {
	checkGrad("UpsampleAdd.Backward", grad, u.out)
	clear(u.coarse.Data)
	for row := range grad.N * grad.H {
		line := coarseRow(u.coarse, grad.H, row)
		for x := range grad.W {
			at := (row*grad.W + x) * grad.C
			simd.Add(line[x/2*grad.C:][:grad.C], grad.Data[at:at+grad.C])
		}
	}
	return grad, u.coarse
}

// coarseRow returns the line of coarse that row (counted over the batch) of a
// fine map of height h reads.
func coarseRow(coarse Tensor, h, row int) []float32 {
	line := coarse.W * coarse.C
	return coarse.Data[(row/h*coarse.H+row%h/2)*line:][:line]
}
