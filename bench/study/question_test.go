package study

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
)

// judgedAt returns a contrast at some budgets, its intervals half a point wide to
// each side alone and a point with all others.
func judgedAt(x *Contrast, seeds int, images []int, means ...float64) (list []Judged) {
	for i, mean := range means {
		list = append(list, Judged{Contrast: x, Images: images[i], Estimate: stats.Estimate{Mean: mean, Low: mean - 0.5, High: mean + 0.5, Seeds: seeds},
			All: stats.Range{Low: mean - 1, High: mean + 1}})
	}
	return list
}

func TestTheQuestionIsAnsweredWhicheverWayItGoes(t *testing.T) {
	short, long := []int{100, 200, 400}, []int{400, 800, 1600}
	ssd := &Contrast{Experiment: "default", A: "focal", B: "ssd 3:1"}
	longSSD, longOHEM := &Contrast{Experiment: "dense-long", A: "focal", B: "ssd 3:1"}, &Contrast{Experiment: "dense-long", A: "focal", B: "ohem 64"}
	answer := func(seeds int, contrasts ...[]Judged) string {
		v := Verdict{Claim: &Claim{Number: 3}}
		for _, at := range contrasts {
			for i := range at {
				at[i].Estimate.Seeds = seeds
			}
			v.Judged = append(v.Judged, at...)
		}
		return v.question()
	}
	assert.Equal(t, "**OHEM or focal loss?** On a dense head focal is ahead of ssd 3:1 up to 200 images, and ssd 3:1 is ahead of focal from 400 on; "+
		"ohem 64 is ahead of focal wherever they are told apart, from 400 to 800 images; "+
		"at the end of the longest training, after 1600 images, they are not told apart, as the intervals that hold with all of claim 3 at once reach 0 (-1.8 to +0.2 beside ssd 3:1 and -1.9 to +0.1 beside ohem 64). "+
		"Focal less ssd 3:1 goes from +5.0 ± 0.5 AP after 100 images to -4.0 ± 0.5 after 400 (`default`, 3 seeds), from -9.0 ± 0.5 AP after 400 images to -0.8 ± 0.5 after 1600 (`dense-long`, 3 seeds); "+
		"focal less ohem 64 goes from -8.0 ± 0.5 AP after 400 images to -0.9 ± 0.5 after 1600 (`dense-long`, 3 seeds); each training has a network, images and rates of its own.",
		answer(3, judgedAt(longSSD, 3, long, -9, -3, -0.8), judgedAt(longOHEM, 3, long, -8, -2, -0.9), judgedAt(ssd, 3, short, 5, 2, -4)), "in whichever order they are judged")

	assert.Regexp(t, `^\*\*OHEM or focal loss\?\*\* On a dense head focal is ahead of ssd 3:1 at every budget; focal is ahead of ohem 64 at every budget\. .*1600 \(.dense-long., 4 seeds\)\.$`,
		answer(4, judgedAt(longSSD, 4, long, 9, 3, 2), judgedAt(longOHEM, 4, long, 8, 2, 2)))
	assert.Contains(t, answer(4, judgedAt(ssd, 4, short, -5, -2, -4)), "On a dense head ssd 3:1 is ahead of focal at every budget. ")
	assert.Contains(t, answer(4, judgedAt(longOHEM, 4, long, 0, -2, -4)), "On a dense head ohem 64 is ahead of focal wherever they are told apart, from 800 to 1600 images. ")
	assert.Contains(t, answer(4, judgedAt(ssd, 4, short, 0.1, 0.5, -0.5)), "** On a dense head focal and ssd 3:1 are not told apart at any budget. Focal less ssd 3:1 goes from +0.1 ± 0.5 AP")
	assert.Contains(t, answer(4, judgedAt(ssd, 4, short, 2, -2, 2)), "** On a dense head focal and ssd 3:1 are ahead by turns as the budget grows. ")
	assert.Equal(t, "**OHEM or focal loss?** On a dense head focal is ahead of ssd 3:1 at every budget.", answer(4, judgedAt(ssd, 4, short, 2)), "one that was looked at once")
	assert.Empty(t, answer(2, judgedAt(ssd, 2, short, 2, 2, 2)), "with fewer seeds nothing is said")
}

func TestTheQuestionIsAnsweredFirst(t *testing.T) {
	list := axesOf(t, rivalry("dense", 800, 1000, [4]float64{0.2, 0.2, 0.3, 0.3}, [4]float64{0.2, 0.2, 0.2, 0.2}))
	lines, err := inShort(list)
	require.NoError(t, err)
	require.NotEmpty(t, lines)
	assert.Contains(t, lines[0], "**OHEM or focal loss?** On a dense head ssd 3:1 is ahead of focal after 400 images, where alone they are told apart; ohem 64 is ahead of focal after 400 images, where alone they are told apart; at the end of the longest training, after 800 images, they are not told apart, as the intervals")
	lines, err = inShort(axesOf(t))
	require.NoError(t, err)
	assert.Empty(t, lines)
}
