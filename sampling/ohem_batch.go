package sampling

import (
	"cmp"
	"slices"
)

// perBatch reports whether images compete.
func (o OHEM) perBatch() bool { return o.PerBatch }

// sharesBudget reports whether s looks at all images of a batch at once.
func sharesBudget(s Sampler) bool {
	if b, ok := s.(interface{ perBatch() bool }); ok {
		return b.perBatch()
	}
	_, ok := s.(Batched)
	return ok
}

// budget is the memory of a competition among images.
type budget struct{ all []contender }

// contender is a candidate of some image of a batch.
type contender struct {
	hardness float32
	image    uint64 // its identity, so that the order of a batch does not matter
	place    int32  // in the batch
	index    int32
}

// SampleBatch implements [Batched]. Each image mines its own Num hardest, which
// hold whatever it may have among the Num hardest of all.
func (o OHEM) SampleBatch(dst []Sample, c []Candidates, keys []Key, _ *Source) {
	if !o.PerBatch || len(c) == 0 {
		for i := range c {
			o.Sample(&dst[i], &c[i], nil)
		}
		return
	}
	if dst[0].budget == nil {
		dst[0].budget = new(budget)
	}
	b := dst[0].budget
	b.all = b.all[:0]
	for place := range c {
		s := &dst[place]
		top := o.hardest(s, &c[place])
		h := o.hardness(s, &c[place])
		for _, i := range top {
			b.all = append(b.all, contender{certain(h[i]), keys[place].Image, int32(place), i})
		}
	}
	slices.SortFunc(b.all, func(x, y contender) int {
		return cmp.Or(cmp.Compare(y.hardness, x.hardness), cmp.Compare(x.image, y.image), cmp.Compare(x.place, y.place), cmp.Compare(x.index, y.index))
	})
	b.all = b.all[:min(o.Num, len(b.all))]
	for place := range c {
		o.award(&dst[place], &c[place], b.all, int32(place))
	}
}

// award keeps what one image won.
func (o OHEM) award(s *Sample, c *Candidates, won []contender, place int32) {
	s.left = s.left[:0]
	for _, w := range won {
		if w.place == place {
			s.left = append(s.left, w.index)
		}
	}
	slices.Sort(s.left)
	top := s.left
	if o.NegativesPerPositive > 0 {
		top = o.limit(s, top, c)
	}
	s.keepMixed(top, c.GT)
}
