package anchorfit

import (
	"context"
	"slices"

	"detsample/anchors"
)

// refine changes one size or ratio after the other, by factors, as long as the
// objects are covered better: what clusters cannot see is where the grid puts
// the anchors, and that every size comes with every ratio. It judges by some of
// the objects.
func (f *fitter) refine(ctx context.Context, p anchors.Pyramid) (anchors.Pyramid, error) {
	p = clone(p)
	score := func() (float64, error) {
		r, err := f.measure(ctx, f.some, &p, &f.before)
		return r.score(), err
	}
	highest, err := score()
	if err != nil {
		return p, err
	}
	for _, factor := range []float32{1.3, 1.14, 1.07} {
		for _, k := range knobs(&p) {
			for _, by := range []float32{factor, 1 / factor} {
				before := k.values[k.at]
				if !k.turn(by) {
					continue
				}
				now, err := score()
				if err != nil {
					return p, err
				}
				if now <= highest {
					k.values[k.at] = before
					continue
				}
				highest = now
			}
		}
	}
	for l := range p.Levels {
		slices.Sort(p.Levels[l].Sizes)
	}
	slices.Sort(p.Ratios)
	return p, nil
}

// knob is a number of a pyramid that may be changed, among its like.
type knob struct {
	values []float32
	at     int
	least  float32
}

func knobs(p *anchors.Pyramid) []knob {
	var list []knob
	for _, level := range p.Levels {
		for k := range level.Sizes {
			list = append(list, knob{level.Sizes, k, smallest(level.Stride)})
		}
	}
	for k := range p.Ratios {
		list = append(list, knob{p.Ratios, k, 0.05})
	}
	return list
}

// turn changes the number by a factor and reports whether it may be so.
func (k knob) turn(by float32) bool {
	v := round3(k.values[k.at] * by)
	if v < k.least || !free(k.values[:k.at], v, apart) || !free(k.values[k.at+1:], v, apart) {
		return false
	}
	k.values[k.at] = v
	return true
}
