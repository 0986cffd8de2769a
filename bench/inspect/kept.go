package inspect

import (
	"fmt"
	"slices"

	"detsample/anchors"
	"detsample/internal/stage"
	"detsample/sampling"
)

// What annotations and anchors say of candidates without a detector.
const given = sampling.NeedIoU | sampling.NeedBox | sampling.NeedTruthClass | sampling.NeedTruth

// uncounted says why what a sampler keeps cannot be counted; empty if it can.
// Of the hardness, which is a detector's, the two extremes say enough where a
// sampler looks at nothing else.
func uncounted(s sampling.Sampler) string {
	need := s.Needs()
	if missing := need &^ given; missing != 0 && need != sampling.NeedHardness {
		return fmt.Sprintf("it reads %v, which annotations do not hold", missing)
	}
	return ""
}

// byLabels reports whether what a sampler keeps is counted from an image's
// numbers of positives and negatives, by [keeps], and not from its candidates,
// by [worker.keep].
func byLabels(s sampling.Sampler) bool { return s.Needs()&^sampling.NeedHardness == 0 }

// keeps counts what a sampler that reads labels alone would keep of images, by
// running it on candidates that have nothing but labels. Where it mines by
// hardness, two extremes limit what it can keep: all positives harder than all
// negatives, and the reverse.
type keeps struct {
	sampler sampling.Sampler
	mines   bool
	all     bool                        // it keeps every negative of the largest image
	counts  bool                        // it keeps the more negatives, the more there are
	known   map[labelCount][2]keptCount // by hardness of the positives: low, high

	draws  stage.Draws
	sample [1]sampling.Sample
	gt     []int32
	hard   []float32
}

type labelCount struct{ positives, negatives int }

type keptCount struct{ positives, negatives int }

// plenty is how many negatives stand for any greater number of them, and
// positives for an image that has more than a sampler could want.
const plenty = 1 << 13

// newKeeps returns the counter of s in images of at most so many negatives.
func newKeeps(s sampling.Sampler, most int) *keeps {
	k := &keeps{sampler: s, mines: s.Needs()&sampling.NeedHardness != 0, known: map[labelCount][2]keptCount{}}
	k.all = true
	for positives := range 2 {
		for _, out := range k.run(labelCount{positives, most}) {
			k.all = k.all && out.negatives == most
		}
	}
	for _, positives := range []int{0, 1, 20} {
		few := saturating(positives)
		once, twice := k.run(labelCount{positives, few}), k.run(labelCount{positives, 2 * few})
		k.counts = k.counts || once != twice && once[0].negatives < few
	}
	return k
}

// saturating is how many negatives stand for any greater number of them.
func saturating(positives int) int { return plenty + 16*positives }

// of returns what is kept of an image, with its positives easiest and hardest.
// It runs the sampler on fewer negatives than the image has where a greater
// number makes no difference.
func (k *keeps) of(positives, negatives int) [2]keptCount {
	few := labelCount{positives, min(negatives, saturating(positives))}
	if k.counts {
		few.negatives = negatives
	}
	out := k.remember(few)
	if few.negatives == negatives || out[0].negatives < few.negatives && out[1].negatives < few.negatives {
		return out
	}
	if !k.all { // the limit may lie anywhere beyond
		return k.remember(labelCount{positives, negatives})
	}
	for i := range out {
		out[i].negatives = negatives
	}
	return out
}

func (k *keeps) remember(n labelCount) [2]keptCount {
	out, ok := k.known[n]
	if !ok {
		out = k.run(n)
		k.known[n] = out
	}
	return out
}

func (k *keeps) run(n labelCount) (out [2]keptCount) {
	k.gt = k.gt[:0]
	for i := range n.positives {
		k.gt = append(k.gt, int32(i))
	}
	for range n.negatives {
		k.gt = append(k.gt, anchors.Negative)
	}
	for easy := range 2 {
		c := [1]sampling.Candidates{{GT: k.gt}}
		if k.mines {
			k.hard = k.hard[:0]
			for _, gt := range k.gt {
				hardness := float32(0.5)
				if gt >= 0 {
					hardness = float32(easy)
				}
				k.hard = append(k.hard, hardness)
			}
			c[0].Hardness = k.hard
		}
		out[easy] = keptBy(&k.draws, k.sampler, &k.sample, &c, 0)
		if !k.mines {
			out[1] = out[0]
			break
		}
	}
	return out
}

// keptBy runs a sampler on an image and counts what it keeps.
func keptBy(d *stage.Draws, s sampling.Sampler, dst *[1]sampling.Sample, c *[1]sampling.Candidates, image int) keptCount {
	d.Draw(s, dst[:], c[:], []sampling.Key{{Stage: sampling.StageDense, Image: uint64(image)}})
	return keptCount{dst[0].Positives, len(dst[0].Index) - dst[0].Positives}
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
	of := func(image int) [2]keptCount {
		n := a.keptOf[i][image]
		return [2]keptCount{n, n}
	}
	if byLabels(s.Sampler) {
		k := newKeeps(s.Sampler, slices.Max(negatives))
		out.Wanted = k.wanted()
		of = func(image int) [2]keptCount { return k.of(int(labels[image].positives), negatives[image]) }
	} else {
		out.Wanted = sampling.AskedPositives(s.Sampler)
	}
	var low, high keptCount
	for image, l := range labels {
		got := of(image)
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
