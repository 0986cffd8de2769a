package report

import (
	"html/template"
	"regexp"
)

var option = regexp.MustCompile(`\(?--[a-z][a-z-]*[,;:.)]*`)

// unbroken writes sentences whose options, such as (--tune), stay on one line:
// a browser breaks lines behind hyphens.
func unbroken(sentences []string) []template.HTML {
	out := make([]template.HTML, len(sentences))
	for i, s := range sentences {
		out[i] = template.HTML(option.ReplaceAllString(template.HTMLEscapeString(s), `<span class="option">$0</span>`))
	}
	return out
}
