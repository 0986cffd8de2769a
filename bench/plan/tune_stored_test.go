package plan

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// storedSearch is a search of the study, as its configuration keeps it.
type storedSearch struct {
	place  string
	rungs  []Rung
	trials []Trial
	chosen float64
}

var (
	storedReason = regexp.MustCompile(`lr: (\S+)\n\s+lr_reason: "tuned on [^:]*: ([^"]*)"`)
	storedRung   = regexp.MustCompile(`AP ([^a-z;]+) at ([^a-z;]+) after (\d+) images`)
)

func storedSearches(t *testing.T) (list []storedSearch) {
	places, err := filepath.Glob("../../docs/study/*/config.yaml")
	require.NoError(t, err)
	for _, place := range places {
		text, err := os.ReadFile(place)
		require.NoError(t, err)
		for _, reason := range storedReason.FindAllStringSubmatch(string(text), -1) {
			s := storedSearch{place: place + ": " + reason[2], chosen: figures(t, reason[1])[0]}
			for _, rung := range storedRung.FindAllStringSubmatch(reason[2], -1) {
				aps, rates, images := figures(t, rung[1]), figures(t, rung[2]), int(figures(t, rung[3])[0])
				require.Len(t, aps, len(rates), place)
				s.rungs = append(s.rungs, Rung{Rates: len(rates), Images: images})
				for i, rate := range rates {
					s.trials = append(s.trials, Trial{LR: rate, Images: images, AP: aps[i] / 100})
				}
			}
			require.Len(t, s.rungs, 3, place)
			list = append(list, s)
		}
	}
	return list
}

func figures(t *testing.T, text string) (list []float64) {
	for field := range strings.FieldsSeq(text) {
		x, err := strconv.ParseFloat(field, 64)
		require.NoError(t, err)
		list = append(list, x)
	}
	return list
}

// The study's rates would be found again. AP is kept to 0.1, so that a step is
// checked where that settles it.
func TestTheStudysSearchesFindTheirRatesAgain(t *testing.T) {
	searches := storedSearches(t)
	steps, choices := 0, 0
	for _, s := range searches {
		written := at(s.trials, s.rungs[0].Images)[2].LR
		for k := 1; k < len(s.rungs); k++ {
			var done []Trial
			for _, rung := range s.rungs[:k] {
				done = append(done, at(s.trials, rung.Images)...)
			}
			before := at(s.trials, s.rungs[k-1].Images)
			slices.SortFunc(before, better)
			if before[0].AP-before[1].AP < 0.0009 || before[0].AP < 0.005 {
				continue
			}
			rates, images := NextRates(written, s.rungs, done)
			assert.Equal(t, s.rungs[k].Images, images, s.place)
			for i, trial := range at(s.trials, images) {
				assert.InEpsilon(t, trial.LR, rates[i], 1e-9, s.place)
			}
			steps++
		}
		last := at(s.trials, s.rungs[2].Images)
		if gain := last[1].AP - last[0].AP; math.Abs(gain-0.005) < 0.0011 {
			continue
		}
		rate, ok := ChooseRate(written, s.rungs, s.trials)
		assert.True(t, ok, s.place)
		assert.Equal(t, s.chosen, rate, s.place)
		choices++
	}
	assert.Greater(t, len(searches), 40)
	assert.Greater(t, steps, 2*len(searches)*8/10, "most steps are checked")
	assert.Greater(t, choices, len(searches)*8/10)
}
