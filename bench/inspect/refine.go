package inspect

import (
	"context"
	"slices"

	"detsample/anchors"
)

// refine changes one size or ratio after the other, by factors, as long as the
// objects are covered better: what clusters cannot see is where the grid puts
// the anchors, and that every size comes with every ratio. It judges by a part
// of the objects, evenly taken; what comes of it is measured over all.
func (a *analysis) refine(ctx context.Context, p anchors.Pyramid) (anchors.Pyramid, error) {
	p = clonePyramid(p)
	objects := a.judges()
	score := func() (float64, error) {
		r, err := a.measureOver(ctx, objects, &p)
		return r.score(), err
	}
	best, err := score()
	if err != nil {
		return p, err
	}
	for _, factor := range []float32{1.3, 1.14, 1.07} {
		for _, v := range knobs(&p) {
			for _, f := range []float32{factor, 1 / factor} {
				before := *v.value
				if *v.value = round3(before * f); *v.value < v.least {
					*v.value = before
					continue
				}
				now, err := score()
				if err != nil {
					return p, err
				}
				if now <= best {
					*v.value = before
					continue
				}
				best = now
			}
		}
	}
	for l := range p.Levels {
		slices.Sort(p.Levels[l].Sizes)
	}
	slices.Sort(p.Ratios)
	return p, nil
}

// knob is a number of a pyramid that may be changed.
type knob struct {
	value *float32
	least float32
}

func knobs(p *anchors.Pyramid) []knob {
	var list []knob
	for l := range p.Levels {
		for k := range p.Levels[l].Sizes {
			list = append(list, knob{&p.Levels[l].Sizes[k], 1.25 * float32(p.Levels[l].Stride)})
		}
	}
	for k := range p.Ratios {
		list = append(list, knob{&p.Ratios[k], 0.05})
	}
	return list
}

func clonePyramid(p anchors.Pyramid) anchors.Pyramid {
	p.Levels, p.Ratios = slices.Clone(p.Levels), slices.Clone(p.Ratios)
	for l := range p.Levels {
		p.Levels[l].Sizes = slices.Clone(p.Levels[l].Sizes)
	}
	return p
}

// judges returns at most some ten thousand objects, evenly taken.
func (a *analysis) judges() []object {
	const most = 10000
	if len(a.objects) <= most {
		return a.objects
	}
	out := make([]object, most)
	for i := range out {
		out[i] = a.objects[i*len(a.objects)/most]
	}
	return out
}
