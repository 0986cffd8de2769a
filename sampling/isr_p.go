package sampling

import (
	"cmp"
	"errors"
	"math"
	"math/rand/v2"
	"slices"

	"detsample/anchors"
	"detsample/internal/registry"
)

// ISRP weighs the positives that another sampler keeps by the hierarchical
// local rank of the IoU between their decoded boxes and their ground truths:
// those that will become the detections of an object count more than their
// neighbours.
//
// Positives are ranked by IoU among those of the same ground truth. Within a
// class they are then ordered by that rank, and by IoU among those of equal
// rank. With m the largest number of positives of any class, the j-th weighs
//
//	(Bias + (1-Bias) (m-j)/m) ^ Power
//
// from j = 0, times the weight that it had, and all are scaled so that the sum
// of the positives' classification losses stays the same. The weight is that
// of the classification loss; box losses keep theirs (the paper's second part,
// CARL, carries gradient from one loss to the other and so is a loss).
//
// With PerBatch, m and the order of a class span the batch, as in the peer,
// and an image's sample depends on what else is in the batch.
//
// Source: PISA (Cao et al. 2020), ISR-P; mmdetection's isr_p (k 2, bias 0),
// which takes images for one another in batches of three and more.
type ISRP struct {
	Sampler  Sampler `doc:"whose positives are weighed"`
	Power    float64 `range:"[0,)" doc:"exponent of the weight, the paper's k"`
	Bias     float64 `range:"[0,1]" doc:"weight that the least important tends to before the exponent"`
	PerBatch bool    `doc:"rank the positives of all images of a batch together"`
}

// NewISRP returns the published rule, power 2 and no bias, on what s keeps.
// It panics if the configuration is invalid.
func NewISRP(s Sampler) ISRP {
	return registry.Must("sampling: NewISRP", ISRP{Sampler: s, Power: 2})
}

var _ Batched = ISRP{}

// Validate reports a missing sampler.
func (p ISRP) Validate() error {
	if p.Sampler == nil {
		return errors.New("no sampler whose positives are to be weighed (sampler): choose one, for instance random")
	}
	return nil
}

// Needs implements [Sampler].
func (p ISRP) Needs() Need {
	return p.Sampler.Needs() | NeedHardness | NeedDecoded | NeedTruth | NeedTruthClass
}

// perBatch reports whether an image's sample depends on the others.
func (p ISRP) perBatch() bool { return p.PerBatch || sharesBudget(p.Sampler) }

// Sample implements [Sampler].
func (p ISRP) Sample(dst *Sample, c *Candidates, rng *rand.Rand) {
	p.Sampler.Sample(dst, c, rng)
	p.reweigh(dst, c)
}

// SampleBatch implements [Batched].
func (p ISRP) SampleBatch(dst []Sample, c []Candidates, keys []Key, source *Source) {
	if b, ok := p.Sampler.(Batched); ok {
		b.SampleBatch(dst, c, keys, source)
	} else {
		for i := range c {
			p.Sampler.Sample(&dst[i], &c[i], source.At(keys[i]))
		}
	}
	if !p.PerBatch {
		for i := range c {
			p.reweigh(&dst[i], &c[i])
		}
		return
	}
	if len(c) == 0 {
		return
	}
	h := dst[0].ranks()
	for i := range c {
		h.gather(&dst[i], &c[i], keys[i].Image, int32(i))
	}
	by := p.rank(h.prime)
	for _, e := range h.prime {
		dst[e.place].Weight[e.kept] *= float32(e.weight * by)
	}
}

// reweigh weighs the positives of an image that is ranked alone.
func (p ISRP) reweigh(s *Sample, c *Candidates) {
	h := s.ranks()
	h.gather(s, c, 0, 0)
	by := p.rank(h.prime)
	for _, e := range h.prime {
		s.Weight[e.kept] *= float32(e.weight * by)
	}
}

// prime is a kept positive in its order of importance.
type prime struct {
	class, gt, kept, place int32
	image                  uint64
	iou                    float32
	loss, weight           float64
	rank                   int32
}

// ranks returns the sample's memory for ranking, emptied.
func (s *Sample) ranks() *hlr {
	if s.hlr == nil {
		s.hlr = new(hlr)
	}
	s.hlr.prime = s.hlr.prime[:0]
	return s.hlr
}

// gather adds an image's positives, and gives boxes weights of their own.
func (h *hlr) gather(s *Sample, c *Candidates, image uint64, place int32) {
	if s.Positives > 0 {
		c.mustHave(NeedHardness | NeedDecoded)
	}
	if len(s.BoxWeight) == 0 {
		s.BoxWeight = append(s.BoxWeight, s.Weight...)
	}
	for k, i := range s.Index {
		g := c.GT[i]
		if g < 0 {
			continue
		}
		h.prime = append(h.prime, prime{
			class: c.TruthClass[g], gt: g, kept: int32(k), place: place, image: image,
			iou:  anchors.IoU(c.Decoded[i], c.Truth.Box[g]),
			loss: float64(c.Hardness[i]) * float64(s.Weight[k]),
		})
	}
}

// rank sets the weights of positives and returns what restores their loss.
func (p ISRP) rank(all []prime) float64 {
	slices.SortFunc(all, func(a, b prime) int {
		return cmp.Or(cmp.Compare(a.class, b.class), a.inImage(b), cmp.Compare(a.gt, b.gt), a.byIoU(b))
	})
	for i := range all {
		if i > 0 && all[i].class == all[i-1].class && all[i].place == all[i-1].place && all[i].gt == all[i-1].gt {
			all[i].rank = all[i-1].rank + 1
		}
	}
	slices.SortFunc(all, func(a, b prime) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.rank, b.rank), a.byIoU(b))
	})
	most := 0
	for i, n := 0, 0; i < len(all); i++ {
		if n++; i > 0 && all[i].class != all[i-1].class {
			n = 1
		}
		all[i].rank = int32(n - 1)
		most = max(most, n)
	}
	before, after := 0.0, 0.0
	for i := range all {
		e := &all[i]
		e.weight = math.Pow(p.Bias+(1-p.Bias)*float64(most-int(e.rank))/float64(most), p.Power)
		before += e.loss
		after += e.loss * e.weight
	}
	return restore(before, after)
}

// byIoU orders by falling IoU, and equal ones by image and index.
func (a prime) byIoU(b prime) int {
	return cmp.Or(cmp.Compare(b.iou, a.iou), a.inImage(b), cmp.Compare(a.kept, b.kept))
}

func (a prime) inImage(b prime) int {
	return cmp.Or(cmp.Compare(a.image, b.image), cmp.Compare(a.place, b.place))
}
