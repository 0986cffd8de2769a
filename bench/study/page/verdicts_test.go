package page

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/study"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
)

// What a verdict follows from says which way, and in which experiments at every budget.
func TestWhatDecidesSaysWhichWayAndWhere(t *testing.T) {
	at := func(c *claims.Contrast, images int, mean float64, outcome claims.Outcome) claims.Judged {
		return claims.Judged{Contrast: c, Images: images, Estimate: stats.Estimate{Mean: mean}, Outcome: outcome}
	}
	rpn, long := &claims.Contrast{Experiment: "rpn", A: "x", B: "y"}, &claims.Contrast{Experiment: "rpn-long", A: "x", B: "y"}
	aside := &claims.Contrast{Experiment: "rpn", A: "x", B: "z", Beside: true}
	v := claims.Verdict{Claim: new(claims.Claim), Judged: []claims.Judged{
		at(rpn, 100, 2, claims.Holds), at(rpn, 200, 2, claims.Holds), at(rpn, 400, -0.1, claims.Slight),
		at(long, 800, 2, claims.Holds), at(long, 1600, 2, claims.Holds), at(long, 3200, 0.5, claims.Unclear),
		at(aside, 100, -5, claims.Fails),
	}}
	assert.Equal(t, "*holds*: x is ahead of y (`rpn` and `rpn-long` at some budgets). *no point gained*: x less y (`rpn` at some budgets)", decidedBy(&v))

	v.Judged = slices.Concat(v.Judged[:2], v.Judged[3:6])
	assert.Equal(t, "*holds*: x is ahead of y (`rpn`; `rpn-long` at some budgets)", decidedBy(&v))

	little := &claims.Contrast{Experiment: "roi", A: "x", B: "y", Expect: claims.Little}
	differs := &claims.Contrast{Experiment: "roi", A: "x", B: "z", Expect: claims.Differs}
	v = claims.Verdict{Claim: new(claims.Claim), Judged: []claims.Judged{at(differs, 100, -3, claims.Holds), at(differs, 200, 3, claims.Holds), at(differs, 400, 4, claims.Holds), at(differs, 800, -0.1, claims.Slight), at(differs, 1600, 0.1, claims.Slight)}}
	assert.Equal(t, "*holds*: x is behind z (`roi` at some budgets); x is ahead of z (`roi` at some budgets). *no point gained*: x less z (`roi` at some budgets)", decidedBy(&v))
	v = claims.Verdict{Claim: new(claims.Claim), Judged: []claims.Judged{at(little, 100, -3, claims.Holds), at(little, 200, 0.3, claims.Holds), at(little, 400, 4, claims.Fails)}}
	assert.Equal(t, "*holds*: x less y is below 1 AP (`roi` at some budgets). *fails*: x less y is above 1 AP (`roi` at some budgets)", decidedBy(&v))

	untrained := &claims.Contrast{Experiment: "boosting", A: "ce", Measure: evidence.EasyLessPositive, Trained: "ce", Untrained: true}
	whole := &claims.Contrast{Experiment: "dense", A: "ce", Measure: evidence.NegativeLoss, Constant: 50}
	rank := &claims.Contrast{Experiment: "boosting", A: "focal", Measure: evidence.RankWithAdaBoost, Trained: "ce", Constant: 0.9}
	nearer := &claims.Contrast{Experiment: "boosting", A: "focal", B: "ce", Measure: evidence.DivergenceFromAdaBoost, Trained: "ce", Expect: claims.Below}
	v = claims.Verdict{Judged: []claims.Judged{at(untrained, 0, 80, claims.Holds), at(whole, 100, -20, claims.Fails), at(rank, 100, 0.05, claims.Holds), at(rank, 200, -0.1, claims.Fails), at(nearer, 200, -0.1, claims.Holds)}}
	assert.Equal(t, "*holds*: easy negatives have more of ce's loss than positives (`boosting` before training); "+
		"the rank correlation of focal with AdaBoost where ce trains is above 0.9 (`boosting` at some budgets); focal is nearer than ce to AdaBoost's weights where ce trains (`boosting`). "+
		"*fails*: negatives' share of ce's loss is below 50% (`dense`); the rank correlation of focal with AdaBoost where ce trains is below 0.9 (`boosting` at some budgets)", decidedBy(&v))
	assert.Equal(t, "–", decidedBy(new(claims.Verdict)))
}

// The table has what decides; the section has the rest of the strongest evidence, too.
func TestTheTableOfVerdictsHasWhatDecides(t *testing.T) {
	rpn := func(a, b string) *claims.Contrast { return &claims.Contrast{Experiment: "rpn", A: a, B: b} }
	end := func(c *claims.Contrast, mean float64, outcome claims.Outcome) claims.Judged {
		return claims.Judged{Contrast: c, Share: len(study.Shares) - 1, Images: 400, Outcome: outcome,
			Estimate: stats.Estimate{Mean: mean, Low: mean - 1, High: mean + 1, Seeds: 4}, All: stats.Range{Low: mean - 1.5, High: mean + 1.5}}
	}
	beside := rpn("x", "b")
	beside.Beside = true
	of := claims.Claim{Number: 9, Statement: "Something is so."}
	v := claims.Verdict{Claim: &of, Word: "depends", Judged: []claims.Judged{
		end(rpn("x", "y"), 3, claims.Holds), end(rpn("x", "z"), -3, claims.Fails), end(beside, 5, claims.Holds),
		end(rpn("y", "z"), -0.7, claims.Slight), end(rpn("y", "a"), 1, claims.Unclear), end(rpn("z", "a"), 2, claims.Unclear),
	}}
	list := []evidence.Experiment{trainedWith("rpn", 4, 400)}
	var b strings.Builder
	writeVerdicts(&b, []claims.Verdict{v}, nil, list)
	const decides = "x is ahead of y by 3.0 ± 1.0 AP; x is behind z by 3.0 ± 1.0 AP"
	assert.Equal(t, "| [9](#claim-9) Something is so. | **depends** | *holds*: x is ahead of y (`rpn`). *fails*: x is behind z (`rpn`). *no point gained*: y less z (`rpn`) "+
		"| "+decides+" (`rpn`, 400 images, 4 seeds); [1 no point gained and 2 not decided](#claim-9) |", strings.Split(b.String(), "\n")[2])
	b.Reset()
	writeStrongest(&b, &v, list)
	assert.Equal(t, "\nThe strongest evidence, at its end:\n\n- X is ahead of y by 3.0 ± 1.0 AP; x is behind z by 3.0 ± 1.0 AP; beside the claim, x is ahead of b by 5.0 ± 1.0 AP; "+
		"y is behind z by 0.7 ± 1.0 AP, not told apart; y is ahead of a by 1.0 ± 1.0 AP, not told apart; z is ahead of a by 2.0 ± 1.0 AP (`rpn`, 400 images, 4 seeds)\n", b.String())

	v.Judged = v.Judged[2:3]
	b.Reset()
	writeVerdicts(&b, []claims.Verdict{v}, nil, list)
	assert.Contains(t, b.String(), "| **depends** | – |  |\n", "what is beside the claim is not even counted")
}

// A row that takes a screen is not read.
func TestRowsOfVerdictsAreShort(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	for _, dir := range []string{keptIn, filepath.Join(keptIn, "cells")} {
		text := string(pageOf(t, dir)[File])
		rows := regexp.MustCompile(`(?m)^\| \[\d\]\(#claim-\d\) .*$`).FindAllString(text, -1)
		require.Len(t, rows, len(claims.All()))
		for i, row := range rows {
			assert.Less(t, len([]rune(row)), 1200, "claim %d", i+1)
			assert.NotContains(t, row, "beside the claim, ", "what is none of its contrasts")
		}
	}
}
