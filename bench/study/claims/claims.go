package claims

import (
	"fmt"
	"slices"

	"detsample/bench/study/boosting"
	"detsample/bench/study/evidence"
)

// The sources of published figures.
const (
	lin      = "Lin 2017 (RetinaNet)"
	report   = "reported, without a paper"
	noFigure = "no figure"
)

// What is predicted in more than one setting.
var (
	overMining  = Contrast{A: "focal", B: "ssd 3:1", Expect: Above, Published: "+4.9 AP, " + lin + ", table 1d", Says: "focal loss is better than 3:1"}
	overOHEM    = Contrast{A: "focal", B: "ohem 64", Expect: Above, Published: "+3.2 AP, " + lin + ", table 1d", Says: "focal loss is better than OHEM"}
	onSampled   = Contrast{A: "512 + focal", B: "512 + ce", Expect: Above, Published: "about +1.5 AP, " + report, Says: "on 512 anchors, focal loss is better than cross entropy"}
	onAll       = Contrast{A: "all + focal", B: "512 + focal", Expect: Above, Published: noFigure, Says: "focal loss is better on all anchors than on 512"}
	regions     = Contrast{A: "512 + ce", B: "128 + ce", Expect: Differs, Published: noFigure, Says: "512 regions differ from 128"}
	ofEverySize = Contrast{A: "512 + ce", B: "128 + ce", Expect: Differs, Published: noFigure, Says: "on objects of every size, 512 regions differ from 128"}
	mostLoss    = Contrast{A: "ce", Constant: 50, Measure: evidence.NegativeLoss, Negatives: 1000, Expect: Above, Published: lin + ", section 3", Says: "where cross entropy trains, negatives have more than half of the loss"}
)

// bringsLittle predicts that focal loss brings little on so many regions.
func bringsLittle(regions string) Contrast {
	return Contrast{A: regions + " + focal", B: regions + " + ce", Expect: Little, Published: noFigure, Says: fmt.Sprintf("on %s regions, focal loss brings less than 1 AP over cross entropy", regions)}
}

// overCE predicts that focal loss is the better one on so many regions.
func overCE(regions string) Contrast {
	return Contrast{A: regions + " + focal", B: regions + " + ce", Expect: Above, Published: noFigure, Says: fmt.Sprintf("on %s regions, focal loss is better than cross entropy", regions)}
}

// named is a strategy, and what it is called in a sentence.
type named struct{ strategy, called string }

// What is asked at other weights.
var (
	denseLosses  = []named{{"ce", "cross entropy"}, {"focal", "focal loss"}, {"ssd 3:1", "3:1"}, {"ohem 64", "OHEM"}}
	anchorLosses = []named{{"512 + ce", "cross entropy on 512 anchors"}, {"512 + focal", "focal loss on 512 anchors"}, {"all + focal", "focal loss on all anchors"}}
)

// atOtherWeights are predictions where the classification losses that are compared have a
// quarter of their weight, and four times it; and that each strategy differs at these two.
func atOtherWeights(strategies []named, predictions ...Contrast) (list []Contrast) {
	const quarter, fourfold = ", weight x.25", ", weight x4"
	for _, at := range [][2]string{{quarter, "at a quarter of the weight"}, {fourfold, "at four times the weight"}} {
		for _, x := range predictions {
			list = append(list, Contrast{A: x.A + at[0], B: x.B + at[0], Expect: x.Expect, Published: noFigure, Says: at[1] + ", " + x.Says})
		}
	}
	for _, s := range strategies {
		list = append(list, Contrast{A: s.strategy + fourfold, B: s.strategy + quarter, Expect: Differs, Published: noFigure, Says: s.called + " at four times the weight differs from that at a quarter"})
	}
	return list
}

// each is every prediction in every experiment.
func each(experiments []string, predictions ...Contrast) (list []Contrast) {
	for _, name := range experiments {
		for _, x := range predictions {
			x.Experiment = name
			list = append(list, x)
		}
	}
	return list
}

// shownBeside are contrasts that are no part of a claim.
func shownBeside(list []Contrast) []Contrast {
	for i := range list {
		list[i].Beside = true
	}
	return list
}

// All returns the claims of the literature that the study judges.
func All() []Claim {
	return []Claim{
		{1, "Under cross entropy over all anchors, at about 1:1000, easy negatives contribute more loss than the positives.", slices.Concat([]Contrast{
			{Experiment: "boosting", A: "ce", Measure: evidence.EasyLessPositive, Trained: "ce", Untrained: true, Expect: Above,
				Published: lin + ", section 3: easy negatives overwhelm; no figure", Says: "with the prior bias, easy negatives have more of the loss than positives"},
			{Experiment: "boosting", A: "ce", Measure: evidence.EasyLessPositive, Trained: "ce", Expect: Above,
				Published: lin + ", section 3", Says: "where cross entropy trains, easy negatives have more of its loss than positives"},
			{Experiment: "boosting", A: "ce", Measure: evidence.EasyLessPositive, Trained: "focal", Expect: Above,
				Published: lin + ", figure 4: a network that focal loss has trained", Says: "where focal loss trains, easy negatives have more of cross entropy's loss than positives"},
		}, each([]string{"default", "dense", "dense-long", "dense-faint", "dense-faint-decay", "dense-tiny"}, mostLoss))},
		{2, "Alpha-balanced cross entropy is best near alpha .75; with gamma 2 the best alpha is near .25.", []Contrast{
			{Experiment: "alpha", A: "alpha .75", B: "alpha .1", Expect: Above, Published: "+31.1 AP, " + lin + ", table 1a", Says: "without focusing, alpha .75 is better than .1"},
			{Experiment: "alpha", A: "alpha .75", B: "alpha .25", Expect: Above, Published: "+20.3 AP, " + lin + ", table 1a", Says: "without focusing, alpha .75 is better than .25"},
			{Experiment: "alpha", A: "alpha .75", B: "alpha .99", Expect: Above, Published: "+2.4 AP, " + lin + ", table 1a", Says: "without focusing, alpha .75 is better than .99"},
			{Experiment: "alpha", A: "alphas", Measure: PaperOrder, Expect: Above, Published: lin + ", table 1a", Says: "without focusing, alphas come more in the paper's order than against it: a rank correlation above 0"},
			{Experiment: "gamma", A: "gamma 2, alpha .25", B: "gamma 2, alpha .75", Expect: Above, Published: "the best alpha for gamma 2 is .25, " + lin + ", table 1b", Says: "with gamma 2, alpha .25 is better than .75"},
		}},
		{3, "Focal loss (.25, 2) over all anchors beats 3:1 hard negative mining and OHEM.", slices.Concat(
			each([]string{"dense", "dense-long", "dense-faint", "dense-faint-decay", "dense-tiny", "descent", "decay", "dense-norm"}, overMining, overOHEM),
			each([]string{"default"}, overMining),
			shownBeside(each([]string{"dense-weight", "faint-weight"}, atOtherWeights(denseLosses, overMining, overOHEM)...)),
			shownBeside(each([]string{"focus"}, overMining,
				Contrast{A: "focal, gamma 1", B: "ssd 3:1", Expect: Above, Published: noFigure, Says: "focal loss of gamma 1 is better than 3:1"},
				Contrast{A: "focal, gamma 1", B: "ohem 64", Expect: Above, Published: noFigure, Says: "focal loss of gamma 1 is better than OHEM"},
				Contrast{A: "focal, gamma 1", B: "focal", Expect: Above, Published: "-0.3 AP, " + lin + ", table 1b", Says: "focal loss is better with gamma 1 than with 2"})),
		)},
		{4, "In the region proposal network, focal loss already gains on 512 sampled anchors; all anchors are what it was meant for.", slices.Concat(
			each([]string{"rpn", "rpn-long", "rpn-tiny", "rpn-tiny-long", "rpn-tiny-small", "rpn-faint", "rpn-settled"},
				onSampled,
				Contrast{A: "all + focal", B: "512 + ce", Expect: Above, Published: noFigure, Says: "focal loss on all anchors is better than cross entropy on 512"},
				onAll),
			shownBeside(each([]string{"rpn-weight"}, atOtherWeights(anchorLosses, onSampled, onAll)...)),
			each([]string{"default"},
				Contrast{A: "rpn all + focal", B: "rpn 512 + ce", Expect: Above, Published: noFigure, Says: "focal loss on all anchors is better than cross entropy on 512"}),
		)},
		{5, "In the second stage focal loss brings little for ordinary objects.", slices.Concat(
			each([]string{"roi", "roi-long", "roi-norm", "roi-faint", "roi-faint-settled"}, bringsLittle("512"), bringsLittle("128")),
			each([]string{"roi-rate"}, bringsLittle("512")),
			shownBeside(slices.Concat(
				each([]string{"roi-link", "roi-link-norm"},
					Contrast{A: "softmax focal", B: "softmax ce", Expect: Above, Published: noFigure, Says: "over a softmax, focal loss is better than cross entropy"},
					Contrast{A: "sigmoid focal", B: "sigmoid ce", Expect: Above, Published: noFigure, Says: "over sigmoids, focal loss is better than cross entropy"},
					Contrast{A: "sigmoid ce", B: "softmax ce", Expect: Differs, Published: noFigure, Says: "cross entropy over sigmoids differs from that over a softmax"}),
				each([]string{"roi-link-norm"},
					Contrast{A: "sigmoid ohem 64", B: "sigmoid ce", Expect: Differs, Published: noFigure, Says: "over sigmoids, OHEM 64 differs from cross entropy on 512 regions"}),
				each([]string{"roi-weight"},
					Contrast{A: "softmax ce, weight 4", B: "softmax ce", Expect: Differs, Published: noFigure, Says: "cross entropy over a softmax at four times the weight differs from that at the weight of the papers"},
					Contrast{A: "sigmoid ce", B: "softmax ce, weight 4", Expect: Differs, Published: noFigure, Says: "cross entropy over sigmoids differs from that over a softmax at four times the weight"},
					Contrast{A: "softmax ohem 64", B: "softmax ce, weight 4", Expect: Differs, Published: noFigure, Says: "OHEM 64 differs from cross entropy at four times the weight, over a softmax"},
					Contrast{A: "softmax ohem 64, weight x4", B: "softmax ohem 64", Expect: Differs, Published: noFigure, Says: "OHEM 64 at four times the weight differs from that at the matched one, over a softmax"}),
				each([]string{"roi-link"},
					Contrast{A: "softmax ce, positives", B: "softmax ce", Expect: Differs, Published: noFigure, Says: "cross entropy over a softmax, divided by positives, differs from that divided by what is sampled"},
					Contrast{A: "sigmoid ce", B: "sigmoid ce, sampled", Expect: Differs, Published: noFigure, Says: "cross entropy over sigmoids, divided by positives, differs from that divided by what is sampled"}),
			)),
		)},
		{6, "With small objects focal loss may help in the second stage, and 128 or 512 regions matters.", slices.Concat(
			each([]string{"roi-small", "roi-tiny", "roi-tiny-long", "roi-settled"}, overCE("512"), overCE("128"), regions),
			shownBeside(slices.Concat(
				each([]string{"roi-focus"},
					Contrast{A: "gamma 2, alpha .25", B: "gamma 0, alpha .25", Expect: Above, Published: noFigure, Says: "on 512 regions, gamma 2 is better than 0 at the same alpha"},
					Contrast{A: "gamma 0, alpha .25", B: "ce", Expect: Above, Published: noFigure, Says: "on 512 regions, alpha .25 without focusing is better than cross entropy"}),
				each([]string{"roi-gamma"},
					Contrast{A: "gamma 2, weight .177", B: "gamma 0, weight .177", Expect: Above, Published: noFigure, Says: "on 512 regions, gamma 2 is better than 0 where nothing else differs"},
					Contrast{A: "gamma 2, weight .122", B: "gamma 0, weight .177", Expect: Above, Published: noFigure, Says: "on 512 regions, gamma 2 is better than 0 where nothing else differs but the matched weight of their loss"}),
				each([]string{"roi", "roi-long", "roi-norm", "roi-faint", "roi-faint-settled"}, ofEverySize),
			)),
		)},
		{7, "Focal loss resembles boosting.", []Contrast{
			{Experiment: "boosting", A: "focal", Constant: 0.9, Measure: evidence.RankWithAdaBoost, Trained: "focal", Expect: Above, Published: "an open question", Says: "focal loss orders candidates as AdaBoost does: a rank correlation above .9"},
			{Experiment: "boosting", A: "ssd 3:1", Constant: 0.9, Measure: evidence.RankWithAdaBoost, Trained: "focal", Expect: Above, Published: "an open question", Says: "3:1 mining orders candidates as AdaBoost does: a rank correlation above .9"},
			{Experiment: "boosting", A: "focal", B: "ce", Measure: evidence.DivergenceFromAdaBoost, Trained: "focal", Expect: Below, Published: "an open question", Says: "focal loss is nearer to AdaBoost's weights than cross entropy is, where focal loss trains"},
			{Experiment: "boosting", A: "focal", B: "ce", Measure: evidence.DivergenceFromAdaBoost, Trained: "ce", Expect: Below, Published: "an open question", Says: "focal loss is nearer to AdaBoost's weights than cross entropy is, where cross entropy trains"},
			{Experiment: "boosting", A: "focal", B: "ce", Measure: evidence.DivergenceFromLogitBoost, Trained: "focal", Expect: Below, Published: "an open question", Says: "focal loss is nearer to LogitBoost's weights than cross entropy is, where focal loss trains"},
			{Experiment: "boosting", A: boosting.AdaBoost, B: "focal", Measure: evidence.Outliers, Trained: "focal", Expect: Above, Published: "AdaBoost raises outliers, Friedman 2000; no figure", Says: "AdaBoost gives outliers more of the weight than focal loss does"},
		}},
	}
}
