package anchorfit

import (
	"context"
	"math"
	"slices"

	"detsample/anchors"
)

// starts returns pyramids to start from: of other sizes, other ratios and both,
// with as many anchors a cell on the same levels.
func (f *fitter) starts(ctx context.Context, p anchors.Pyramid) ([]Fitted, error) {
	some := evenly(f.objects, 50000)
	shapes := make([]shape, len(some))
	for i := range some {
		shapes[i] = shape{some[i].Box.Width(), some[i].Box.Height()}
	}
	sizes, err := sizes(ctx, p, shapes)
	if err != nil {
		return nil, err
	}
	ratios, err := commonRatios(ctx, shapes, len(p.Ratios))
	if err != nil {
		return nil, err
	}
	p.Ratios = ratios
	list := []Fitted{{How: "new ratios", Pyramid: p}}
	for _, s := range sizes {
		list = append(list, s)
		s.Pyramid.Ratios = ratios
		s.How += " and new ratios"
		list = append(list, s)
	}
	for i := range list {
		list[i].Pyramid = distinct(list[i].Pyramid, apart)
	}
	return list, nil
}

// sizes returns pyramids whose sizes come from clusters of the objects: of all
// together, and of those that suit each level, by the nearest of the present
// sizes; and from the distribution of sides.
func sizes(ctx context.Context, p anchors.Pyramid, shapes []shape) ([]Fitted, error) {
	all, err := cluster(ctx, shapes, countSizes(&p), clusterSeed)
	if err != nil {
		return nil, err
	}
	byLevel := clone(p)
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
	return []Fitted{
		{How: "sizes of clusters of all objects, small ones on fine levels", Pyramid: withSizes(p, all)},
		{How: "sizes of clusters of the objects that suit each level", Pyramid: byLevel},
		{How: "sizes spread evenly in the logarithm from the 5% to the 95% quantile of sqrt(width*height)", Pyramid: withSizes(p, spread(shapes, countSizes(&p)))},
	}, nil
}

func countSizes(p *anchors.Pyramid) int {
	n := 0
	for _, l := range p.Levels {
		n += len(l.Sizes)
	}
	return n
}

// suiting divides shapes among the levels: to each those whose side is
// nearest, as a quotient, to one of its sizes.
func suiting(p anchors.Pyramid, shapes []shape) [][]shape {
	lists := make([][]shape, len(p.Levels))
	for _, s := range shapes {
		at, least := 0, math.Inf(1)
		for l, level := range p.Levels {
			for _, size := range level.Sizes {
				if d := math.Abs(math.Log(s.side() / float64(size))); d < least {
					at, least = l, d
				}
			}
		}
		lists[at] = append(lists[at], s)
	}
	return lists
}

// spread returns n squares whose sides are even in the logarithm.
func spread(shapes []shape, n int) []shape {
	sides := make([]float64, len(shapes))
	for i, s := range shapes {
		sides[i] = s.side()
	}
	slices.Sort(sides)
	quantile := func(percent int) float64 { return sides[max(0, (len(sides)*percent+99)/100-1)] }
	low, high := quantile(5), quantile(95)
	out := make([]shape, n)
	for i := range out {
		side := float32(low * math.Pow(high/low, float64(i)/float64(max(1, n-1))))
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
	ratios := make([]float32, n)
	for i := range ratios {
		c := centres[min(i, len(centres)-1)]
		ratios[i] = round3(c.h / c.w)
	}
	slices.Sort(ratios)
	return ratios, nil
}

// clusterSeed is the seed of every clustering: the result does not depend on
// chance.
const clusterSeed = 1

// withSizes returns the pyramid with the sizes of the clusters, in order, as
// many on each level as it has.
func withSizes(p anchors.Pyramid, clusters []shape) anchors.Pyramid {
	sizes := make([]float64, len(clusters))
	for i, c := range clusters {
		sizes[i] = c.side()
	}
	slices.Sort(sizes)
	out := clone(p)
	at := 0
	for _, level := range out.Levels {
		for k := range level.Sizes {
			size := float32(sizes[min(at, len(sizes)-1)])
			level.Sizes[k] = round3(max(size, smallest(level.Stride)))
			at++
		}
	}
	return out
}

// smallest returns the smallest new size of a level.
func smallest(stride int) float32 { return 1.25 * float32(stride) }
