package inspect

import (
	"context"
	"math"
	"slices"

	"detsample/anchors"
)

// fitted is a pyramid and how well it reaches the objects.
type fitted struct {
	how     string
	pyramid anchors.Pyramid
	reach   reach
}

// fit returns the pyramid that covers the objects best among those of other
// sizes, other ratios and both, of as many anchors a cell on the same levels.
func (a *analysis) fit(ctx context.Context, p anchors.Pyramid) (fitted, error) {
	shapes := make([]shape, len(a.objects))
	for i := range a.objects {
		shapes[i] = shape{a.objects[i].width, a.objects[i].height}
	}
	sizes, err := a.sizes(ctx, p, shapes)
	if err != nil {
		return fitted{}, err
	}
	ratios, err := commonRatios(ctx, shapes, len(p.Ratios))
	if err != nil {
		return fitted{}, err
	}
	shaped := p
	shaped.Ratios = ratios
	candidates := []fitted{{how: "new ratios", pyramid: shaped}}
	for _, f := range sizes {
		candidates = append(candidates, f)
		f.pyramid.Ratios = ratios
		f.how += " and new ratios"
		candidates = append(candidates, f)
	}
	best, err := a.bestOf(ctx, candidates)
	if err != nil {
		return fitted{}, err
	}
	refined := []fitted{best}
	for _, from := range []fitted{best, {how: "the present sizes and ratios", pyramid: p}} {
		from.how += ", refined"
		if from.pyramid, err = a.refine(ctx, from.pyramid); err != nil {
			return fitted{}, err
		}
		refined = append(refined, from)
	}
	return a.bestOf(ctx, refined)
}

// bestOf measures pyramids over all objects and returns the best, the first
// among equals.
func (a *analysis) bestOf(ctx context.Context, candidates []fitted) (fitted, error) {
	best := 0
	for i := range candidates {
		c := &candidates[i]
		var err error
		if c.reach, err = a.measure(ctx, &c.pyramid); err != nil {
			return fitted{}, err
		}
		if c.reach.score() > candidates[best].reach.score() {
			best = i
		}
	}
	return candidates[best], nil
}

// sizes returns pyramids whose sizes come from clusters of the objects: of all
// together, and of those that suit each level, by the nearest of the present
// sizes; and from the distribution of sides.
func (a *analysis) sizes(ctx context.Context, p anchors.Pyramid, shapes []shape) ([]fitted, error) {
	all, err := cluster(ctx, shapes, countSizes(&p), clusterSeed)
	if err != nil {
		return nil, err
	}
	byLevel := p
	byLevel.Levels = slices.Clone(p.Levels)
	for l, list := range suiting(p, shapes) {
		if len(list) == 0 {
			continue
		}
		clusters, err := cluster(ctx, list, len(p.Levels[l].Sizes), clusterSeed)
		if err != nil {
			return nil, err
		}
		byLevel.Levels[l] = withSizes(anchors.Pyramid{Levels: p.Levels[l : l+1]}, clusters).Levels[0]
	}
	return []fitted{
		{how: "sizes of clusters of all objects, small ones on fine levels", pyramid: withSizes(p, all)},
		{how: "sizes of clusters of the objects that suit each level", pyramid: byLevel},
		{how: "sizes spread evenly in the logarithm from the 5% to the 95% quantile of sqrt(width*height)", pyramid: withSizes(p, spreadSizes(shapes, countSizes(&p)))},
	}, nil
}

// suiting divides shapes among the levels: to each those whose side is
// nearest, as a quotient, to one of its sizes.
func suiting(p anchors.Pyramid, shapes []shape) [][]shape {
	lists := make([][]shape, len(p.Levels))
	for _, s := range shapes {
		at, least := 0, math.Inf(1)
		side := math.Sqrt(float64(s.w) * float64(s.h))
		for l, level := range p.Levels {
			for _, size := range level.Sizes {
				if d := math.Abs(math.Log(side / float64(size))); d < least {
					at, least = l, d
				}
			}
		}
		lists[at] = append(lists[at], s)
	}
	return lists
}

// spreadSizes returns n squares whose sides are even in the logarithm.
func spreadSizes(shapes []shape, n int) []shape {
	sides := make([]float32, len(shapes))
	for i, s := range shapes {
		sides[i] = float32(math.Sqrt(float64(s.w) * float64(s.h)))
	}
	d := spreadOf32(sides)
	out := make([]shape, n)
	for i := range out {
		side := float32(d.P5 * math.Pow(d.P95/d.P5, float64(i)/float64(max(1, n-1))))
		out[i] = shape{side, side}
	}
	return out
}

// commonRatios clusters the objects' ratios, height/width, as boxes of equal
// area.
func commonRatios(ctx context.Context, shapes []shape, n int) ([]float32, error) {
	flat := make([]shape, len(shapes))
	for i, s := range shapes {
		root := float32(math.Sqrt(float64(s.h) / float64(s.w)))
		flat[i] = shape{1 / root, root}
	}
	centres, err := cluster(ctx, flat, n, clusterSeed)
	if err != nil {
		return nil, err
	}
	ratios := make([]float32, len(centres))
	for i, c := range centres {
		ratios[i] = round3(c.h / c.w)
	}
	slices.Sort(ratios)
	return slices.Compact(ratios), nil
}

// clusterSeed is the seed of every clustering: the report does not depend on
// chance.
const clusterSeed = 1

// withSizes returns the pyramid with the sizes of the clusters, in order, as
// many on each level as it has. A size is at least 1.25 strides of its level,
// or neighbouring anchors would leave gaps between them.
func withSizes(p anchors.Pyramid, clusters []shape) anchors.Pyramid {
	sizes := make([]float64, len(clusters))
	for i, c := range clusters {
		sizes[i] = math.Sqrt(float64(c.w) * float64(c.h))
	}
	slices.Sort(sizes)
	out := p
	out.Levels = make([]anchors.Level, len(p.Levels))
	at := 0
	for l, level := range p.Levels {
		out.Levels[l] = anchors.Level{Stride: level.Stride}
		for range level.Sizes {
			size := sizes[min(at, len(sizes)-1)]
			out.Levels[l].Sizes = append(out.Levels[l].Sizes, round3(float32(max(size, 1.25*float64(level.Stride)))))
			at++
		}
	}
	return out
}

// round3 rounds to three digits, so that what is measured is what is printed.
func round3(v float32) float32 {
	unit := math.Pow(10, math.Floor(math.Log10(float64(v)))-2)
	return float32(math.Round(float64(v)/unit) * unit)
}

// finer returns the pyramid with a level of half the finest stride before it,
// with sizes half as large.
func finer(p anchors.Pyramid) anchors.Pyramid {
	first := halved(anchors.Pyramid{Levels: p.Levels[:1]}).Levels
	out := p
	out.Levels = append(first, p.Levels...)
	return out
}

// halved returns the pyramid with half the strides and sizes: on images as
// they are, what p is on images twice as large.
func halved(p anchors.Pyramid) anchors.Pyramid {
	out := p
	out.Levels = nil
	for _, level := range p.Levels {
		half := anchors.Level{Stride: level.Stride / 2}
		for _, s := range level.Sizes {
			half.Sizes = append(half.Sizes, s/2)
		}
		out.Levels = append(out.Levels, half)
	}
	return out
}
