package report

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/bench/config"
)

func TestWarningsHaveASectionWithTheirRemedies(t *testing.T) {
	s := fake{strategies: names(2), seeds: 1}.study(t)
	html := write(t, "untrapped", s)
	assert.Contains(t, html, `<a href="#warnings">`)
	assert.Contains(t, html, "No strategy is in a known trap.")
	s.Summary.Warnings = []config.Warning{{Strategy: "RPN <1>", Warning: anchors.Warning{
		Trap: "few_positives", Where: "rpn.sampler", Detail: "31% of images & more", Remedy: "match more",
	}}}
	html = write(t, "trapped", s)
	wellFormed(t, html)
	assert.NotContains(t, html, "No strategy is in a known trap.")
	assert.Contains(t, html, `RPN &lt;1&gt;</span></td><td class="left">rpn.sampler</td><td class="text">31% of images &amp; more</td><td class="text" data-head="remedy">match more</td>`)
}
