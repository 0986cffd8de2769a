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
	assert.Equal(t, shownDefects+7, table.Counted)
}

// The page counts as the command does: a finding may stand for many.
func TestDefectsOfWhichOneStandsForManyAreCounted(t *testing.T) {
	d := summary.Data{Problems: []summary.Finding{{Text: "a"}, {Text: "b (and 264 more that are not listed)", More: 265}}}
	assert.Equal(t, 266, dataOf(&d).Counted)
}

// A program of one's own trains on the images as they are.
func TestSidesOfObjectsSayOfWhichPixelsTheyAre(t *testing.T) {
	d := summary.Data{MedianSide: 37.4, AnchorsPerImg: 8064}
	assert.Equal(t, "object side as trained on, √area", dataOf(&d).Facts[4].Name)
	d.AnchorsPerImg = 0
	assert.Equal(t, "object side, √area", dataOf(&d).Facts[4].Name)
}

func TestThePageSaysOfWhichPixelsSmallIs(t *testing.T) {
	page := write(t, "small", fake{strategies: names(3), seeds: 2}.study(t))
	assert.Regexp(t, `Small objects have √area up to \d+ px at the images. own size\.`, page)
	assert.Regexp(t, `small up to \d+ px, large from \d+ px, by √area at the images. own size\.`, page)
}
