package nn

import (
	"fmt"
	"slices"

	"detsample/internal/reuse"
)

// ForwardAt is Forward for the given places of the output alone, numbered
// through maps, rows and columns, in ascending order: there the output has the
// same bits, elsewhere any value. Backward may follow, with a gradient that is
// 0 elsewhere. The layers must be convolutions of stride 1; each is computed at
// the places that the next one reads. Where a loss regresses the boxes of a few
// positives that is a small part of the map.
func (s Stack) ForwardAt(x Tensor, places []int32) Tensor {
	last, ok := s[len(s)-1].(*Conv)
	if !ok || last.cfg.Stride != 1 {
		panic(fmt.Sprintf("nn: Stack.ForwardAt: layer %d is no convolution of stride 1", len(s)-1))
	}
	if len(s) > 1 {
		x = s[:len(s)-1].ForwardAt(x, last.reads(x, places))
	}
	return last.forwardAt(x, places)
}

// forwardAt computes the output at the given places.
func (c *Conv) forwardAt(x Tensor, places []int32) Tensor {
	c.begin("Stack.ForwardAt", x)
	for part := range slices.Chunk(places, max(1, columnBudget/c.fanIn)) {
		columns := c.scratch(len(part))
		c.patches.gatherPlaces(columns, 0, part)
		c.work.packed = reuse.Grow(c.work.packed, len(part)*c.fanOut)
		c.apply(c.work.packed, columns, len(part))
		for i, place := range part {
			copy(c.out.Data[int(place)*c.fanOut:], c.work.packed[i*c.fanOut:(i+1)*c.fanOut])
		}
	}
	return c.out
}

// reads returns the places of an input of x's size that the output reads at the
// given places, ascending.
func (c *Conv) reads(x Tensor, places []int32) []int32 {
	if c.cfg.Kernel == 1 {
		return places
	}
	c.marked = reuse.Grow(c.marked, x.N*x.H*x.W)
	clear(c.marked)
	pad := (c.cfg.Kernel - 1) / 2
	for _, place := range places {
		row, column := int(place)/x.W, int(place)%x.W
		top, end := max(row-pad, row/x.H*x.H), min(row+pad+1, (row/x.H+1)*x.H)
		left, right := max(column-pad, 0), min(column+pad+1, x.W)
		for r := top; r < end; r++ {
			for i := r*x.W + left; i < r*x.W+right; i++ {
				c.marked[i] = true
			}
		}
	}
	c.read = c.read[:0]
	for i, marked := range c.marked {
		if marked {
			c.read = append(c.read, int32(i))
		}
	}
	return c.read
}
