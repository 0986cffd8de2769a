package inspect

import (
	"strings"

	"detsample/anchors"
	"detsample/sampling"
)

// keeps counts what a sampler would keep of images, by running it on
// candidates that have nothing but labels. How many it keeps depends on nothing
// else as long as it asks for nothing else; where it mines by hardness, the
// two extremes limit what it can keep: all positives harder than all negatives,
// and the reverse.
type keeps struct {
	sampler sampling.Sampler
	mines   bool
	known   map[labelCount][2]keptCount // by hardness of the positives: low, high
	source  sampling.Source
	sample  sampling.Sample
	gt      []int32
	iou     []float32
	hard    []float32
}

type labelCount struct{ positives, negatives int }

type keptCount struct{ positives, negatives int }

// plenty is how many negatives stand for any greater number of them, and
// positives for an image that has more than a sampler could want.
const plenty = 1 << 13

// uncounted says why a sampler's picks depend on more than labels; empty if
// they do not.
func uncounted(s sampling.Sampler) string {
	var wants []string
	for _, w := range []struct {
		need sampling.Need
		name string
	}{
		{sampling.NeedBox, "candidates' boxes"}, {sampling.NeedBoxHardness, "box losses"}, {sampling.NeedGradient, "gradients"},
		{sampling.NeedScore, "scores"}, {sampling.NeedDecoded, "predicted boxes"}, {sampling.NeedTruth, "objects"},
	} {
		if s.Needs()&w.need != 0 {
			wants = append(wants, w.name)
		}
	}
	if r, ok := s.(sampling.Random); ok && r.MinNegativeIoU > 0 {
		wants = append(wants, "negatives' IoU")
	}
	if len(wants) == 0 {
		return ""
	}
	return "how much it keeps depends on " + strings.Join(wants, ", ")
}

func newKeeps(s sampling.Sampler) *keeps {
	return &keeps{sampler: s, mines: s.Needs()&sampling.NeedHardness != 0, known: map[labelCount][2]keptCount{}}
}

// of returns what is kept of an image, with its positives easiest and hardest.
// A sampler that keeps all of plenty negatives has no limit on them and is run
// on as many as there are.
func (k *keeps) of(positives, negatives int) [2]keptCount {
	few := labelCount{positives, min(negatives, plenty+16*positives)}
	out, ok := k.known[few]
	if !ok {
		out = k.run(few)
		k.known[few] = out
	}
	for i := range out {
		if out[i].negatives == few.negatives { // all that it saw
			out[i].negatives = negatives
		}
	}
	return out
}

func (k *keeps) run(n labelCount) (out [2]keptCount) {
	k.gt, k.iou = k.gt[:0], k.iou[:0]
	for i := range n.positives {
		k.gt, k.iou = append(k.gt, int32(i)), append(k.iou, 1)
	}
	for range n.negatives {
		k.gt, k.iou = append(k.gt, anchors.Negative), append(k.iou, 0)
	}
	for easy := range 2 {
		c := sampling.Candidates{GT: k.gt, IoU: k.iou}
		if k.mines {
			k.hard = k.hard[:0]
			for _, gt := range k.gt {
				hardness := float32(0.5)
				if gt >= 0 {
					hardness = float32(easy)
				}
				k.hard = append(k.hard, hardness)
			}
			c.Hardness = k.hard
		}
		k.sampler.Sample(&k.sample, &c, k.source.At(sampling.Key{Stage: sampling.StageDense}))
		out[easy] = keptCount{k.sample.Positives, len(k.sample.Index) - k.sample.Positives}
		if !k.mines {
			out[1] = out[0]
			break
		}
	}
	return out
}

// wanted returns how many positives are kept of an image that has plenty,
// whatever their scores; 0 if all are, or if scores decide.
func (k *keeps) wanted() int {
	n := k.run(labelCount{plenty, plenty})[0].positives
	if n == plenty {
		return 0
	}
	return n
}

// kept counts what the i-th sampler would keep.
func (a *analysis) kept(i int) (out Kept) {
	s, labels := a.Samplers[i], a.labels[a.which[i]]
	out.Name = s.Name
	var negatives []int
	for k, l := range labels {
		n := int(a.images[k].anchors - l.positives - l.ignored)
		negatives = append(negatives, n)
		out.Seen.Anchors += int64(a.images[k].anchors)
		out.Seen.Positives += int64(l.positives)
		out.Seen.Ignored += int64(l.ignored)
		out.Seen.Negatives += int64(n)
	}
	if out.Reason = uncounted(s.Sampler); out.Reason != "" {
		return out
	}
	k := newKeeps(s.Sampler)
	out.Wanted = k.wanted()
	var low, high keptCount
	for image, l := range labels {
		got := k.of(int(l.positives), negatives[image])
		low.positives += got[0].positives
		high.positives += got[1].positives
		low.negatives += got[1].negatives
		high.negatives += got[0].negatives
		if got[1].positives == 0 {
			out.Empty++
		}
		if int(l.positives) < out.Wanted {
			out.Starved++
		}
		if 4*int(l.positives) < out.Wanted {
			out.Hungry++
		}
	}
	n := float64(len(labels))
	out.Positives = Range{float64(low.positives) / n, float64(high.positives) / n}
	out.Negatives = Range{float64(low.negatives) / n, float64(high.negatives) / n}
	return out
}
