package page

import (
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot/vg"

	"detsample/bench/figure"
	"detsample/bench/stats"
	"detsample/bench/study/chart"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
)

// A difference of 1 at most is within the band, beside each contrast and no wider
// than the picture.
func TestABandIsAroundWhatIsTooLittleToSpeakOf(t *testing.T) {
	drawn := func(at ...float64) string {
		v := claims.Verdict{}
		for i, mean := range at {
			v.Judged = append(v.Judged, claims.Judged{Contrast: &claims.Contrast{Experiment: strconv.Itoa(i), A: "focal", B: "ce", Measure: evidence.AP}, Images: 800,
				Estimate: stats.Estimate{Mean: mean, Low: mean - 0.01, High: mean + 0.01, Seeds: 3}, Outcome: claims.Unclear})
		}
		picture, err := drawClaim(&v)
		require.NoError(t, err)
		return string(picture)
	}
	bands := func(at ...float64) (edges [][2]float64) {
		for _, band := range regexp.MustCompile(`M([0-9.]+),[0-9.]+L([0-9.]+),[^"]*" style="fill:#E6E9ED`).FindAllStringSubmatch(drawn(at...), -1) {
			left, err := strconv.ParseFloat(band[1], 64)
			require.NoError(t, err)
			right, err := strconv.ParseFloat(band[2], 64)
			require.NoError(t, err)
			edges = append(edges, [2]float64{left, right})
		}
		return edges
	}
	width := func(band [2]float64) float64 { return band[1] - band[0] }
	two := bands(-10, 10)
	require.Len(t, two, 3, "one for each contrast, and the legend's")
	assert.Equal(t, two[0], two[1])
	assert.InDelta(t, 2, width(bands(-5, 5)[0])/width(two[0]), 0.02, "of half the scale it is twice as wide")
	wide := bands(-0.2, 0.2)[0]
	assert.LessOrEqual(t, wide[1], 410.0-chart.Edge, "it ends with the picture")
	assert.Contains(t, drawn(-10, 10), ">within 1<")
	assert.Empty(t, bands(-90, 110), "too thin to be seen")
	assert.NotContains(t, drawn(-90, 110), ">within", "nor is it explained")
}

// Each outcome has a mark of its own, which the legend explains.
func TestEachOutcomeHasAMarkOfItsOwn(t *testing.T) {
	seen := map[string]claims.Outcome{}
	for _, came := range []claims.Outcome{claims.Holds, claims.Slight, claims.Fails, claims.Unclear} {
		v := claims.Verdict{Judged: []claims.Judged{{Contrast: &claims.Contrast{Experiment: "dense", A: "focal", B: "ce"}, Images: 800,
			Estimate: stats.Estimate{Mean: 0.1, Low: 0, High: 0.2, Seeds: 3}, Outcome: came}}}
		picture, err := drawClaim(&v)
		require.NoError(t, err)
		other, same := seen[string(picture)]
		assert.False(t, same, "%s is drawn as %s", came, other)
		seen[string(picture)] = came
		for _, o := range []claims.Outcome{claims.Holds, claims.Slight, claims.Fails, claims.Unclear} {
			assert.Contains(t, string(picture), ">"+string(o)+"<")
		}
	}
}

// What is written in a picture of the page ends within it, and above and beside what
// else is.
func TestTextStaysWithinItsPicture(t *testing.T) {
	var pictures []string
	require.NoError(t, filepath.WalkDir(keptIn, func(path string, _ fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".svg" {
			pictures = append(pictures, path)
		}
		return err
	}))
	require.NotEmpty(t, pictures)
	for _, path := range pictures {
		picture, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NotEmpty(t, textOf(t, picture), path)
	}

	v := claims.Verdict{}
	for i, outcome := range []claims.Outcome{claims.Holds, claims.Slight, claims.Fails, claims.Unclear} {
		v.Judged = append(v.Judged, claims.Judged{Contrast: &claims.Contrast{Experiment: strconv.Itoa(i), A: "focal", B: "ce", Measure: evidence.AP}, Images: 800,
			Estimate: stats.Estimate{Mean: 1, Low: 0, High: 2, Seeds: 3}, Outcome: outcome})
	}
	picture, err := drawClaim(&v)
	require.NoError(t, err)
	lines := textOf(t, picture)
	legend := map[string]place{}
	for _, l := range lines {
		legend[l.text] = l
	}
	for _, text := range []string{string(claims.Holds), string(claims.Slight), string(claims.Fails), string(claims.Unclear), "alone", "all at once", "within 1"} {
		require.Contains(t, legend, text)
	}
	assert.Equal(t, legend[string(claims.Holds)].y, legend[string(claims.Unclear)].y, "a row")
	assert.Equal(t, legend["alone"].y, legend["within 1"].y, "and another")
	for _, a := range lines {
		for _, b := range lines {
			if a != b {
				assert.False(t, a.meets(b), "%s lies over %s", a.text, b.text)
			}
		}
	}
}

func TestAPictureTellsItsDifferencesApart(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	list := keptOf(t, keptIn)
	for _, c := range claims.All() {
		v, err := c.Judge(list)
		require.NoError(t, err)
		headings := map[string]*claims.Contrast{}
		for i := range v.Judged {
			x := v.Judged[i].Contrast
			if other, ok := headings[heading(&claims.Judged{Contrast: x})]; ok {
				assert.Equal(t, *other, *x, "%d: %s", c.Number, heading(&claims.Judged{Contrast: x}))
			}
			headings[heading(&claims.Judged{Contrast: x})] = x
		}
		picture, err := drawClaim(&v)
		require.NoError(t, err)
		if picture != nil {
			assert.NotContains(t, string(picture), `x="-`, "%d: nothing begins left of the edge", c.Number)
		}
	}
}

// place is where a line of text is in a picture, in points from its upper left.
type place struct {
	text      string
	x, y, end vg.Length
	top       vg.Length
}

func (p place) meets(o place) bool {
	return p.x < o.end && o.x < p.end && p.top < o.y && o.top < p.y
}

var (
	svgSize = regexp.MustCompile(`<svg width="([0-9.]+)pt" height="([0-9.]+)pt"`)
	svgText = regexp.MustCompile(`<text x="([-0-9.]+)" y="([-0-9.]+)" transform="scale\(1, -1\)"\s+style="[^"]*font-size:([0-9.]+)px[^"]*">([^<]*)<`)
)

// textOf returns the horizontal text of a picture, and asserts that it is within.
func textOf(t *testing.T, picture []byte) (lines []place) {
	t.Helper()
	number := func(text []byte) vg.Length {
		x, err := strconv.ParseFloat(string(text), 64)
		require.NoError(t, err)
		return vg.Length(x)
	}
	size := svgSize.FindSubmatch(picture)
	require.NotNil(t, size)
	wide, high := number(size[1]), number(size[2])
	for _, l := range svgText.FindAllSubmatch(picture, -1) {
		text, tall := html.UnescapeString(string(l[4])), number(l[3])
		p := place{text: text, x: number(l[1]), y: high + number(l[2])}
		p.end, p.top = p.x+figure.Text(tall, figure.Ink).Width(text), p.y-0.7*tall
		assert.GreaterOrEqual(t, p.x, vg.Length(0), text)
		assert.LessOrEqual(t, p.end, wide, text)
		assert.GreaterOrEqual(t, p.top, vg.Length(0), text)
		assert.LessOrEqual(t, p.y, high, text)
		lines = append(lines, p)
	}
	return lines
}
