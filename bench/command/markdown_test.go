package command

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

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
