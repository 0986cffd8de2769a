package markdown

import (
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
		assert.Equal(t, want, Escape(text))
	}
	assert.Equal(t, "`a<b>`", Code("a<b>"))
	assert.Equal(t, "`` a`b ``", Code("a`b"))
}

func TestALineIsPartOfItsParagraph(t *testing.T) {
	assert.Equal(t, `a \# b \| c &lt;hr&gt; \~\~d\~\~ \\u001b`, Line("a\n\n# b\t| c <hr>\r\n~~d~~ \x1b"))
	assert.Equal(t, "Intel(R) Xeon(R), 2 processors, linux/amd64", Line("Intel(R) Xeon(R), 2 processors, linux/amd64"))
}

func TestPlainTextIsTheSameWithinCode(t *testing.T) {
	assert.Equal(t, `detsample study \u0060x\u0060 \u007c \u003cb> \u005ba](c) \u002a \u0026lt;`, Plain("detsample  study `x`\n| <b> [a](c) * &lt;"))
	assert.Equal(t, "detsample study dense/dense --data 'my_photos'", Plain("detsample study dense/dense --data 'my_photos'"))
}
