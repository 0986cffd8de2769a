package config

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/registry"
	"detsample/losses"
)

func TestEveryPresetIsAValidComparison(t *testing.T) {
	require.Contains(t, Presets(), "default")
	for _, name := range Presets() {
		c, err := Preset(name)
		require.NoError(t, err, name)
		assert.NoError(t, registry.Check(c), name)
		assert.NotEmpty(t, c.Title, name)
	}
}

func TestTheDefaultComparesBothKindsOfDetector(t *testing.T) {
	c, err := Preset("default")
	require.NoError(t, err)
	assert.GreaterOrEqual(t, len(c.Strategies), 5)
	kinds := map[bool]int{}
	for _, s := range c.Strategies {
		kinds[s.TwoStage()]++
	}
	assert.Greater(t, kinds[false], 1)
	assert.Greater(t, kinds[true], 1)
}

// A rate that is said to be that of the default comparison is.
func TestRatesAreWhoseTheyAreSaidToBe(t *testing.T) {
	defaults, err := Preset("default")
	require.NoError(t, err)
	rates := map[string]float64{}
	for _, s := range defaults.Strategies {
		rates[s.Name] = s.LR
	}
	said := regexp.MustCompile("that of (.+) in the default comparison$")
	for _, name := range Presets() {
		c, err := Preset(name)
		require.NoError(t, err, name)
		for _, s := range c.Strategies {
			if of := said.FindStringSubmatch(s.LRReason); of != nil {
				assert.Equal(t, rates[of[1]], s.LR, "%s: %s has not the rate of %s", name, s.Name, of[1])
			}
		}
	}
}

// A sampler decides how many candidates a normaliser counts. It should not
// decide how large the box loss is.
func TestPresetsCompareAtMatchedScale(t *testing.T) {
	for _, name := range Presets() {
		c, err := Preset(name)
		require.NoError(t, err, name)
		norms := map[string]losses.Norm{}
		check := func(stage, strategy string, norm, boxNorm losses.Norm) {
			if boxNorm == nil {
				boxNorm = norm
			}
			if norms[stage] == nil {
				norms[stage] = boxNorm
			}
			assert.Equal(t, norms[stage], boxNorm, "%s: %s: %s: what the box loss is divided by", name, strategy, stage)
		}
		first := map[bool]bool{}
		for i := range c.Strategies {
			s := &c.Strategies[i]
			if stage := s.Candidates(); stage != nil {
				check(map[bool]string{true: "rpn", false: "dense"}[s.TwoStage()], s.Name, stage.Norm, stage.BoxNorm)
			}
			if s.ROI != nil {
				check("roi", s.Name, s.ROI.Norm, s.ROI.BoxNorm)
			}
			if c.Scale != Matched && first[s.TwoStage()] {
				assert.Contains(t, s.ScaleReason, "matched to ", "%s: %s", name, s.Name)
			}
			first[s.TwoStage()] = true
		}
	}
}

func TestAnUnknownPresetNamesTheNearest(t *testing.T) {
	_, err := Preset("defualt")
	assert.ErrorContains(t, err, `unknown preset "defualt": expected one of `)
	assert.ErrorContains(t, err, "did you mean default?")
}
