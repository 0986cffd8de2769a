package detector

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"detsample/bench/small/nn"
	"detsample/internal/reuse"
	"detsample/losses"
)

// denseHead scores every anchor of a pyramid: the same convolutions at every
// level, but for the outputs of levels that have another number of anchors a cell.
// Its outputs are gathered image by image, in the order of the anchors.
type denseHead struct {
	levels  []denseLevel
	columns int        // logits of an anchor
	outputs []nn.Layer // beside those of the first level

	logits, deltas         []float32 // (images, anchors, columns), (images, anchors, 4)
	gradLogits, gradDeltas []float32
	maps                   []nn.Tensor // gradients of the pyramid

	inputs  []nn.Tensor // the pyramid
	places  []int32     // see regressAt
	partial bool        // not all deltas are of the present batch
}

// denseLevel is the head's use at one level.
type denseLevel struct {
	cls, box nn.Stack // each a tower of its own, and an output
	perCell  int

	shape                nn.Tensor // of the cls output; only the sizes are used
	start                int       // of the level's anchors within an image
	bufferCls, bufferBox []float32
}

func newDenseHead(w *nn.Work, cfg Config, depth int, link losses.Link, classes int, rng *rand.Rand) *denseHead {
	h := &denseHead{columns: link.Columns(classes), maps: make([]nn.Tensor, len(cfg.Pyramid.Levels))}
	box := newTower(w, cfg, depth, "head.box", rng)
	var cls nn.Stack
	first := map[int]int{} // level of each number of anchors a cell
	for l := range cfg.Pyramid.Levels {
		n := cfg.Pyramid.PerCell(l)
		if k, has := first[n]; has {
			of := &h.levels[k]
			h.levels = append(h.levels, denseLevel{cls: of.cls.Share().(nn.Stack), box: of.box.Share().(nn.Stack), perCell: n})
			continue
		}
		first[n] = l
		suffix := ""
		if l > 0 {
			suffix = fmt.Sprintf(".of%d", n)
		}
		deltas := newOutput(w, "head.box"+suffix, cfg.Channels, 4*n, rng)
		scores := newOutput(w, "head.cls"+suffix, cfg.Channels, h.columns*n, rng)
		for a := range n {
			link.Bias(scores.Bias().Value[a*h.columns:(a+1)*h.columns], cfg.Prior)
		}
		if l == 0 { // drawn after the outputs of the first level, as the weights of equal seeds are
			cls = newTower(w, cfg, depth, "head.cls", rng)
		} else {
			cls, box = cls.Share().(nn.Stack), box.Share().(nn.Stack)
			h.outputs = append(h.outputs, scores, deltas)
		}
		h.levels = append(h.levels, denseLevel{cls: append(cls, scores), box: append(box, deltas), perCell: n})
	}
	return h
}

// newTower returns the convolutions before an output.
func newTower(w *nn.Work, cfg Config, depth int, name string, rng *rand.Rand) nn.Stack {
	var tower nn.Stack
	for d := range depth {
		tower = append(tower, nn.NewConv(w, nn.ConvConfig{
			Name: fmt.Sprintf("%s.tower%d", name, d), In: cfg.Channels, Out: cfg.Channels, Kernel: 3, Stride: 1, ReLU: true,
		}, rng))
	}
	return tower
}

// outputStd is the deviation of the weights of a head's outputs, small so that
// the prior bias decides the first scores (Lin et al. 2017).
const outputStd = 0.01

func newOutput(w *nn.Work, name string, in, out int, rng *rand.Rand) *nn.Conv {
	c := nn.NewConv(w, nn.ConvConfig{Name: name, In: in, Out: out, Kernel: 1, Stride: 1}, rng)
	c.Weight().Normal(rng, outputStd)
	return c
}

// forward fills the head's logits and deltas.
func (h *denseHead) forward(maps []nn.Tensor) {
	h.score(maps)
	h.regress()
}

// score fills the head's logits and makes room for its deltas.
func (h *denseHead) score(maps []nn.Tensor) {
	h.inputs = maps
	images, total := maps[0].N, 0
	for l := range h.levels {
		h.levels[l].start = total
		total += maps[l].H * maps[l].W * h.levels[l].perCell
	}
	h.logits, h.gradLogits = reuse.Grow(h.logits, images*total*h.columns), reuse.Grow(h.gradLogits, images*total*h.columns)
	h.deltas, h.gradDeltas = reuse.Grow(h.deltas, images*total*4), reuse.Grow(h.gradDeltas, images*total*4)
	for l := range h.levels {
		level := &h.levels[l]
		cls := level.cls.Forward(maps[l])
		level.shape = cls
		for n := range images {
			copy(h.logits[(n*total+level.start)*h.columns:], cls.Image(n).Data)
		}
	}
}

// regress fills the deltas, after score.
func (h *denseHead) regress() {
	images := h.inputs[0].N
	total := len(h.deltas) / (4 * images)
	for l := range h.levels {
		level := &h.levels[l]
		box := level.box.Forward(h.inputs[l])
		for n := range images {
			copy(h.deltas[(n*total+level.start)*4:], box.Image(n).Data)
		}
	}
	h.partial = false
}

// regressAt fills some rows of the deltas, image * anchors + anchor, after
// score. The others keep values of former batches.
func (h *denseHead) regressAt(rows []int32) {
	total := len(h.deltas) / (4 * h.inputs[0].N)
	for l := range h.levels {
		level := &h.levels[l]
		cells := level.shape.H * level.shape.W
		h.places = h.places[:0]
		for _, r := range rows {
			n, a := int(r)/total, int(r)%total-level.start
			if a >= 0 && a < cells*level.perCell {
				h.places = append(h.places, int32(n*cells+a/level.perCell))
			}
		}
		slices.Sort(h.places)
		h.places = slices.Compact(h.places)
		box := level.box.ForwardAt(h.inputs[l], h.places)
		for _, place := range h.places {
			n, cell := int(place)/cells, int(place)%cells
			at := n*total + level.start + cell*level.perCell
			copy(h.deltas[4*at:4*(at+level.perCell)], box.Data[int(place)*box.C:])
		}
	}
	h.partial = true
}

// backward carries the gradients of logits and deltas to the pyramid's maps,
// and measures them there if probe is not nil.
func (h *denseHead) backward(probe *TrunkGradient) []nn.Tensor {
	var sum squares
	for l := range h.levels {
		level := &h.levels[l]
		images, cells := level.shape.N, level.shape.H*level.shape.W
		level.bufferCls = reuse.Grow(level.bufferCls, images*cells*level.perCell*h.columns)
		level.bufferBox = reuse.Grow(level.bufferBox, images*cells*level.perCell*4)
		scatter(level.bufferCls, h.gradLogits, images, level.start*h.columns)
		scatter(level.bufferBox, h.gradDeltas, images, level.start*4)
		grad := level.cls.Backward(nn.Tensor{N: images, H: level.shape.H, W: level.shape.W, C: level.perCell * h.columns, Data: level.bufferCls})
		box := level.box.Backward(nn.Tensor{N: images, H: level.shape.H, W: level.shape.W, C: level.perCell * 4, Data: level.bufferBox})
		if probe != nil {
			sum.Cls += squared(grad)
			sum.Box += squared(box)
		}
		nn.Add(grad, box)
		if probe != nil {
			sum.Both += squared(grad)
		}
		h.maps[l] = grad
	}
	if probe != nil {
		*probe = sum.root()
	}
	return h.maps
}

// scatter copies one level's part of every image from all, where images follow
// one another, to level.
func scatter(level, all []float32, images, start int) {
	size, stride := len(level)/images, len(all)/images
	for n := range images {
		copy(level[n*size:(n+1)*size], all[n*stride+start:])
	}
}

func (h *denseHead) layers() []nn.Layer {
	return append([]nn.Layer{h.levels[0].cls, h.levels[0].box}, h.outputs...)
}
