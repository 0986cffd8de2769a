package detector

import "math/bits"

// Extent is what a detector's memory follows from, beside its [Config].
type Extent struct {
	Width, Height int // of the images
	Images        int // in a batch
	Classes       int
	TwoStage      bool
}

// Memory estimates the bytes that a detector takes while it trains, its
// optimiser's moments and a weight average included: mostly each layer's
// output, its gradient and a bordered copy of its input. It counts in floating
// point, so that no size is too large to be told.
func (c Config) Memory(e Extent) float64 {
	n := footprint{images: float64(e.Images)}
	channels, columns := float64(c.Channels), float64(e.Classes+1)
	if e.TwoStage {
		columns = 2
	}
	pixels := float64(e.Width) * float64(e.Height)
	n.floats(3 * pixels) // bytes, and as numbers
	n.bytes += n.images * 3 * pixels
	norm := 0
	if c.Norm {
		norm = 1
	}
	depth := c.HeadDepth
	if e.TwoStage {
		depth = c.RPNDepth
	}
	cells := pixels / 4
	n.conv(cells, 3, channels/2, 9, norm)
	in := channels / 2
	finest, coarsest := c.Pyramid.Levels[0].Stride, c.Pyramid.Levels[len(c.Pyramid.Levels)-1].Stride
	for stride := firstStride; stride <= coarsest; stride *= 2 {
		out := channels
		if stride > firstStride {
			out = 2 * channels
		}
		before := cells
		cells = pixels / float64(stride*stride)
		for d := range c.Depth {
			n.conv(cells, in, out, 9, norm)
			if d == 0 { // its input, and the gradient, at the finer resolution
				n.floats(2 * (before - cells) * in)
			}
			in = out
		}
		if stride < finest {
			continue
		}
		perCell := float64(c.Pyramid.PerCell(bits.TrailingZeros(uint(stride / finest))))
		n.conv(cells, out, channels, 1, 0)
		n.floats(3 * cells * channels) // joined maps
		for range depth {
			n.conv(cells, channels, channels, 9, 0)
			n.conv(cells, channels, channels, 9, 0)
		}
		n.conv(cells, channels, perCell*columns, 1, 0)
		n.conv(cells, channels, perCell*4, 1, 0)
		n.floats(cells * perCell * (3*(columns+4) + bookkeeping))
	}
	if e.TwoStage {
		n.second(c, float64(e.Classes+1))
	}
	return n.bytes
}

// bookkeeping is what a candidate costs beside its outputs, in numbers of 4
// bytes: its assignment, hardness, row, weight and loss.
const bookkeeping = 24

// second adds the second stage, over all proposals: a sampler that mines reads
// the outputs of each.
func (n *footprint) second(c Config, columns float64) {
	rois, pooled, hidden := float64(c.Proposals+32), float64(c.ROISize*c.ROISize*c.Channels), float64(c.ROIHidden)
	n.floats(rois * (2*pooled + 2*hidden + 3*(columns+4*columns) + bookkeeping))
	n.weights(pooled*hidden + 5*columns*hidden)
}

// footprint adds up bytes.
type footprint struct{ images, bytes float64 }

// floats adds numbers of each image.
func (n *footprint) floats(count float64) { n.bytes += 4 * count * n.images }

// weights adds weights: each with its gradient, two moments and an average.
func (n *footprint) weights(count float64) { n.bytes += 4 * 5 * count }

// conv adds a convolution at a number of cells, with so many kernel places,
// and normalisations after it.
func (n *footprint) conv(cells, in, out, kernel float64, norms int) {
	copies := 1.0 // of the input: the gradient
	if kernel > 1 {
		copies = 2 // and one with a border
	}
	n.floats(cells * (copies*in + out + 2*float64(norms)*out))
	n.weights(in * out * kernel)
}
