package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/summary"
)

func write(t *testing.T, name string, s *summary.Study) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Write(&b, s))
	if dir := os.Getenv("REPORT_DIR"); dir != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name+".html"), b.Bytes(), 0o644))
	}
	return b.String()
}

var (
	svg      = regexp.MustCompile(`(?s)<svg.*?</svg>`)
	embedded = regexp.MustCompile(`data:image/[^"]*`)
)

// wellFormed reads the whole page, and every drawing alone, as XML.
func wellFormed(t *testing.T, html string) {
	t.Helper()
	drawings := svg.FindAllString(html, -1)
	assert.NotEmpty(t, drawings)
	for _, s := range drawings {
		read(t, xml.NewDecoder(strings.NewReader(s)), s)
	}
	d := xml.NewDecoder(strings.NewReader(html))
	d.Strict = true
	d.Entity = xml.HTMLEntity
	read(t, d, "page")
	for _, unwanted := range []string{"NaN", "Inf", "ZgotmplZ", "%!"} {
		assert.NotContains(t, embedded.ReplaceAllString(html, ""), unwanted)
	}
}

func read(t *testing.T, d *xml.Decoder, what string) {
	t.Helper()
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err, what)
	}
}

func TestReportShowsEveryStrategyInWellFormedMarkup(t *testing.T) {
	many := make([]string, 80)
	for i := range many {
		many[i] = fmt.Sprintf("class of things %d", i)
	}
	for name, f := range map[string]fake{
		"typical": {strategies: names(6), seeds: 3, pictures: 4},
		"one":     {strategies: names(1), seeds: 1, pictures: 1},
		"twelve":  {strategies: names(12), seeds: 3, pictures: 9, failed: 1},
		"classes": {strategies: names(8), seeds: 3, classes: many, pictures: 2},
		"bare":    {strategies: names(2), seeds: 1},
		"failed":  {strategies: names(5), seeds: 1, failed: 2, pictures: 3},
		"dead":    {strategies: names(3), seeds: 1, failed: 3},
		"thirty":  {strategies: names(30), seeds: 2, pictures: 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := f.study(t)
			html := write(t, name, s)
			wellFormed(t, html)
			for _, want := range f.strategies {
				assert.Contains(t, html, want)
			}
			assert.Less(t, len(html), 6<<20)
			assert.Equal(t, html, write(t, name, s), "equal studies, unequal reports")
			assert.LessOrEqual(t, strings.Count(html, "data:image/"), shownPictures)
		})
	}
}

func TestReportNeedsNoNetworkAndNoScript(t *testing.T) {
	html := write(t, "alone", fake{strategies: names(3), seeds: 2, pictures: 2}.study(t))
	html = strings.ReplaceAll(html, `xmlns="http://www.w3.org/2000/svg"`, "")
	for _, unwanted := range []string{"http:", "https:", "<script", "<link", "url(", "@import"} {
		assert.NotContains(t, html, unwanted)
	}
}

func TestReportEscapesNames(t *testing.T) {
	wicked := `</svg><script>alert("x")</script> & 'co' ` + "\x01\xff"
	s := fake{strategies: []string{wicked, "b" + wicked, strings.Repeat("long name ", 30)}, seeds: 1, pictures: 1, classes: []string{wicked, "<b>", "c"}}.study(t)
	s.Summary.Title, s.Summary.Config, s.Summary.Data.Name = wicked, wicked, wicked
	s.Summary.Data.Problems = []summary.Finding{{Text: wicked}, {Text: wicked, Notice: true}}
	s.Set.Test[0].Name = wicked
	html := write(t, "wicked", s)
	assert.NotContains(t, html, "<script>")
	for _, d := range svg.FindAllString(html, -1) {
		read(t, xml.NewDecoder(strings.NewReader(d)), d)
	}
}

func TestReportOfAnEmptyStudyIsAPage(t *testing.T) {
	assert.NotContains(t, write(t, "empty", &summary.Study{}), "failed to train")
}

func TestReportRefusesAnImageWhosePixelsDoNotFit(t *testing.T) {
	s := fake{strategies: names(1), seeds: 1, pictures: 1}.study(t)
	s.Set.Test[0].Pix = s.Set.Test[0].Pix[1:]
	assert.ErrorContains(t, Write(io.Discard, s), s.Set.Test[0].Name)
}
