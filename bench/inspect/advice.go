package inspect

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"detsample/anchors"
	"detsample/bench/anchorfit"
)

// advise derives what to change.
func (a *analysis) advise(ctx context.Context, r *Report) ([]Advice, error) {
	present, err := a.measure(ctx, &a.Pyramid)
	if err != nil {
		return nil, err
	}
	anchorAdvice, best, err := a.adviseAnchors(ctx, r, present)
	if err != nil {
		return nil, err
	}
	list := []Advice{anchorAdvice}
	levels, err := a.adviseLevels(ctx, r, best)
	if err != nil {
		return nil, err
	}
	list = append(list, levels...)
	list = append(list, adviseThreshold(r), adviseNWD(r), adviseROIs(r), adviseSampler(r), adviseLoss(r))
	list = append(list, adviseBalance(r)...)
	return list, nil
}

// adviseAnchors compares the present sizes and ratios with clusters of the
// objects.
func (a *analysis) adviseAnchors(ctx context.Context, r *Report, present reach) (Advice, fitted, error) {
	found, err := anchorfit.Fit(ctx, a.boxes(), a.Pyramid, anchorfit.Options{Thresholds: []float64{a.PosIoU}, Procs: a.Procs})
	if err != nil {
		return Advice{}, fitted{}, err
	}
	after, err := a.measure(ctx, &found.Pyramid)
	if err != nil {
		return Advice{}, fitted{}, err
	}
	adv := Advice{Topic: "anchor sizes and ratios", Before: a.figures(r, present)}
	if found.How == "" {
		adv.Advice = "Keep the present sizes and ratios."
		adv.Because = fmt.Sprintf("%s of the %d objects have an anchor of IoU %.4g or more now, with a mean best IoU of %.3f. No sizes and ratios that k-means on IoU finds in them, with as many anchors a cell, are better by a thousandth.",
			percent(present.reached), len(a.objects), a.PosIoU, present.mean)
		return adv, fitted{pyramid: a.Pyramid, reach: present}, nil
	}
	p := &found.Pyramid
	var levels []string
	for _, l := range p.Levels {
		levels = append(levels, fmt.Sprintf("%s at stride %d", numbers(l.Sizes), l.Stride))
	}
	adv.Advice = fmt.Sprintf("Sizes %s; ratios (height/width) %s.", strings.Join(levels, ", "), numbers(p.Ratios))
	adv.Because = fmt.Sprintf("k-means on IoU (distance 1-IoU, k-means++ seeds, medians) over the %d objects' widths and heights at training size gives sizes, sqrt(width*height), over all of them and over those that suit each level; the same on boxes of equal area gives ratios. No size is below 1.25 strides. Of pyramids of such sizes, ratios and both, refined by changing one number after the other, this one (%s) is the best by the share of objects with an anchor of IoU %.4g, over all objects and as a mean over classes, without a class losing; measured over all objects, with the anchors where the grid puts them.",
		len(a.objects), found.How, a.PosIoU)
	adv.Setting = pyramidYAML(p)
	r.Fitted = &Fitted{Ratios: p.Ratios, Levels: shapes(p), Half: after.half, HalfClass: after.classHalf, Histogram: after.histogram}
	adv.After = a.figures(r, after)
	return adv, fitted{pyramid: found.Pyramid, reach: after}, nil
}

// figures names what a pyramid reaches.
func (a *analysis) figures(r *Report, v reach) []Figure {
	list := []Figure{
		{Name: "objects with an anchor of IoU 0.5 or more", Value: v.half, Share: true},
	}
	if r.Sizes[small].Objects > 0 {
		list = append(list, Figure{Name: "the same, small objects", Value: v.smallHalf, Share: true})
	}
	if r.SmallClass != nil {
		for c := range r.Classes {
			if r.Classes[c].Name == r.SmallClass.Name {
				list = append(list, Figure{Name: "the same, " + r.SmallClass.Name, Value: v.classHalf[c], Share: true})
				break
			}
		}
	}
	if a.PosIoU != 0.5 {
		list = append(list, Figure{Name: fmt.Sprintf("objects with an anchor of IoU %.4g or more", a.PosIoU), Value: v.reached, Share: true})
	}
	return append(list, Figure{Name: "mean best IoU", Value: v.mean})
}

// adviseLevels says what a finer level or, below the strides in use, images
// twice as large would bring where many objects stay unreached.
func (a *analysis) adviseLevels(ctx context.Context, r *Report, best fitted) ([]Advice, error) {
	const many = 0.02
	if 1-best.reach.half < many {
		return nil, nil
	}
	adv := Advice{Topic: "levels and image size"}
	p := finer(best.pyramid)
	adv.Advice = fmt.Sprintf("Add a level of stride %d, with sizes %s.", p.Levels[0].Stride, numbers(p.Levels[0].Sizes))
	how := "A level of half the finest stride with half its sizes was"
	if p.Levels[0].Stride < finestStride {
		if slices.ContainsFunc(best.pyramid.Levels, func(l anchors.Level) bool { return l.Stride%2 != 0 }) {
			return nil, nil
		}
		p = halved(best.pyramid)
		adv.Advice = "Train on images twice as large, with the same anchors."
		how = "The same anchors on images twice as large were"
	}
	after, err := a.measure(ctx, &p)
	if err != nil || after.half-best.reach.half < many/2 {
		return nil, err
	}
	perImage := func(p *anchors.Pyramid) Figure {
		n := 0.0
		for i := range a.images {
			n += float64(p.Count(int(a.images[i].width), int(a.images[i].height)))
		}
		return Figure{Name: "anchors an image", Value: n / float64(len(a.images))}
	}
	adv.Because = fmt.Sprintf("With the anchors recommended above %s of the objects still have no anchor of IoU 0.5. On the present pyramid %d are missed by size, %d by ratio, %d by stride and %d at the border. %s measured over all objects.",
		percent(1-best.reach.half), r.All.Causes.Size, r.All.Causes.Ratio, r.All.Causes.Stride, r.All.Causes.Border, how)
	adv.Before = append(a.figures(r, best.reach), perImage(&best.pyramid))
	adv.After = append(a.figures(r, after), perImage(&p))
	return []Advice{adv}, nil
}

// fitted is a pyramid and how well it reaches the objects.
type fitted struct {
	pyramid anchors.Pyramid
	reach   reach
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

// finestStride is the finest that pyramids have in use.
const finestStride = 4

// numbers writes a list.
func numbers(values []float32) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = strconv.FormatFloat(float64(v), 'f', -1, 32)
	}
	return strings.Join(words, " ")
}

// pyramidYAML writes a pyramid as a comparison's configuration has it.
func pyramidYAML(p *anchors.Pyramid) string {
	var b strings.Builder
	b.WriteString("detector:\n  pyramid:\n    levels:\n")
	for _, l := range p.Levels {
		fmt.Fprintf(&b, "      - {stride: %d, sizes: [%s]}\n", l.Stride, strings.ReplaceAll(numbers(l.Sizes), " ", ", "))
	}
	fmt.Fprintf(&b, "    ratios: [%s]\n    offset: %v\n", strings.ReplaceAll(numbers(p.Ratios), " ", ", "), p.Offset)
	return b.String()
}

// adviseNWD recommends the scale of the normalised Wasserstein distance.
func adviseNWD(r *Report) Advice {
	c := r.Data.MeanSide
	const tiny = 16
	tinyShare := 0.0
	for _, g := range r.Octaves {
		if g.To > 0 && g.To <= tiny {
			tinyShare += share(g.Objects, r.All.Objects)
		}
	}
	adv := Advice{
		Topic:   "scale C of the Wasserstein distance",
		Setting: fmt.Sprintf("nwd_scale: %.3g", c),
		Because: fmt.Sprintf("C is the mean of sqrt(width*height) over the %d objects at training size, as the authors of NWD advise (12.8 pixels on AI-TOD); the median is %.1f. %s of the objects are below %d pixels, where IoU falls to nothing within a few pixels and NWD does not.",
			r.All.Objects, r.Data.MedianSide, percent(tinyShare), tiny),
	}
	adv.Advice = fmt.Sprintf("C = %.3g pixels wherever nwd is used", c)
	if tinyShare >= 0.1 {
		adv.Advice += "; it is worth a trial here (assigner nwd_rka or rfla)."
	} else {
		adv.Advice += "; with so few tiny objects IoU will do."
	}
	return adv
}

// adviseThreshold looks for a positive threshold that leaves few objects out.
func adviseThreshold(r *Report) Advice {
	pos := r.Setting.PosIoU
	group, name := weakest(r)
	at := func(g *Group, threshold float64) float64 {
		n := 0
		for bin := int(math.Round(threshold * IoUBins)); bin < IoUBins; bin++ {
			n += g.Histogram[bin]
		}
		return share(n, g.Objects)
	}
	now := share(group.Objects-group.Unreached, group.Objects)
	adv := Advice{Topic: "positive threshold", Before: []Figure{{"reached, " + name, now, true}, {"reached, all", share(r.All.Objects-r.All.Unreached, r.All.Objects), true}}}
	if now >= enough {
		adv.Advice = fmt.Sprintf("Keep %.4g.", pos)
		adv.Because = fmt.Sprintf("Of every class and size of %d objects or more, %s or more have such an anchor; the least is %s with %s (median best IoU %.2f).",
			judged, percent(enough), name, percent(now), group.BestIoU.Median)
		return adv
	}
	t := math.Floor((pos-1e-9)*IoUBins) / IoUBins
	for ; t > lowestThreshold+1e-9 && at(group, t) < enough; t -= 1.0 / IoUBins {
	}
	t = math.Round(t*IoUBins) / IoUBins
	if t < lowestThreshold || at(group, t)-now < 0.005 {
		adv.Advice = fmt.Sprintf("Keep %.4g and change the anchors first; or assign by rank (atss), which needs no threshold.", pos)
		adv.Because = fmt.Sprintf("%s of %s have an anchor of IoU %.4g or more (median best IoU %.2f), and %.4g would bring no more than %s.",
			percent(now), name, pos, group.BestIoU.Median, lowestThreshold, percent(at(group, max(t, lowestThreshold))))
		return adv
	}
	positives := int64(0)
	for bin := int(math.Round(t * IoUBins)); bin < IoUBins; bin++ {
		positives += r.Candidates.Histogram[bin]
	}
	reason := fmt.Sprintf("%.4g is the highest threshold in steps of 0.05 at which %s of them do.", t, percent(enough))
	if at(group, t) < enough {
		reason = fmt.Sprintf("At %.4g, below which a positive has little of its object, %s of them do.", t, percent(at(group, t)))
	}
	adv.Advice = fmt.Sprintf("If the anchors stay as they are, positive from %.4g (and negative below %.4g); or assign by rank (atss), which needs no threshold.", t, math.Max(0.05, t-0.1))
	adv.Because = fmt.Sprintf("Only %s of %s have an anchor of IoU %.4g or more (median best IoU %.2f); forced matches, if any, give the others what is best. %s It makes %d anchors positive in place of %d, forced matches aside.",
		percent(now), name, pos, group.BestIoU.Median, reason, positives, r.Candidates.Positives)
	adv.After = []Figure{{"reached, " + name, at(group, t), true}, {"reached, all", at(&r.All, t), true}}
	return adv
}

const (
	enough          = 0.95 // of a group's objects should have an anchor
	lowestThreshold = 0.3  // below which a positive has little of its object
	judged          = 30   // objects that a group needs to be judged by
)

// weakest returns the class or size of which the smallest share is reached,
// and what a sentence calls it.
func weakest(r *Report) (*Group, string) {
	out, name := &r.All, "all objects"
	consider := func(g *Group, called string) {
		if g.Objects >= judged && share(g.Unreached, g.Objects) > share(out.Unreached, out.Objects) {
			out, name = g, called
		}
	}
	for i := range r.Sizes {
		consider(&r.Sizes[i], r.Sizes[i].Name+" objects")
	}
	for i := range r.Classes {
		consider(&r.Classes[i].Group, "class "+r.Classes[i].Name)
	}
	return out, name
}
