package study

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
)

// A difference of 1 at most is within the band, beside each contrast and no wider
// than the picture.
func TestABandIsAroundWhatIsTooLittleToSpeakOf(t *testing.T) {
	drawn := func(at ...float64) string {
		v := Verdict{}
		for i, mean := range at {
			v.Judged = append(v.Judged, Judged{Contrast: &Contrast{Experiment: strconv.Itoa(i), A: "focal", B: "ce", Figure: "ap"}, Images: 800,
				Estimate: stats.Estimate{Mean: mean, Low: mean - 0.01, High: mean + 0.01, Seeds: 3}, Outcome: Unclear})
		}
		picture, err := v.draw()
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
	assert.LessOrEqual(t, wide[1], 410.0-edge, "it ends with the picture")
	assert.Contains(t, drawn(-10, 10), ">within 1<")
	assert.Empty(t, bands(-90, 110), "too thin to be seen")
	assert.NotContains(t, drawn(-90, 110), ">within", "nor is it explained")
}

// Each outcome has a mark of its own, which the legend explains.
func TestEachOutcomeHasAMarkOfItsOwn(t *testing.T) {
	seen := map[string]Outcome{}
	for _, outcome := range []Outcome{Holds, Slight, Fails, Unclear} {
		v := Verdict{Judged: []Judged{{Contrast: &Contrast{Experiment: "dense", A: "focal", B: "ce"}, Images: 800,
			Estimate: stats.Estimate{Mean: 0.1, Low: 0, High: 0.2, Seeds: 3}, Outcome: outcome}}}
		picture, err := v.draw()
		require.NoError(t, err)
		other, same := seen[string(picture)]
		assert.False(t, same, "%s is drawn as %s", outcome, other)
		seen[string(picture)] = outcome
		for _, o := range []Outcome{Holds, Slight, Fails, Unclear} {
			assert.Contains(t, string(picture), ">"+string(o)+"<")
		}
	}
}

// What is written in a picture of the page ends within it.
func TestTextStaysWithinItsPicture(t *testing.T) {
	var pictures []string
	require.NoError(t, filepath.WalkDir(filepath.Join("..", "..", "docs", "study"), func(path string, _ fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".svg" {
			pictures = append(pictures, path)
		}
		return err
	}))
	require.NotEmpty(t, pictures)
	wide := regexp.MustCompile(`<svg width="([0-9.]+)pt"`)
	line := regexp.MustCompile(`<text x="([-0-9.]+)" y="[-0-9.]+" transform="scale\(1, -1\)"\s+style="[^"]*font-size:([0-9.]+)px[^"]*">([^<]*)<`)
	number := func(text string) vg.Length {
		x, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err)
		return vg.Length(x)
	}
	for _, path := range pictures {
		picture, err := os.ReadFile(path)
		require.NoError(t, err)
		width := wide.FindSubmatch(picture)
		require.NotNil(t, width, path)
		lines := line.FindAllStringSubmatch(string(picture), -1)
		require.NotEmpty(t, lines, path)
		for _, l := range lines {
			text := html.UnescapeString(l[3])
			from := number(l[1])
			assert.GreaterOrEqual(t, from, vg.Length(0), "%s: %s", path, text)
			assert.LessOrEqual(t, from+figure.Text(number(l[2]), figure.Ink).Width(text), number(string(width[1])), "%s: %s", path, text)
		}
	}
}
