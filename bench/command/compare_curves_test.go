package command

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/summary"
)

// A program of one's own may evaluate strategies at moments of their own.
func TestCurvesStandUnderTheImagesThatTheyAreOf(t *testing.T) {
	g := curves([]summary.Strategy{
		{Strategy: "a", Curve: []summary.CurvePoint{{Images: 0, AP: -1}, {Images: 5, AP: 0.2}, {Images: 10, AP: 0.4}}},
		{Strategy: "b", Curve: []summary.CurvePoint{{Images: 0, AP: -1}, {Images: 4, AP: 0.1}, {Images: 6, AP: -1}, {Images: 10, AP: 0.5}}},
		{Strategy: "diverged", Curve: []summary.CurvePoint{{Images: 0, AP: -1}, {Images: 4, AP: 0.3}}},
		{Strategy: "broken"},
	})
	var heads []string
	for _, c := range g.columns {
		heads = append(heads, c.head)
	}
	assert.Equal(t, []string{"#", "strategy", "4", "5", "10"}, heads)
	assert.Equal(t, [][]string{
		{"1", "a", undefined, "20.0", "40.0"}, {"2", "b", "10.0", undefined, "50.0"},
		{"3", "diverged", "30.0", undefined, undefined}, {"4", "broken", undefined, undefined, undefined},
	}, g.rows)
	assert.Empty(t, curves(nil).rows)
}
