package inspect

import (
	"context"
	"fmt"
	"strings"

	"detsample/anchors"
	"detsample/internal/prose"
)

// adviseAnchors compares the present sizes and ratios with those that are fitted
// to the objects.
func adviseAnchors(ctx context.Context, r *Report, present proposal) ([]Advice, proposal, error) {
	found, how, err := present.fitted(ctx)
	if err != nil {
		return nil, present, err
	}
	adv := Advice{Topic: "anchor sizes and ratios", Gain: gained(&present, &found), Before: present.figures(r)}
	if how != "" {
		adv.After = found.figures(r)
	}
	if adv.Gain.Points < worthwhile {
		adv.Keep, adv.Advice = true, "Keep the present sizes and ratios."
		adv.Because = fmt.Sprintf("They reach %s of the objects. ", percent(present.share))
		if how == "" {
			adv.Because += "No others that were tried are better by a thousandth."
		} else {
			adv.Because += fmt.Sprintf("The best that were found, %s, would reach %s: %s.", described(&found.pyramid), percent(found.share), adv.Gain)
		}
		return []Advice{adv}, present, nil
	}
	adv.Advice = prose.Upper(described(&found.pyramid)) + "."
	if present.scale() < 0.999 {
		adv.Advice = fmt.Sprintf("At size %s, %s.", present.Resize, described(&found.pyramid))
	}
	adv.Because = fmt.Sprintf("k-means on IoU (distance 1-IoU, k-means++ seeds, medians) over the widths and heights at training size gives sizes, sqrt(width*height), of all objects and of those that suit each level; the same on boxes of equal area gives ratios. "+
		"Of pyramids of such sizes, ratios and both, refined by changing one number after the other, this one (%s) reaches most: over all objects and as a mean over classes, without a class losing. No size is below 1.25 strides. It was measured over all objects, with the anchors where the grid puts them.", how)
	adv.Setting = found.setting()
	return []Advice{adv}, found, nil
}

const refitTopic = "anchor sizes and ratios, fitted again"

// adviseRefit says what anchors are worth that are fitted again from those of a
// proposal, as often as that gains; it advises nothing if that is little.
func adviseRefit(ctx context.Context, r *Report, best proposal) ([]Advice, proposal, error) {
	found, err := best.settled(ctx)
	if err != nil {
		return nil, best, err
	}
	adv := Advice{Topic: refitTopic, Gain: gained(&best, &found), Before: best.figures(r), After: found.figures(r)}
	if adv.Gain.Points < worthwhile {
		return nil, best, nil
	}
	adv.Advice = prose.Upper(described(&found.pyramid)) + "."
	adv.Because = "Fitted once more, from the sizes, ratios, levels and threshold that are recommended so far, they reach more. They were measured over all objects."
	adv.Setting = found.setting()
	return []Advice{adv}, found, nil
}

// described writes a pyramid for a sentence.
func described(p *anchors.Pyramid) string {
	var levels []string
	for _, l := range p.Levels {
		levels = append(levels, fmt.Sprintf("%s at stride %d", numbers(l.Sizes), l.Stride))
	}
	return fmt.Sprintf("sizes %s; ratios (height/width) %s", strings.Join(levels, ", "), numbers(p.Ratios))
}
