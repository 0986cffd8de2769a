package inspect

import (
	"cmp"
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

const anchorsAnImage = "anchors of a training image, padded"

// advise derives what to change, and the verdict. What concerns size and anchors
// builds on one another: of the changes the one that gains most comes first, then
// the one that gains most after it, until nothing is left to gain; levels without
// positives are left out, and then the threshold is looked at. So much is tried that
// nothing of it is left to gain with what is recommended.
func (a *analysis) advise(ctx context.Context, r *Report) error {
	present, err := a.propose(ctx, a.Pyramid)
	if err != nil {
		return err
	}
	s := search{root: a, report: r, best: present}
	if err := s.settle(ctx); err != nil {
		return err
	}
	counted, err := s.counted(ctx)
	if err != nil {
		return err
	}
	threshold, lower := adviseThreshold(r, &s.best, counted)
	s.steps = append(s.steps, step{Advice: threshold})
	if lower != nil {
		if err := s.lower(ctx, *lower); err != nil {
			return err
		}
		if counted, err = s.counted(ctx); err != nil {
			return err
		}
	}
	kept := s.kept()
	note, err := s.beyond(ctx)
	if err != nil {
		return err
	}
	if note != "" {
		r.Notes = append(r.Notes, note)
	}
	replaced(s.steps)
	var list []Advice
	for i := range s.steps {
		list = append(list, s.steps[i].Advice)
	}
	list = append(list, kept...)
	if counted != a {
		r.Recommended = counted.recommended(&s.best)
	}
	if note := counted.inexact(); note != "" {
		r.Notes = append(r.Notes, note)
	}
	list = append(list, a.adviseSampler(r)...)
	list = append(list, a.adviseRegions(r)...)
	list = append(list, a.adviseLoss(r, counted)...)
	list = append(list, a.adviseBalance(r)...)
	list = append(list, counted.adviseNWD())
	byWorth(list)
	r.Advice, r.Verdict = list, verdict(r, list)
	return nil
}

func samePyramid(a, b *anchors.Pyramid) bool {
	return slices.EqualFunc(shapes(a), shapes(b), sameShape) && slices.Equal(a.Ratios, b.Ratios)
}

// recommended returns the figures of a proposal that was counted.
func (a *analysis) recommended(p *proposal) *Recommended {
	c := a.candidates()
	out := &Recommended{
		Resize: a.Resize, Longest: a.longest(), Crop: a.Crop, Ratios: a.Pyramid.Ratios, Levels: shapes(&a.Pyramid), Offset: a.Pyramid.Offset,
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

// byWorth orders advice by what it is worth: first what reaches objects, one after
// the other as each starts from the one before, then by what its gain is of and by
// points, what cannot be counted after that, and what to keep last.
func byWorth(list []Advice) {
	order := []Worth{OfObjects, OfAnchors, OfImages, OfLoss}
	rank := func(a *Advice) int {
		switch at := slices.Index(order, a.Gain.Of); {
		case a.Keep:
			return len(order) + 1
		case a.reaches():
			return 0
		case at < 0:
			return len(order)
		default:
			return at
		}
	}
	slices.SortStableFunc(list, func(a, b Advice) int {
		if x, y := rank(&a), rank(&b); x != y || a.Keep || x == 0 {
			return x - y
		}
		return cmp.Compare(b.Gain.Points, a.Gain.Points)
	})
}

// reaches reports whether advice changes which objects are reached.
func (a *Advice) reaches() bool {
	return !a.Keep && (a.Gain.Of == OfObjects || a.Gain.Of == OfClasses || a.Gain.Of == OfThreshold)
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
	return append(list, Figure{Name: "mean best IoU", Value: p.mean}, Figure{Name: anchorsAnImage, Value: p.perImage()})
}

// numbers writes a list.
func numbers(values []float32) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = strconv.FormatFloat(float64(v), 'f', -1, 32)
	}
	return strings.Join(words, " ")
}
