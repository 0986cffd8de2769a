package inspect

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"detsample/anchors"
	"detsample/bench/annotations"
	"detsample/bench/table"
	"detsample/internal/prose"
	"detsample/internal/registry"
)

// report assembles what was counted.
func (a *analysis) report(ctx context.Context) (*Report, error) {
	r := &Report{Setting: a.setting(), Levels: a.levelFigures()}
	every := make([]int32, len(a.objects))
	for i := range every {
		every[i] = int32(i)
	}
	r.All = a.group("all", every)
	bySize := a.split(every, cocoSizes, func(o *object) int { return int(o.cocoSize) })
	for size, list := range bySize {
		g := a.group(cocoNames[size], list)
		g.From, g.To = [...]float64{0, 32, 96}[size], [...]float64{32, 96, 0}[size]
		r.Sizes = append(r.Sizes, g)
	}
	for bin, list := range a.split(every, octaves, func(o *object) int { return int(o.bin) }) {
		if len(list) == 0 {
			continue
		}
		from, to := edges(bin)
		g := a.group(octaveName(from, to), list)
		g.From, g.To = from, to
		r.Octaves = append(r.Octaves, g)
	}
	r.Classes = a.classes(every, r.All.Positives)
	r.Data = a.data(&r.All)
	r.Candidates = a.candidates()
	for i := range a.Samplers {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r.Samplers = append(r.Samplers, a.kept(i))
	}
	r.SmallClass = smallClass(r)
	if note := leftOut(a.set); note != "" {
		r.Notes = append(r.Notes, note)
	}
	if !a.set.HasImages {
		r.Notes = append(r.Notes, "no image is at hand: sizes are those that the annotations state")
	}
	if a.skipped > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%s left out of these figures, with %s: where anchors lie follows from the size",
			prose.Count(a.skipped, "image of unknown size is", "images of unknown size are"), prose.Count(a.unsized, "object", "objects")))
	}
	images := slices.DeleteFunc(slices.Clone(a.set.Images), func(im annotations.Image) bool { return !a.set.Readable(&im) })
	for _, note := range []string{parts(images), interleaved(images), a.crowded()} {
		if note != "" {
			r.Notes = append(r.Notes, note)
		}
	}
	return r, a.advise(ctx, r)
}

// leftOut says how many images are of no use, "" where all are of some.
func leftOut(set *annotations.Set) string {
	switch n, of := set.Unread(); n {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("1 of %d images is left out, as it is by compare: it is missing, or it or its annotation cannot be read", of)
	default:
		return fmt.Sprintf("%d of %d images are left out, as they are by compare: they are missing, or they or their annotations cannot be read", n, of)
	}
}

func octaveName(from, to float64) string {
	switch {
	case from == 0:
		return "below " + strconv.FormatFloat(to, 'f', 0, 64)
	case to == 0:
		return "from " + strconv.FormatFloat(from, 'f', 0, 64)
	}
	return fmt.Sprintf("%.0f to %.0f", from, to)
}

// split divides objects by a number below n, keeping their order.
func (a *analysis) split(list []int32, n int, key func(*object) int) [][]int32 {
	parts := make([][]int32, n)
	for _, i := range list {
		k := key(&a.objects[i])
		parts[k] = append(parts[k], i)
	}
	return parts
}

// group sums over a list of objects.
func (a *analysis) group(name string, list []int32) Group {
	g := Group{Name: name, Objects: len(list)}
	best, sides := make([]float32, 0, len(list)), make([]float32, 0, len(list))
	for _, i := range list {
		o := &a.objects[i]
		best, sides = append(best, o.best), append(sides, float32(o.side()))
		g.Positives += int64(o.positives)
		if o.positives == 0 {
			g.None++
		}
		if o.best >= 0.5 {
			g.Half++
		}
		g.Histogram[iouBin(o.best)]++
		switch o.cause {
		case Reached:
			continue
		case BySize:
			g.Causes.Size++
		case ByRatio:
			g.Causes.Ratio++
		case ByBorder:
			g.Causes.Border++
		case ByStride:
			g.Causes.Stride++
		}
		g.Unreached++
	}
	g.BestIoU, g.MedianSide = spreadOf32(best), spreadOf32(sides).Median
	return g
}

// classes groups the objects by class.
func (a *analysis) classes(every []int32, positives int64) []Class {
	parts := a.split(every, len(a.set.Categories), func(o *object) int { return int(o.class) })
	out, names := make([]Class, len(parts)), a.set.ClassNames()
	for k, list := range parts {
		c := Class{Group: a.group(names[k], list)}
		last := int32(-1)
		for _, i := range list {
			o := &a.objects[i]
			c.BySize[o.cocoSize]++
			if o.image != last {
				c.Images++
				last = o.image
			}
		}
		c.ObjectShare = Share(c.Objects, len(every))
		c.PositiveShare = Share(int(c.Positives), int(positives))
		out[k] = c
	}
	return out
}

func (a *analysis) setting() Setting {
	s := Setting{Anchors: a.Name, Resize: a.Resize, Longest: a.longest(), Crop: a.Crop, PosIoU: a.PosIoU, Ratios: a.Pyramid.Ratios, Levels: shapes(&a.Pyramid), Offset: a.Pyramid.Offset}
	s.Assigner, _ = registry.Of[anchors.Assigner]().NameOf(a.Assigner)
	if m, ok := a.Assigner.(anchors.MaxIoU); ok {
		s.Assigner += fmt.Sprintf(", positive from %.4g, negative below %.4g", m.PosIoU, m.NegIoU)
	}
	return s
}

func shapes(p *anchors.Pyramid) []LevelShape {
	var list []LevelShape
	for _, l := range p.Levels {
		list = append(list, LevelShape{l.Stride, l.Sizes})
	}
	return list
}

func (a *analysis) levelFigures() []Level {
	out := make([]Level, len(a.levels))
	for l, shape := range shapes(&a.Pyramid) {
		c := &a.levels[l]
		out[l] = Level{LevelShape: shape, BySize: c.bySize, ByOctave: c.byOctave, Straddles: Share(int(c.straddling), int(c.anchors))}
		out[l].Count = Count{Anchors: c.anchors, Positives: c.positives, Ignored: c.ignored, Negatives: c.anchors - c.positives - c.ignored}
	}
	return out
}

func (a *analysis) candidates() Candidates {
	c := Candidates{Histogram: a.histogram}
	positives := make([]int32, len(a.images))
	for i, l := range a.labels[0] {
		positives[i] = l.positives
		if l.positives == 0 {
			c.None++
		}
	}
	for _, l := range a.levels {
		c.Anchors += l.anchors
		c.Positives += l.positives
		c.Ignored += l.ignored
	}
	c.Negatives = c.Anchors - c.Positives - c.Ignored
	c.Untouched = c.Anchors - a.touched
	c.PerImage = float64(c.Anchors) / float64(len(a.images))
	c.PerImagePositives = spreadOfInts(positives)
	return c
}

// data describes the annotations.
func (a *analysis) data(all *Group) Data {
	unread, _ := a.set.Unread()
	d := Data{
		Path: a.set.Path, Format: string(a.set.Format), Images: len(a.images), Unread: unread, Empty: a.empty, Skipped: a.skipped,
		Objects: len(a.objects), Ignored: a.ignored, Categories: a.set.Present(),
		MedianSide: all.MedianSide, Problems: annotations.Defects(a.set.Problems), MeanSide: a.meanSide(),
	}
	counts := make([]int32, len(a.images))
	for i := range counts {
		counts[i] = a.first[i+1] - a.first[i]
	}
	d.PerImage = spreadOfInts(counts)
	for _, p := range a.set.Problems {
		if !p.Notice && len(d.FirstFaults) < shownProblems {
			d.FirstFaults = append(d.FirstFaults, p.String())
		}
	}
	return d
}

const shownProblems = 20

// meanSide returns the mean of sqrt(width*height).
func (a *analysis) meanSide() float64 {
	sum := 0.0
	for i := range a.objects {
		sum += a.objects[i].side()
	}
	return sum / float64(len(a.objects))
}

// smallClass names the class of the least median side, if it is less than two
// thirds of that of all objects. Where two classes or more have objects enough
// to judge by, the others are passed over.
func smallClass(r *Report) *SmallClass {
	var with []*Class
	for i := range r.Classes {
		if r.Classes[i].Objects > 0 {
			with = append(with, &r.Classes[i])
		}
	}
	enough := slices.DeleteFunc(slices.Clone(with), func(c *Class) bool { return c.Objects < judged })
	if len(enough) > 1 {
		with = enough
	}
	if len(with) < 2 {
		return nil
	}
	c := slices.MinFunc(with, func(a, b *Class) int { return compareSides(a, b) })
	if c.MedianSide >= r.All.MedianSide*2/3 {
		return nil
	}
	others := Group{Objects: r.All.Objects - c.Objects, Positives: r.All.Positives - c.Positives, Unreached: r.All.Unreached - c.Unreached}
	text := fmt.Sprintf("%s is the small class: its median side is %.1f pixels, that of all objects %.1f. ", c.Name, c.MedianSide, r.All.MedianSide)
	text += fmt.Sprintf("On these anchors %s of its objects have no anchor of IoU %.4g (%s of the others), the median of its best IoUs is %.2f, ",
		percent(Share(c.Unreached, c.Objects)), r.Setting.PosIoU, percent(Share(others.Unreached, others.Objects)), c.BestIoU.Median)
	text += fmt.Sprintf("and it has %.1f positives an object (the others %.1f): %s of the objects, %s of the positives.",
		c.PerObject(), others.PerObject(), percent(c.ObjectShare), percent(c.PositiveShare))
	return &SmallClass{Name: c.Name, Text: text}
}

func compareSides(a, b *Class) int {
	switch {
	case a.MedianSide < b.MedianSide:
		return -1
	case a.MedianSide > b.MedianSide:
		return 1
	}
	return 0
}

// percent writes a share for a sentence.
func percent(share float64) string {
	return strings.NewReplacer("<", "less than ", ">", "more than ").Replace(table.Share(share))
}

// ByObjects returns classes sorted from the commonest to the rarest.
func ByObjects(classes []Class) []Class {
	list := slices.Clone(classes)
	slices.SortStableFunc(list, func(a, b Class) int { return b.Objects - a.Objects })
	return list
}
