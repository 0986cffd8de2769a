package inspect

import (
	"fmt"
	"strings"

	"detsample/anchors"
	"detsample/internal/prose"
)

const (
	anchorsTopic = "anchor sizes and ratios"
	refitTopic   = anchorsTopic + ", fitted again"
)

// anchorsAdvice advises sizes and ratios that were fitted to the objects, again if
// anchors were changed before.
func anchorsAdvice(m *move, again bool) Advice {
	adv := Advice{Topic: anchorsTopic, Advice: prose.Upper(described(&m.to.pyramid)) + "."}
	if again {
		adv.Topic = refitTopic
		adv.Because = "Fitted once more, from the size, sizes, ratios, levels and threshold that are recommended so far, they reach more. They were measured over all objects."
		return adv
	}
	if m.to.Resize != (Resize{}) {
		adv.Advice = fmt.Sprintf("At size %s, %s.", m.to.Resize, described(&m.to.pyramid))
	}
	adv.Because = fmt.Sprintf("k-means on IoU (distance 1-IoU, k-means++ seeds, medians) over the widths and heights at training size gives sizes, sqrt(width*height), of all objects and of those that suit each level; the same on boxes of equal area gives ratios. "+
		"Of pyramids of such sizes, ratios and both, refined by changing one number after the other, this one (%s) reaches most: over all objects and as a mean over classes, without a class losing. No size is below 1.25 strides. It was measured over all objects, with the anchors where the grid puts them.", m.how)
	return adv
}

// anchorsKept says why sizes and ratios may stay, beside those that were fitted, nil
// if none were better by a thousandth.
func (s *search) anchorsKept(fitted *move) Advice {
	adv := Advice{Topic: anchorsTopic, Keep: true, Advice: "Keep the present sizes and ratios.", Before: s.best.figures(s.report)}
	adv.Because = fmt.Sprintf("At size %s they reach %s of the objects. ", s.best.Resize, percent(s.best.share))
	if fitted == nil {
		adv.Because += "No others that were tried are better by a thousandth."
		return adv
	}
	adv.Gain, adv.After = gained(&s.best, &fitted.to), fitted.to.figures(s.report)
	adv.Because += fmt.Sprintf("The best that were found, %s, would reach %s: %s.", described(&fitted.to.pyramid), percent(fitted.to.share), adv.Gain)
	return adv
}

// described writes a pyramid for a sentence.
func described(p *anchors.Pyramid) string {
	var levels []string
	for _, l := range p.Levels {
		levels = append(levels, fmt.Sprintf("%s at stride %d", numbers(l.Sizes), l.Stride))
	}
	return fmt.Sprintf("sizes %s; ratios (height/width) %s", strings.Join(levels, ", "), numbers(p.Ratios))
}
