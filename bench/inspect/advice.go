package inspect

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"detsample/anchors"
)

// worthwhile is how many points a piece of advice must gain not to say that the
// present choice may stay.
const worthwhile = 0.5

// advise derives what to change, and the verdict. What concerns anchors builds on
// one another: the anchors are fitted, then the size is chosen with anchors fitted
// to it, then levels are added or left out until that gains nothing, and then the
// threshold is looked at. So much is tried that nothing of it is left to gain with
// what is recommended.
func (a *analysis) advise(ctx context.Context, r *Report) error {
	present, err := a.propose(ctx, a.Pyramid)
	if err != nil {
		return err
	}
	var list []Advice
	best := present
	for _, step := range []func(context.Context, *Report, proposal) ([]Advice, proposal, error){adviseAnchors, adviseSize, a.adviseLevels} {
		var found []Advice
		if found, best, err = step(ctx, r, best); err != nil {
			return err
		}
		list = append(list, found...)
	}
	threshold, lower := adviseThreshold(r, &best)
	list = append(list, threshold)
	if lower != nil {
		var found []Advice
		if found, best, err = a.adviseAtThreshold(ctx, r, best, *lower); err != nil {
			return err
		}
		list = append(list, found...)
	}
	list = joined(list)
	replaced(list)
	counted, err := a.counted(ctx, &best)
	if err != nil {
		return err
	}
	if counted != a {
		r.Recommended = counted.recommended(&best)
	}
	if note := counted.inexact(); note != "" {
		r.Notes = append(r.Notes, note)
	}
	list = append(list, a.adviseSampler(r)...)
	list = append(list, a.adviseRegions(r)...)
	list = append(list, a.adviseLoss(r)...)
	list = append(list, a.adviseBalance(r)...)
	list = append(list, a.adviseNWD(r))
	byWorth(list)
	r.Advice, r.Verdict = list, verdict(r, list)
	return nil
}

// counted returns the analysis with the counts of a proposal: the present one, if
// it is of that.
func (a *analysis) counted(ctx context.Context, p *proposal) (*analysis, error) {
	if p.Resize == a.Resize && p.PosIoU == a.PosIoU && samePyramid(&p.pyramid, &a.Pyramid) {
		return a, nil
	}
	c := p.Config
	c.Pyramid, c.Samplers = p.pyramid, nil
	again, err := newAnalysis(a.set, c)
	if err != nil {
		return nil, err
	}
	return again, again.run(ctx)
}

func samePyramid(a, b *anchors.Pyramid) bool {
	return slices.EqualFunc(shapes(a), shapes(b), sameShape) && slices.Equal(a.Ratios, b.Ratios)
}

// joined makes one piece of advice of those by which anchors were fitted again: from
// the first to the last of them.
func joined(list []Advice) (out []Advice) {
	for _, adv := range list {
		at := slices.IndexFunc(out, func(a Advice) bool {
			return a.Topic == refitTopic && adv.Topic == refitTopic && a.Gain.Of == adv.Gain.Of
		})
		if at < 0 {
			out = append(out, adv)
			continue
		}
		adv.Before = out[at].Before
		adv.Gain.Points += out[at].Gain.Points
		out[at] = adv
	}
	return out
}

// replaced says of anchors which later ones are recommended in place of them.
func replaced(list []Advice) {
	last := ""
	for i := len(list) - 1; i >= 0; i-- {
		switch a := &list[i]; {
		case a.Keep:
		case a.Topic == refitTopic || a.Topic == "image size":
			if last != "" {
				a.Advice += fmt.Sprintf(" In place of these anchors come those of %q.", last)
				continue
			}
			last = a.Topic
		case last != "" && (a.Topic == "anchor sizes and ratios" || a.Topic == "finer level"):
			a.Advice += fmt.Sprintf(" In place of these anchors come those of %q.", last)
		}
	}
}

// recommended returns the figures of a proposal that was counted.
func (a *analysis) recommended(p *proposal) *Recommended {
	c := a.candidates()
	out := &Recommended{
		Resize: a.Resize, Longest: a.longest(), Ratios: a.Pyramid.Ratios, Levels: shapes(&a.Pyramid), Offset: a.Pyramid.Offset,
		Count: c.Count, None: c.None, Class: p.class, Histogram: p.bins,
	}
	if m, has := thresholds(a.Assigner); has {
		out.PosIoU, out.NegIoU = m.PosIoU, m.NegIoU
	}
	for i := range a.objects {
		if a.objects[i].best >= float32(a.PosIoU) {
			out.Reached++
		}
	}
	return out
}

func sameShape(a, b LevelShape) bool { return a.Stride == b.Stride && slices.Equal(a.Sizes, b.Sizes) }

// byWorth orders advice by what it is worth: by what its gain is of, then by
// points, what cannot be counted after that, and what to keep last.
func byWorth(list []Advice) {
	order := []Worth{OfObjects, OfClasses, OfAnchors, OfImages, OfLoss}
	rank := func(a *Advice) int {
		switch at := slices.Index(order, a.Gain.Of); {
		case a.Keep:
			return len(order) + 1
		case at < 0:
			return len(order)
		case a.Gain.Of == OfClasses:
			return 0
		default:
			return at
		}
	}
	slices.SortStableFunc(list, func(a, b Advice) int {
		if x, y := rank(&a), rank(&b); x != y || a.Keep {
			return x - y
		}
		switch {
		case a.Gain.Points > b.Gain.Points:
			return -1
		case a.Gain.Points < b.Gain.Points:
			return 1
		}
		return 0
	})
}

// gained returns what one proposal reaches more than another: of all objects, or
// as a mean over classes if that is more.
func gained(from, to *proposal) Gain {
	all, classes := 100*(to.share-from.share), 100*(to.macro-from.macro)
	if classes > all && classes >= worthwhile {
		return Gain{classes, OfClasses}
	}
	return Gain{all, OfObjects}
}

// Worth writes what a piece of advice changes: a share before and after it where
// it has one, and otherwise its gain.
func (a *Advice) Worth() string {
	if (a.Gain.Of == OfImages || a.Gain.Of == OfLoss) && len(a.Before) == len(a.After) {
		for i, f := range a.Before {
			if f.Share {
				return fmt.Sprintf("%s %s → %s", f.Name, percent(f.Value), percent(a.After[i].Value))
			}
		}
	}
	return a.Gain.String()
}

// String writes a gain for a sentence, such as +7.3 points of objects reached.
func (g Gain) String() string {
	switch g.Of {
	case OfAnchors:
		return fmt.Sprintf("%.1f%% fewer anchors", g.Points)
	case OfImages:
		return fmt.Sprintf("%.1f points fewer starved images", g.Points)
	case OfLoss:
		return fmt.Sprintf("%+.1f points of an untrained head's loss for objects", g.Points)
	}
	return fmt.Sprintf("%+.1f points of %s", g.Points, g.Of)
}

// figures names what a proposal reaches.
func (p *proposal) figures(r *Report) []Figure {
	list := []Figure{{Name: fmt.Sprintf("objects with an anchor of IoU %.4g or more", p.PosIoU), Value: p.share, Share: true}}
	if len(r.Classes) > 1 {
		list = append(list, Figure{Name: "the same, mean over classes", Value: p.macro, Share: true})
	}
	if n := r.Sizes[small].Objects; n > 0 && n < r.All.Objects {
		list = append(list, Figure{Name: "the same, small objects", Value: p.small, Share: true})
	}
	if r.SmallClass != nil {
		c := slices.IndexFunc(r.Classes, func(c Class) bool { return c.Name == r.SmallClass.Name })
		list = append(list, Figure{Name: "the same, " + r.SmallClass.Name, Value: p.class[c], Share: true})
	}
	return append(list, Figure{Name: "mean best IoU", Value: p.mean}, Figure{Name: "anchors an image", Value: p.perImage()})
}

// numbers writes a list.
func numbers(values []float32) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = strconv.FormatFloat(float64(v), 'f', -1, 32)
	}
	return strings.Join(words, " ")
}
