package command

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/config"
)

func TestCheckWarnsOfTrapsAndPasses(t *testing.T) {
	comparison := file(t, "a.yaml", "detector: {prior: 0.5}\nstrategies: [{name: flood, dense: {cls: ce}}, {name: sane, dense: {sampler: hard_negative, cls: ce}}]\n")
	single := file(t, "b.yaml", "name: twice\nrpn: {cls: focal}\nroi: {}\n")
	assert.Equal(t, outcome{stdout: comparison + ": ok, 2 strategies: flood, sane\n" +
		comparison + ": warning: flood: dense.cls: detector.prior 0.5 is no prior bias: at first the negatives drown the positives; remedy: detector.prior 0.01\n" +
		single + ": ok, a strategy: twice\n" +
		single + ": warning: twice: rpn.cls: focal (focusing 2) after random, which leaves few easy negatives to fade; remedy: sampler all with norm positives, or cross entropy beside random\n",
	}, detsample("check", comparison, single))
}

func TestAPresetIsWarnedOfAsAFileIs(t *testing.T) {
	for preset, warnings := range map[string]int{"default": 0, "rpn": 1} {
		got := detsample("check", file(t, "p.yaml", detsample("preset", preset).stdout))
		require.Zero(t, got.status)
		assert.Equal(t, warnings, strings.Count(got.stdout, "warning: "), got.stdout)
		assert.Equal(t, warnings, strings.Count(got.stdout, "512 + focal: rpn.cls: "))
	}
}

func TestStrategiesInTheSameTrapShareALine(t *testing.T) {
	in := func(strategy string, trap anchors.Trap, where, detail string) config.Warning {
		return config.Warning{Strategy: strategy, Warning: anchors.Warning{Trap: trap, Where: where, Detail: detail, Remedy: "r"}}
	}
	var w strings.Builder
	printWarnings(&w, []config.Warning{
		in("a", "few_positives", "rpn.sampler", "20% of images"),
		in("a", "few_positives", "roi.sampler", "30% of images"),
		in("b", "few_positives", "rpn.sampler", "40% of images"),
		in("c\x1b", "zero_iou", "rpn.assigner", strings.Repeat("ä", 200)),
		in("d", "few_positives", "rpn.sampler", "50% of images"),
	}, "out")
	assert.Equal(t, `warning: a and 2 more: rpn.sampler: 20% of images
warning: a: roi.sampler: 30% of images
warning: c\u001b: rpn.assigner: `+strings.Repeat("ä", fileWidth-1-len(`warning: c\u001b: rpn.assigner: `))+`…
What to do about warnings is in out/report.html.
`, w.String())
	w.Reset()
	printWarnings(&w, nil, "out")
	assert.Empty(t, w.String())
}
