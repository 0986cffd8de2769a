package page

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/study"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
	"detsample/bench/trainer"
)

// made returns runs in which a strategy leads another by some points, with
// seeds that differ little.
func made(lead float64, seeds int) evidence.Experiment {
	s := evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: "rpn", Preset: "rpn"}}}
	for seed := range seeds {
		for k, name := range []string{"512 + ce", "512 + focal", "all + ce", "all + focal"} {
			ap := 0.3 + 0.002*float64(seed*(k+1)%3)
			if name == "512 + focal" {
				ap += lead / 100
			}
			s.Runs = append(s.Runs, trainer.Run{Strategy: name, Seed: uint64(seed + 1), Images: 800,
				Figures: trainer.Figures{AP: ap}, Curve: []trainer.Point{{Images: 0}, {Images: 200, AP: ap - 0.1}, {Images: 400, AP: ap - 0.05}, {Images: 800, AP: ap}}})
		}
	}
	return s
}

func claimOf(contrasts ...claims.Contrast) claims.Claim {
	return claims.Claim{Number: 9, Statement: "Something is so.", Contrasts: contrasts}
}

func TestWhatHasNoRunsIsNamed(t *testing.T) {
	gain := claims.Contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: claims.Above, Says: "it gains"}
	claim := claimOf(gain)
	v, err := claim.Judge([]evidence.Experiment{{Stored: study.Stored{Experiment: study.Experiment{Name: "rpn", Preset: "rpn"}}}})
	require.NoError(t, err)
	assert.Equal(t, []reason{{"no stored runs of", []string{"`rpn`"}}}, reasons(&v))

	one := made(10, 6)
	one.Runs = slices.DeleteFunc(one.Runs, func(r trainer.Run) bool { return r.Strategy == "512 + ce" })
	constant := claims.Contrast{Experiment: "rpn", A: "512 + ce", Constant: 50, Measure: evidence.NegativeLoss, Expect: claims.Above, Says: "most of it is negatives'"}
	for _, asked := range []claims.Contrast{gain, constant} {
		claim := claimOf(asked)
		v, err := claim.Judge([]evidence.Experiment{one})
		require.NoError(t, err)
		assert.Equal(t, []reason{{"no stored runs of", []string{"512 + ce in `rpn`"}}}, reasons(&v), "others of the experiment are there")
		var b strings.Builder
		writeClaim(&b, &v, false)
		assert.Contains(t, b.String(), "| no stored runs of 512 + ce in `rpn` | 0 | – | – | – |")
	}
}

// The order of a sweep is said as the correlation that it is.
func TestAnOrderIsSaid(t *testing.T) {
	order := claims.Contrast{Experiment: "alpha", A: "alphas", Measure: claims.PaperOrder, Expect: claims.Above, Says: "they come in order"}
	for _, c := range []struct {
		sign int
		says string
	}{{1, "the rank correlation of the AP of alphas with the paper's is 1.00 after 800 images (`alpha`)"},
		{-1, "the rank correlation of the AP of alphas with the paper's is -1.00 after 800 images (`alpha`)"}} {
		alphas := evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: "alpha", Preset: "alpha"}}}
		w := claims.Sweeps()[0]
		for seed := range 4 {
			for k, name := range w.Strategies {
				ap := 0.4 + float64(c.sign)*w.Published[k]/1000 + 0.0001*float64(seed)
				alphas.Runs = append(alphas.Runs, trainer.Run{Strategy: name, Seed: uint64(seed + 1), Images: 800, Figures: trainer.Figures{AP: ap},
					Curve: []trainer.Point{{Images: 400, AP: 0.3}, {Images: 800, AP: ap}}})
			}
		}
		claim := claimOf(order)
		v, err := claim.Judge([]evidence.Experiment{alphas})
		require.NoError(t, err)
		assert.Equal(t, c.says, reasons(&v)[0].Of[0][len("they come in order: "):])
	}
}

// What stands beside a claim is said apart from what decides.
func TestWhatIsBesideAClaimIsSaidApart(t *testing.T) {
	gain := claims.Contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: claims.Above, Says: "it gains"}
	beside := claims.Contrast{Experiment: "rpn", A: "all + focal", B: "512 + focal", Expect: claims.Above, Says: "all gain", Beside: true}
	claim := claimOf(gain, beside)
	list := []evidence.Experiment{made(10, 6)}
	v, err := claim.Judge(list)
	require.NoError(t, err)
	require.Len(t, reasons(&v), 2)
	assert.Equal(t, "beside the claim", reasons(&v)[1].Word)
	assert.Contains(t, reasons(&v)[1].Of[0], "all gain: all + focal is behind 512 + focal by 10")
	assert.Contains(t, strongestIn(&v, list), "beside the claim, all + focal is behind")
	assert.Equal(t, "*holds*: 512 + focal is ahead of 512 + ce (`rpn`)", decidedBy(&v))
}

// To gain no point is said apart from being behind.
func TestToGainNoPointIsSaidApart(t *testing.T) {
	gain := claims.Contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: claims.Above, Says: "it gains"}
	more := claims.Contrast{Experiment: "rpn", A: "all + focal", B: "512 + focal", Expect: claims.Above, Says: "all gain"}
	for _, c := range []struct {
		of   []claims.Contrast
		lead float64
		why  []string
	}{
		{[]claims.Contrast{gain}, 0, []string{"no point gained"}},
		{[]claims.Contrast{gain}, -10, []string{"fails"}},
		{[]claims.Contrast{gain, more}, 10, []string{"holds", "fails"}},
		{[]claims.Contrast{gain, more}, -10, []string{"holds", "fails"}},
	} {
		claim := claimOf(c.of...)
		v, err := claim.Judge([]evidence.Experiment{made(c.lead, 12)})
		require.NoError(t, err)
		var why []string
		for _, r := range reasons(&v) {
			why = append(why, r.Word)
		}
		assert.Equal(t, c.why, why)
		for _, w := range c.why {
			assert.Contains(t, decidedBy(&v), "*"+w+"*: ")
		}
	}
}

// Seeds that do not say how far a figure varies leave it without ±.
func TestOneSeedHasNoInterval(t *testing.T) {
	one := made(10, 1)
	for i := range one.Runs {
		ap := one.Runs[i].AP
		one.Runs[i].Resamples = []float64{ap - 0.001, ap, ap + 0.001, ap}
	}
	list := axesOf(t, one)
	gain := claimOf(claims.Contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: claims.Above, Says: "it gains"})
	v, err := gain.Judge(list)
	require.NoError(t, err)
	assert.Equal(t, "not decided", v.Word)
	var b strings.Builder
	writeClaim(&b, &v, false)
	require.NoError(t, writeAnswers(&b, list))
	require.NoError(t, writeExperiment(&b, evidence.Find(list, "rpn"), map[string][]byte{}))
	b.WriteString(strongestIn(&v, list))
	assert.NotContains(t, b.String(), "±")
	assert.Contains(t, b.String(), "| 800 | 1 | +10.0: not decided | +10.0: not decided | +10.0: not decided |")
	assert.Contains(t, b.String(), "512 + focal is ahead of 512 + ce by 10.0 AP, not told apart (`rpn`, 800 images, 1 seed)")
	assert.Contains(t, b.String(), "| 800: not told apart |")
}

func TestAnIntervalAsNarrowAsAskedDoesNotAskForFewerSeeds(t *testing.T) {
	j := claims.Judged{Contrast: &claims.Contrast{}, All: stats.Range{Low: -2.4, High: -0.2}, Estimate: stats.Estimate{Mean: -1.3, Low: -1.97, High: -0.63, Seeds: 12}}
	const has = "-2.4 to -0.2 allows both answers, ± 0.67 AP with 12 seeds"
	assert.Equal(t, has, lack(&j))
	for _, c := range []struct {
		forecast stats.Forecast
		want     string
	}{
		{stats.Forecast{Seeds: 10}, ", as narrow as ± 0.75 asks"},
		{stats.Forecast{Seeds: 12}, ", as narrow as ± 0.75 asks"},
		{stats.Forecast{Seeds: 13}, ", ± 0.75 would take 13"},
		{stats.Forecast{ImagesHalf: 0.8}, ", and no number of seeds gives ± 0.75: the test images leave ± 0.80"},
	} {
		j.Forecast = &c.forecast
		assert.Equal(t, has+c.want, lack(&j))
	}
}
