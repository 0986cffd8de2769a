package dump

import (
	"fmt"
	"reflect"
	"slices"

	"detsample/anchors"
	"detsample/internal/registry"
)

// Labels are the candidates of all images as an assigner labels them, or the dump
// itself, and sorted by how difficult they then are.
type Labels struct {
	Assigner   anchors.Assigner // nil where the dump has labels
	Candidates int              // that are not ignored
	Ignored    int
	Positives  int
	Negatives  int

	// Edges are the difficulties at which deciles 1 to 9 begin. Deciles hold
	// equally many candidates but for ties, which stay together.
	Edges  [Deciles - 1]float64
	Counts [Deciles]Split // candidates in each decile
}

// labelling is a dump as one assigner labels it, and what a replay finds of that.
type labelling struct {
	Labels
	d    *Dump
	hist *histogram
}

func newLabelling(d *Dump) *labelling {
	return &labelling{Labels: Labels{Assigner: d.assigner}, d: d, hist: newHistogram()}
}

// labellings returns the dump as each sampler's stage labels it, equal ones once,
// and the place of each sampler's. The first is that of the losses.
func (d *Dump) labellings(samplers []Sampler) (list []*labelling, of []int) {
	for i := range samplers {
		as := d.labelledFor(samplers[i].stage())
		at := slices.IndexFunc(list, func(l *labelling) bool { return l.d.labelsLike(as) })
		if at < 0 {
			at, list = len(list), append(list, newLabelling(as))
		}
		of = append(of, at)
	}
	if len(list) == 0 {
		list = append(list, newLabelling(d))
	}
	return list, of
}

// labelledFor returns the dump as a stage labels it: d itself where it has labels,
// or the stage no assigner of its own.
func (d *Dump) labelledFor(s *Stage) *Dump {
	if d.label != nil || s.Assigner == nil {
		return d
	}
	as := *d
	as.assigner, as.coder = s.Assigner, s.Coder
	return &as
}

// labelsLike reports whether another form of the same dump has the same labels.
func (d *Dump) labelsLike(o *Dump) bool {
	if d == o {
		return true
	}
	decodes := d.assigner.Needs()&anchors.NeedPredictions != 0
	return reflect.DeepEqual(d.assigner, o.assigner) && (!decodes || reflect.DeepEqual(d.coder, o.coder))
}

// add counts the candidates of a batch.
func (l *labelling) add(b *batch) {
	for c, class := range b.class {
		switch {
		case class == anchors.Ignored:
			l.Ignored++
			continue
		case class >= 0:
			l.Positives++
		default:
			l.Negatives++
		}
		l.hist.add(b.hard[c])
	}
}

// rank sorts difficulties into deciles once all are counted, and reports labels
// that no detector learns from.
func (l *labelling) rank() error {
	l.Candidates = l.Positives + l.Negatives
	by := ""
	if l.Assigner != nil {
		by = " under assigner " + registry.Name(l.Assigner)
	}
	switch {
	case l.Candidates == 0:
		return l.d.lacking("every candidate is ignored"+by, "check labels and label_map: "+l.d.labels.name+" is in force")
	case l.Negatives == 0:
		return l.d.lacking(fmt.Sprintf("all %d candidates that count are positive%s", l.Candidates, by), "dump every candidate of an image, the background too, or check the assigner")
	}
	l.Edges = l.hist.rank()
	return nil
}
