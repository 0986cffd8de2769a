package plan

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"detsample/bench/config"
)

func TestTheRungsCostLessThanFourTrainings(t *testing.T) {
	assert.Equal(t, []Rung{{5, 600}, {3, 1200}, {2, 4800}}, Rungs(config.Training{Images: 4800, Batch: 4}))
	rapid.Check(t, func(t *rapid.T) {
		training := config.Training{Images: rapid.IntRange(1, 20000).Draw(t, "images"), Batch: rapid.IntRange(1, 16).Draw(t, "batch")}
		rungs, total := Rungs(training), 0
		for k, r := range rungs {
			assert.LessOrEqual(t, r.Images, training.Images)
			assert.Positive(t, r.Images)
			if k > 0 {
				assert.Greater(t, r.Images, rungs[k-1].Images)
			}
			total += r.Rates * r.Images
		}
		if training.Images >= 8*training.Batch {
			assert.LessOrEqual(t, float64(total), 3.375*float64(training.Images))
		}
	})
}

// searched does a search in which AP follows from rate and images.
func searched(written float64, rungs []Rung, ap func(rate float64, images int) float64) (done []Trial, cost int) {
	for {
		rates, images := NextRates(written, rungs, done)
		if len(rates) == 0 {
			return done, cost
		}
		for _, rate := range rates {
			t := Trial{LR: rate, Images: images, AP: ap(rate, images)}
			if t.AP < 0 {
				t.Failed = "diverged"
			}
			done, cost = append(done, t), cost+images
		}
	}
}

// peak is an AP that falls by 5 points for each doubling away from a rate.
func peak(at float64) func(rate float64, images int) float64 {
	return func(rate float64, images int) float64 {
		return 0.5 - 0.05*math.Abs(math.Log2(rate/at))
	}
}

func TestASearchFindsTheBestRateThatItTries(t *testing.T) {
	rungs := Rungs(config.Training{Images: 4800, Batch: 4})
	for _, best := range []float64{0.0005, 0.001, 0.002, 0.004, 0.008} {
		done, cost := searched(0.002, rungs, peak(best))
		rate, ok := ChooseRate(0.002, rungs, done)
		assert.True(t, ok)
		assert.Equal(t, best, rate)
		assert.LessOrEqual(t, cost, 4800*27/8)
	}
	assert.Equal(t, []float64{0.0005, 0.001, 0.002, 0.004, 0.008}, Rates(0.002))
	for _, written := range []float64{0.0003, 0.001234567891, 1.0 / 3} {
		assert.Equal(t, written, Rates(written)[2], "the rate that is written is one of them, to the bit")
	}
}

// A best rate that halves with four times the images is found all the same.
func TestASearchFollowsARateThatFallsWithTheBudget(t *testing.T) {
	rungs := Rungs(config.Training{Images: 4800, Batch: 4})
	done, _ := searched(0.004, rungs, func(rate float64, images int) float64 {
		return peak(0.004*math.Sqrt(1200/float64(images)))(rate, images)
	})
	rate, _ := ChooseRate(0.004, rungs, done)
	assert.Equal(t, 0.002, rate, "that of the whole length")
}

func TestTheNextRatesAreTheBestAndItsNeighbours(t *testing.T) {
	rungs := []Rung{{5, 100}, {3, 200}, {2, 400}}
	next := func(ap ...float64) []float64 {
		var done []Trial
		for i, rate := range Rates(0.004) {
			done = append(done, Trial{LR: rate, Images: 100, AP: ap[i]})
		}
		rates, images := NextRates(0.004, rungs, done)
		assert.Equal(t, 200, images)
		return rates
	}
	assert.Equal(t, []float64{0.004, 0.008, 0.016}, next(0.1, 0.15, 0.3, 0.4, 0.35))
	assert.Equal(t, []float64{0.002, 0.004, 0.008}, next(0.35, 0.15, 0.4, 0.1, 0.1))
	assert.Equal(t, []float64{0.001, 0.002, 0.004}, next(0.4, 0.1, 0.1, 0.3, 0.3), "at the lower end")
	assert.Equal(t, []float64{0.004, 0.008, 0.016}, next(0.1, 0.1, 0.1, 0.3, 0.4), "and at the upper")
	assert.Equal(t, []float64{0.002, 0.004, 0.008}, next(0, 0, 0, 0.0004, 0.0009), "where nothing was learned, about the written one")

	final := func(ap ...float64) []float64 {
		done := []Trial{{LR: 1, Images: 100}}
		for i, rate := range []float64{0.004, 0.008, 0.016} {
			done = append(done, Trial{LR: rate, Images: 200, AP: ap[i]})
		}
		rates, images := NextRates(0.004, rungs, done)
		assert.Equal(t, 400, images)
		return rates
	}
	assert.Equal(t, []float64{0.008, 0.016}, final(0.1, 0.4, 0.5))
	assert.Equal(t, []float64{0.004, 0.008}, final(0.1, 0.5, 0.45))
	assert.Equal(t, []float64{0.002, 0.004}, final(0.5, 0.4, 0.3))
}

func TestOfRatesThatOneRunDoesNotTellApartTheLowerIsTaken(t *testing.T) {
	rungs := []Rung{{2, 400}}
	for gain, want := range map[float64]float64{0: 0.002, 0.0049: 0.002, 0.0051: 0.004, -0.3: 0.002} {
		rate, ok := ChooseRate(1, rungs, []Trial{{LR: 0.002, Images: 400, AP: 0.3}, {LR: 0.004, Images: 400, AP: 0.3 + gain}, {LR: 0.001, Images: 200, AP: 0.9}})
		assert.True(t, ok)
		assert.Equal(t, want, rate, gain)
	}
}

func TestRatesThatFailAreNotTaken(t *testing.T) {
	rungs := Rungs(config.Training{Images: 4800, Batch: 4})
	done, _ := searched(0.002, rungs, func(rate float64, _ int) float64 {
		if rate > 0.0005 {
			return -1
		}
		return 0.001
	})
	rate, ok := ChooseRate(0.002, rungs, done)
	assert.Equal(t, 0.0005, rate)
	assert.True(t, ok)
	done, _ = searched(0.002, rungs, func(float64, int) float64 { return 0.0009 })
	rate, ok = ChooseRate(0.002, rungs, done)
	assert.Equal(t, 0.002, rate, "nothing was learned at any")
	assert.False(t, ok)
	done, _ = searched(0.002, rungs, func(float64, int) float64 { return -1 })
	rate, ok = ChooseRate(0.002, rungs, done)
	assert.Equal(t, 0.002, rate, "the one that is written")
	assert.False(t, ok)
	assert.Contains(t, Tuned{Trials: done}.LRReason(rungs, 300, "cells"), "AP failed failed failed failed failed at")
}

func TestEverySearchHasTheSameSize(t *testing.T) {
	rungs := Rungs(config.Training{Images: 4800, Batch: 4})
	rapid.Check(t, func(t *rapid.T) {
		draws := rapid.SliceOfN(rapid.Float64Range(-0.2, 1), 10, 10).Draw(t, "AP")
		k := 0
		done, cost := searched(rapid.Float64Range(1e-5, 1).Draw(t, "written"), rungs, func(float64, int) float64 {
			k++
			return draws[k-1]
		})
		assert.Len(t, done, 10)
		assert.Equal(t, 5*600+3*1200+2*4800, cost)
		for i, a := range done {
			assert.False(t, slices.ContainsFunc(done[:i], func(b Trial) bool { return a.LR == b.LR && a.Images == b.Images }), "nothing twice")
		}
	})
}

func TestAScaleCloserToMatchedIsTakenUnlessItIsWorse(t *testing.T) {
	choose := func(written, between, matched float64) float64 {
		return ChooseScale([]Trial{
			{LR: 1, Images: 9, AP: written}, {LR: 1, Images: 9, Scale: 0.5, AP: between}, {LR: 1, Images: 9, Scale: 1, AP: matched},
			{LR: 2, Images: 9, AP: 1}, {LR: 1, Images: 5, AP: 1},
		}, 1, 9)
	}
	assert.Equal(t, 1.0, choose(0.3, 0.2, 0.298))
	assert.Equal(t, 0.0, choose(0.3, 0.2, 0.29))
	assert.Equal(t, 0.5, choose(0.3, 0.4, 0.39))
	failed := []Trial{{LR: 1, Images: 9, AP: 0.1}, {LR: 1, Images: 9, Scale: 1, AP: 0.2, Failed: "diverged"}}
	assert.Equal(t, 0.0, ChooseScale(failed, 1, 9))
}

func TestReasonsHoldTheEvidence(t *testing.T) {
	rungs := []Rung{{2, 100}, {1, 200}}
	tuned := Tuned{LR: 0.002, Edge: true, Trials: []Trial{
		{LR: 0.002, Images: 100, AP: 0.123}, {LR: 0.004, Images: 100, Failed: "diverged"}, {LR: 0.002, Images: 200, AP: 0.2},
		{LR: 0.002, Scale: 0.5, Images: 200, AP: 0.25}, {LR: 0.002, Scale: 1, Images: 200, AP: 0.24},
	}}
	assert.Equal(t, "tuned on 300 validation images of cells: AP 12.3 failed at 0.002 0.004 after 100 images; AP 20.0 at 0.002 after 200 images; at the edge of what was tried",
		tuned.LRReason(rungs, 300, "cells"))
	assert.Equal(t, "tuned: AP 20.0 25.0 24.0 as written, between, matched after 200 images of cells", tuned.ScaleReason(200, "cells"))
}

func TestWhatDiffersByMoreThanFourTimesDiffers(t *testing.T) {
	assert.False(t, Differ([]Factor{{"rpn", 4, 0.25}, {"roi", 1, 1}}))
	for _, f := range []Factor{{"roi", 4.1, 1}, {"roi", 1, 4.1}, {"roi", 0.24, 1}, {"roi", 1, 0.24}} {
		assert.True(t, Differ([]Factor{{"rpn", 1, 1}, f}))
	}
	require.False(t, Differ(nil))
}

func TestASearchThatHasEndedTriesNothing(t *testing.T) {
	rungs := []Rung{{5, 100}, {2, 400}}
	rates, images := NextRates(0.004, rungs, []Trial{{LR: 0.004, Images: 100}, {LR: 0.004, Images: 400}})
	assert.Empty(t, rates)
	assert.Zero(t, images)
}

func TestRatesThatAreTriedHaveSixDigits(t *testing.T) {
	assert.Equal(t, []float64{0.0833333, 0.166667, 1.0 / 3, 0.666667, 1.33333}, Rates(1.0/3))
}

// A trial of other weights of the losses says nothing of the rate.
func TestTrialsOfScalesAreNotOfRates(t *testing.T) {
	rungs := []Rung{{2, 400}}
	done := []Trial{{LR: 0.002, Images: 400, AP: 0.3}, {LR: 0.004, Images: 400, AP: 0.2}, {LR: 0.004, Images: 400, AP: 0.9, Scale: 0.5}}
	rate, _ := ChooseRate(1, rungs, done)
	assert.Equal(t, 0.002, rate)
	assert.NotContains(t, Tuned{Trials: done}.LRReason(rungs, 300, "cells"), "90.0")
}
