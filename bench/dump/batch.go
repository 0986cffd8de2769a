package dump

import (
	"math"

	"detsample/losses"
)

// batch is some images of a dump in replay and a worker's memory for them.
type batch struct {
	d     *Dump
	first int // image
	count int // of images

	images  []Image
	class   []int32 // (images, anchors)
	quality []float32
	rows    [2][]float32 // logits by link

	grad, loss []float32
	hard       []float32    // difficulties
	plain      [2][]float32 // sizes of cross entropy's gradient by link
	size       []float32
	eval       losses.Batch
}

// read reads the images that make the i-th batch of so many.
func (b *batch) read(d *Dump, i, images int) error {
	b.begin(d, i*images, min(images, d.Images-i*images))
	size := d.Anchors * d.Columns
	own := grow(b.rows[d.Link], b.count*size)
	for k := range b.count {
		m := &b.images[k]
		m.Logits = own[k*size : (k+1)*size : (k+1)*size] // where they are read to
		if err := d.Read(m, b.first+k); err != nil {
			return err
		}
	}
	b.rows[d.Link] = own
	b.label()
	return nil
}

// relabel takes what of has read with labels that another assigner makes, those
// of d. The logits stay those of of.
func (b *batch) relabel(d *Dump, of *batch) error {
	b.begin(d, of.first, of.count)
	for k := range b.count {
		m, from := &b.images[k], &of.images[k]
		m.ID, m.Boxes, m.Logits, m.Deltas = from.ID, from.Boxes, from.Logits, from.Deltas
		if err := d.readLabels(m, b.first+k); err != nil {
			return err
		}
	}
	b.rows[d.Link] = of.rows[d.Link]
	b.label()
	return nil
}

// begin makes room for so many images.
func (b *batch) begin(d *Dump, first, count int) {
	b.d, b.first, b.count = d, first, count
	for len(b.images) < b.count {
		b.images = append(b.images, Image{})
	}
	b.class, b.quality = b.class[:0], b.quality[:0]
	b.rows = [2][]float32{b.rows[0][:0], b.rows[1][:0]}
	b.plain = [2][]float32{b.plain[0][:0], b.plain[1][:0]}
}

// label takes the labels of the images that were read.
func (b *batch) label() {
	for k := range b.count {
		m := &b.images[k]
		b.class = append(b.class, m.Class...)
		if len(m.Quality) > 0 {
			b.harden(k * b.d.Anchors)
			b.quality = append(b.quality, m.Quality...)
		}
	}
	if len(b.quality) > 0 {
		b.harden(len(b.class))
	}
}

// harden fills quality up to n with hard targets, of images without soft ones.
func (b *batch) harden(n int) {
	for len(b.quality) < n {
		b.quality = append(b.quality, 1)
	}
}

// difficulties fills hard.
func (b *batch) difficulties(by Difficulty) {
	columns := b.d.Columns
	b.hard = grow(b.hard, len(b.class))
	for r, class := range b.class {
		b.hard[r] = 0
		if counts(class) {
			b.hard[r] = by.of(b.d.Link, b.rows[b.d.Link][r*columns:(r+1)*columns], class)
		}
	}
}

// logits returns the batch's logits as a link reads them. With one class x
// under sigmoid is (x, 0) under softmax, and (x, y) is x-y: p is the same.
func (b *batch) logits(link losses.Link) []float32 {
	own := b.rows[b.d.Link]
	if link == b.d.Link || len(b.rows[link]) > 0 {
		return b.rows[link]
	}
	other := b.rows[link]
	for r := range b.class {
		if link == losses.Softmax {
			other = append(other, own[r], 0)
		} else {
			other = append(other, own[2*r]-own[2*r+1])
		}
	}
	b.rows[link] = other
	return other
}

// measure evaluates a loss and fills loss and, with the gradients' sizes, size.
func (b *batch) measure(l losses.Cls) { b.measureRows(l, nil, nil) }

// measureRows does the same for some rows alone, ascending, with weights: as a
// step does that samples them. nil is all, without weights.
func (b *batch) measureRows(l losses.Cls, rows []int32, weight []float32) {
	columns := l.Link().Columns(b.d.Classes)
	logits := b.logits(l.Link())
	b.grad, b.loss = grow(b.grad, len(logits)), grow(b.loss, len(b.class))
	clear(b.loss)
	b.eval.Logits, b.eval.Columns, b.eval.Class, b.eval.Quality = logits, columns, b.class, b.quality
	b.eval.Rows, b.eval.Weight, b.eval.Loss = rows, weight, b.loss
	if rows != nil {
		b.eval.Loss = b.loss[:len(rows)]
	}
	l.Eval(b.grad, &b.eval)
	b.size = sizes(b.size, b.grad, columns)
}

// plainSizes returns the sizes of cross entropy's gradient, by which effective
// weights are measured.
func (b *batch) plainSizes(link losses.Link) []float32 {
	if len(b.plain[link]) == 0 {
		b.measure(crossEntropy(link))
		b.plain[link] = append(b.plain[link], b.size...)
	}
	return b.plain[link]
}

// sizes returns the Euclidean norm of each row.
func sizes(dst, grad []float32, columns int) []float32 {
	dst = grow(dst, len(grad)/columns)
	for r := range dst {
		sum := 0.0
		for _, g := range grad[r*columns : (r+1)*columns] {
			sum += float64(g) * float64(g)
		}
		dst[r] = float32(math.Sqrt(sum))
	}
	return dst
}
