package command

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMarkdownShowsTextAsItIs(t *testing.T) {
	for text, want := range map[string]string{
		"plain, 1:3 ± 0.5":  "plain, 1:3 ± 0.5",
		"<script>a & b":     "&lt;script&gt;a &amp; b",
		"[a](b) *c* `d` \\": "\\[a\\](b) \\*c\\* \\`d\\` \\\\",
		"box_norm":          "box_norm",
		"_a_ b__c _":        `\_a\_ b__c \_`,
	} {
		assert.Equal(t, want, escapeMarkdown(text))
	}
	assert.Equal(t, "`a<b>`", code("a<b>"))
	assert.Equal(t, "`` a`b ``", code("a`b"))
}

func TestMarkdownOfThePrinterIsEscapedOnceAndTextIsNot(t *testing.T) {
	g := grid{title: "A <b>", note: "<i>", keys: 1, columns: []column{{head: "<h>\n(1)"}}, rows: [][]string{{"<td> | x"}}}
	var w strings.Builder
	p := printer{w: &w, width: 80, markdown: true}
	p.grid(g)
	p.line("*as it is* %s %d", "<p>", 3)
	assert.Equal(t, "### A &lt;b&gt;\n\n| &lt;h&gt;<br/>(1) |\n| ---:|\n| &lt;td&gt; \\| x |\n\n&lt;i&gt;\n\n*as it is* &lt;p&gt; 3\n", w.String())
	w.Reset()
	p = printer{w: &w, width: 80}
	p.grid(g)
	assert.Contains(t, w.String(), "<td> | x")
	assert.Contains(t, w.String(), "<i>")
}
