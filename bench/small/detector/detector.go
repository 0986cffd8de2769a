package detector

import (
	"detsample/anchors"
	"detsample/bench/small/nn"
	"detsample/internal/reuse"
	"detsample/losses"
	"detsample/sampling"
)

// Image is one image of a batch.
type Image struct {
	ID    uint64  // its identity in the data set, part of the random key
	Pix   []uint8 // HWC, RGB
	Truth anchors.Truth

	// Width and Height are the image's own size, at the top left of its batch's:
	// what is beside it is not learnt from. 0 means that it fills the batch.
	Width, Height int
}

// size returns the image's own size in a batch.
func (m *Image) size(b *Batch) (width, height float32) {
	if m.Width == 0 {
		return float32(b.Width), float32(b.Height)
	}
	return float32(m.Width), float32(m.Height)
}

// Batch is a batch of images of one size.
type Batch struct {
	Width, Height int
	Images        []Image
	Probe         bool // Step measures every stage's gradient at the trunk; nothing else differs
}

// Stage is one stage's part of a step's loss.
type Stage struct {
	Name string // "dense", "rpn" or "roi"
	losses.Value
	Trunk TrunkGradient // of a Step that probes, otherwise zero
}

// Detector is a detector in training. It belongs to one goroutine. Images
// must have sides that the coarsest stride divides.
type Detector interface {
	// Step runs forward and backward over a batch, adds the gradients to
	// those of Params and returns the stages' losses, valid until the next
	// call. The key's stage and image are filled in.
	Step(b Batch, key sampling.Key) []Stage
	// Loss is Step without the gradients of Params: the losses of a batch that
	// nothing is learnt from, at a third of the time.
	Loss(b Batch, key sampling.Key) []Stage
	// Losses visits every candidate that counted in the last Step or Loss of
	// the final stage: its class (or anchors.Negative) and its weighted loss.
	Losses(visit func(class int32, loss float32))
	// Detect appends each image's detections to its element of dst.
	Detect(dst [][]anchors.Detection, b Batch)
	// Params lists the weights, in a fixed order.
	Params() []*nn.Param
	// Memory lists what the stages' losses and normalisers remember between
	// steps, in a fixed order. A run that is gone on with needs it, beside
	// Params.
	Memory() []*losses.Memory
}

// input turns pixels into the network's input: (v - 127.5) / 64.
type input struct{ x nn.Tensor }

func (in *input) from(b Batch) nn.Tensor {
	size := b.Width * b.Height * 3
	in.x = nn.Tensor{N: len(b.Images), H: b.Height, W: b.Width, C: 3, Data: reuse.Grow(in.x.Data, len(b.Images)*size)}
	for n := range b.Images {
		row := in.x.Data[n*size : (n+1)*size]
		for i, v := range b.Images[n].Pix[:size] {
			row[i] = (float32(v) - 127.5) / 64
		}
	}
	return in.x
}
