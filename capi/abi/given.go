package abi

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"unsafe"

	"detsample/anchors"
	"detsample/internal/reuse"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

// given is a sample that the caller has taken, of each image of a batch.
type given struct {
	starts []int64
	index  []int32
	weight []float32 // nil: 1
}

// Needs implements [sampling.Sampler].
func (*given) Needs() sampling.Need { return 0 }

// Sample implements [sampling.Sampler].
func (g *given) Sample(dst *sampling.Sample, c *sampling.Candidates, _ *rand.Rand) { g.keep(dst, c, 0) }

// SampleBatch implements [sampling.Batched].
func (g *given) SampleBatch(dst []sampling.Sample, c []sampling.Candidates, _ []sampling.Key, _ *sampling.Source) {
	for i := range c {
		g.keep(&dst[i], &c[i], i)
	}
}

// keep makes a sample of what is given of image i. It panics if that is none.
func (g *given) keep(dst *sampling.Sample, c *sampling.Candidates, i int) {
	first, end := g.starts[i], g.starts[i+1]
	pos, neg := dst.Split(c)
	pos, neg = pos[:0], neg[:0]
	last := int32(-1)
	for j := first; j < end; j++ {
		at := g.index[j]
		if at <= last || int(at) >= len(c.GT) {
			panic(fmt.Sprintf("sample of image %d: candidate %d after %d: expected ascending ones below %d", i, at, last, len(c.GT)))
		}
		last = at
		switch gt := c.GT[at]; {
		case gt >= 0:
			pos = append(pos, at)
		case gt == anchors.Negative:
			neg = append(neg, at)
		default:
			panic(fmt.Sprintf("sample of image %d: candidate %d is ignored: expected positives and negatives", i, at))
		}
	}
	dst.Keep(pos, neg)
	if g.weight == nil {
		return
	}
	for j, weight := range g.weight[first:end] {
		if !(weight >= 0 && weight <= math.MaxFloat32) {
			panic(fmt.Sprintf("sample of image %d: weight %v of candidate %d: expected finite and at least 0", i, weight, dst.Index[j]))
		}
		dst.Weight[j] = weight
	}
}

// read views the caller's sample of a batch. It panics if the offsets are none.
func (g *given) read(samples *int64, images int64, sample *int32, weight *float32) {
	starts := slice(samples, images+1)
	for i := range starts[1:] {
		if starts[0] != 0 || starts[i+1] < starts[i] {
			panic(fmt.Sprintf("samples go from %d to %d at image %d: expected ascending from 0", starts[i], starts[i+1], i))
		}
	}
	n := starts[len(starts)-1]
	if n > math.MaxInt32 {
		panic(fmt.Sprintf("samples has %d entries: expected at most 2^31-1", n))
	}
	if n > 0 && sample == nil {
		panic("sample is NULL beside samples")
	}
	*g = given{starts, slice(sample, n), slice(weight, n)}
}

// errJointly is of a loss that has no hardness.
var errJointly = errors.New("the classification loss weighs a candidate by the others: it has no hardness, for a sampler that mines choose another, such as ce")

// chosen returns the stage, with the caller's own sample if there is one.
func (w *Work) chosen(b *Batch, c *rpn.Config) *rpn.Config {
	if b.Size < unsafe.Sizeof(*b) || b.Samples == nil {
		return c
	}
	w.given.read(b.Samples, b.Images.Images, b.Sample, b.SampleWeight)
	w.asked = *c
	w.asked.Sampler = &w.given
	return &w.asked
}

// Hardness is detsample_hardness.
func (w *Work) Hardness(b *Batch, hardness *float32) error {
	if err := w.useDense(); err != nil {
		return err
	}
	defer w.done()
	if err := w.read(b, w.dense); err != nil {
		return err
	}
	row, alone := w.dense.Cls.(losses.Pointwise)
	if !alone {
		return errJointly
	}
	if b.GT == nil || b.Logits == nil || hardness == nil {
		return misusef("hardness needs gt, logits and room for the result")
	}
	n, columns := int(b.Anchors), w.dense.Cls.Link().Columns(w.classes)
	w.class = reuse.Grow(w.class, n)
	for i := range w.batch.Images {
		truth := &w.batch.Images[i].Truth
		for k, gt := range w.batch.GT[i*n : (i+1)*n] {
			switch {
			case gt >= 0 && int(gt) >= len(truth.Box):
				return misusef("gt[%d] of image %d is %d of %d ground truths", k, i, gt, len(truth.Box))
			case gt >= 0 && w.classes > 1:
				gt = truth.Class[gt]
			case gt >= 0:
				gt = 0
			}
			w.class[k] = gt
		}
		rows := losses.Batch{Logits: w.batch.Logits[i*n*columns : (i+1)*n*columns], Columns: columns, Class: w.class, Exact: w.rpn.Exact}
		losses.Hardness(slice(hardness, int64((i+1)*n))[i*n:], row, &rows)
	}
	return nil
}
