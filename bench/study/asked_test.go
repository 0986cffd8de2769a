package study

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatMadeRunsIsKnownByAllOfItsCommands(t *testing.T) {
	e := experiment(t, "dense")
	for of, want := range map[string][2]bool{
		"":                {false, false},
		"dense":           {true, false},
		"dense/dense":     {true, true},
		"rpn dense/dense": {true, true},
		"rpn axes":        {true, false},
	} {
		o := Origin{Command: "a command", Of: strings.Fields(of)}
		assert.Equal(t, want, [2]bool{o.OfStudy(), o.Names(&e)}, of)
		both := Origin{Command: "detsample compare x.yaml"}.and(Origin{Command: "a command", Of: strings.Fields(of), Machine: "another"})
		assert.Equal(t, want, [2]bool{both.OfStudy(), both.Names(&e)}, "after a comparison: %s", of)
	}
}

func TestACommandIsOfTheExperimentsThatItWasAskedFor(t *testing.T) {
	e := experiment(t, "dense-long")
	for of, others := range map[string]string{
		"":                       "",
		"dense":                  "",
		"rpn dense/dense-long":   "",
		"dense/dense rpn":        "dense/dense rpn",
		"axes dense-long":        "",
		"axes":                   "axes",
		"rpn axes rpn":           "axes rpn",
		"roi-long":               "roi-long",
		"what another asked for": "", // of another version
	} {
		got, err := e.others(Origin{Of: strings.Fields(of)})
		require.NoError(t, err)
		assert.Equal(t, strings.Fields(others), append([]string{}, got...), of)
	}
}
