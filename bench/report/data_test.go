package report

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/summary"
)

func TestNoticesAreNoDefectsOfTheData(t *testing.T) {
	d := summary.Data{Problems: []summary.Finding{{Text: "a notice", Notice: true}}}
	for i := range shownDefects + 7 {
		d.Problems = append(d.Problems, summary.Finding{Text: fmt.Sprint("defect ", i)})
	}
	table := dataOf(&d)
	assert.Equal(t, []string{"a notice"}, table.Notices)
	assert.Len(t, table.Defects, shownDefects)
	assert.Equal(t, 7, table.More)
}
