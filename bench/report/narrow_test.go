package report

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// On a narrow page tables are wider than it: the names of their rows stay in sight.
func TestNamesStayWhereATableIsScrolled(t *testing.T) {
	page := write(t, "narrow", fake{strategies: names(3), seeds: 2}.study(t))
	assert.Regexp(t, `(?s)@media \(max-width: 640px\) \{.*\.scroll table:not\(\.stacked\) \.name \{ position: sticky; left: 0; [^}]*background: var\(--card\);[^}]*\}.*@media print`, page)
	assert.Contains(t, page, `<th class="left name">strategy</th>`, "with what is above them")
}
