package page

import (
	"fmt"

	"detsample/bench/study/boosting"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
)

// said is how the measures are said that claims are judged by.
var said = map[*evidence.Measure]func(c *claims.Contrast, states string) quantity{
	evidence.AP:                       apWords,
	evidence.EasyLessPositive:         easyWords,
	evidence.NegativeLoss:             negativeLossWords,
	claims.PaperOrder:                 orderWords,
	evidence.Outliers:                 outlierWords,
	evidence.RankWithAdaBoost:         wordsOf(boosting.AdaBoost, rankWords),
	evidence.DivergenceFromAdaBoost:   wordsOf(boosting.AdaBoost, divergenceWords),
	evidence.DivergenceFromLogitBoost: wordsOf(boosting.LogitBoost, divergenceWords),
}

func apWords(c *claims.Contrast, _ string) quantity {
	return quantity{unit: " AP", decimals: 1, axis: "difference in AP (right of 0 the first is ahead)",
		measured: fmt.Sprintf("AP: %s less %s", c.A, c.B),
		more:     fmt.Sprintf("%s is ahead of %s by", c.A, c.B), thenMore: "ahead by",
		less: fmt.Sprintf("%s is behind %s by", c.A, c.B), thenLess: "behind by"}
}

func easyWords(c *claims.Contrast, states string) quantity {
	return quantity{unit: " points", decimals: 1, axis: "points of the loss, out of 100",
		measured: fmt.Sprintf("share of %s's loss%s, in points: easy negatives less positives", c.A, states),
		more:     fmt.Sprintf("easy negatives have more of %s's loss than positives%s, by", c.A, states), thenMore: "more by",
		less: fmt.Sprintf("easy negatives have less of %s's loss than positives%s, by", c.A, states), thenLess: "less by"}
}

func negativeLossWords(c *claims.Contrast, _ string) quantity {
	is := fmt.Sprintf("negatives' share of %s's loss is", c.A)
	return quantity{unit: "%", decimals: 1, axis: "points of the loss, out of 100",
		measured: fmt.Sprintf("share of %s's loss, in points: negatives less %g", c.A, c.Constant), more: is, less: is}
}

func orderWords(c *claims.Contrast, _ string) quantity {
	is := fmt.Sprintf("the rank correlation of the AP of %s with the paper's is", c.A)
	return quantity{decimals: correlationDecimals,
		measured: fmt.Sprintf("rank correlation of the AP of %s with the paper's", c.A), more: is, less: is}
}

func outlierWords(c *claims.Contrast, states string) quantity {
	return quantity{unit: " points", decimals: 2,
		measured: fmt.Sprintf("share of the weight that outliers have%s, in points: with %s less with %s", states, c.A, c.B),
		more:     fmt.Sprintf("%s gives outliers more of its weight than %s%s, by", c.A, c.B, states), thenMore: "more by",
		less: fmt.Sprintf("%s gives outliers less of its weight than %s%s, by", c.A, c.B, states), thenLess: "less by"}
}

// wordsOf makes of words that name the other weighting those of one measure.
func wordsOf(to string, words func(c *claims.Contrast, states, to string) quantity) func(*claims.Contrast, string) quantity {
	return func(c *claims.Contrast, states string) quantity { return words(c, states, to) }
}

func rankWords(c *claims.Contrast, states, to string) quantity {
	is := fmt.Sprintf("the rank correlation of %s with %s%s is", c.A, to, states)
	return quantity{decimals: correlationDecimals,
		measured: fmt.Sprintf("rank correlation of %s with %s%s", c.A, to, states), more: is, less: is}
}

func divergenceWords(c *claims.Contrast, states, to string) quantity {
	return quantity{unit: " nats", decimals: 2,
		measured: fmt.Sprintf("divergence from %s's weights%s, in nats: of %s less of %s; below 0 %s is nearer", to, states, c.A, c.B, c.A),
		more:     fmt.Sprintf("%s is farther than %s from %s's weights%s, by", c.A, c.B, to, states), thenMore: "farther by",
		less: fmt.Sprintf("%s is nearer than %s to %s's weights%s, by", c.A, c.B, to, states), thenLess: "nearer by"}
}
