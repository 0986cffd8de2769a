package catalogue

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

type limits struct {
	Low  float64 `range:"[0,)" doc:"the least"`
	High float64 `range:"(0,1]" doc:"the most"`
}

type level struct {
	Stride int    `range:"[1,)"`
	Limits limits `doc:"of a level"`
}

func (l *level) SetDefaults() { l.Stride = 4 }

type nested struct {
	Weights []float64 `per:"class" range:"[0,)" doc:"of classes"`
	Biases  []string  `per:"column"`
	Lim     limits    `doc:"both"`
	Levels  []level
	Maybe   *limits
	ByName  map[string]level
	Next    *nested
	Plain   map[string]int
}

// What a file can set is shown as a file writes it, with what is allowed there.
func TestParametersWithinOthersAreListed(t *testing.T) {
	v := nested{Lim: limits{0.25, 1}, Levels: []level{{8, limits{0, 0.5}}}, Plain: map[string]int{"b": 2, "a": 1}}
	var lines []string
	for _, p := range Params(v) {
		lines = append(lines, p.Key+" | "+p.Setting()+" | "+p.Allowed+" | "+p.Doc)
	}
	assert.Equal(t, []string{
		"weights | weights: [] | [0,) per class | of classes",
		"biases | biases: [] | per column | ",
		"lim | lim: {low: 0.25, high: 1} |  | both",
		"lim.low | lim: {low: 0.25} | [0,) | the least",
		"lim.high | lim: {high: 1} | (0,1] | the most",
		"levels | levels: [{stride: 8, limits: {low: 0, high: 0.5}}] |  | ",
		"levels[].stride | levels: [{stride: 4}] | [1,) | ",
		"levels[].limits | levels: [{limits: {low: 0, high: 0}}] |  | of a level",
		"levels[].limits.low | levels: [{limits: {low: 0}}] | [0,) | the least",
		"levels[].limits.high | levels: [{limits: {high: 0}}] | (0,1] | the most",
		"maybe | maybe: null |  | ",
		"maybe.low | maybe: {low: 0} | [0,) | the least",
		"maybe.high | maybe: {high: 0} | (0,1] | the most",
		"by_name | by_name: {} |  | ",
		"by_name.NAME.stride | by_name: {NAME: {stride: 4}} | [1,) | ",
		"by_name.NAME.limits | by_name: {NAME: {limits: {low: 0, high: 0}}} |  | of a level",
		"by_name.NAME.limits.low | by_name: {NAME: {limits: {low: 0}}} | [0,) | the least",
		"by_name.NAME.limits.high | by_name: {NAME: {limits: {high: 0}}} | (0,1] | the most",
		"next | next: null |  | ",
		"plain | plain: {a: 1, b: 2} |  | ",
	}, lines, "a type within itself is not followed")
}
