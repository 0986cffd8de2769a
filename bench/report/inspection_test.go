package report

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/annotations"
	"detsample/bench/dump"
	"detsample/bench/inspect"
	"detsample/bench/replay"
	"detsample/bench/small/detector"
)

// inspected returns an inspection of a few objects whose names are hostile.
func inspected(t *testing.T) *inspect.Report {
	t.Helper()
	set := &annotations.Set{
		Path: `<script>alert("path")</script>`, Format: annotations.COCO,
		Categories: []annotations.Category{{Name: `</td><b onload="x">`}, {Name: "large"}, {Name: "absent"}},
		Problems:   []annotations.Problem{{Message: "<i>bad</i>"}},
	}
	for i := range 6 {
		set.Images = append(set.Images, annotations.Image{Width: 320, Height: 240, Objects: []annotations.Object{
			{Box: [4]float64{float64(20 * i), 10, 14, 9}, Category: 0}, {Box: [4]float64{50, 60, 120, 150}, Category: 1},
		}})
	}
	c := inspect.New("detsample", detector.Default().Pyramid, inspect.Resize{Long: 128})
	r, err := inspect.Analyse(context.Background(), set, c)
	require.NoError(t, err)
	return r
}

func inspectionPage(t *testing.T, r *inspect.Report) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, WriteInspection(&b, r))
	return b.String()
}

func TestAnInspectionsPageStandsAloneAndEscapesNames(t *testing.T) {
	page := inspectionPage(t, inspected(t))
	wellFormed(t, page)
	assert.NotContains(t, page, "<script")
	assert.NotContains(t, page, "<b onload")
	assert.NotContains(t, page, "<i>bad")
	assert.NotContains(t, page, "src=")
	assert.NotContains(t, strings.ReplaceAll(page, "http://www.w3.org/2000/svg", ""), "http")
	assert.NotContains(t, page, "NaN")
	assert.Equal(t, 5, strings.Count(page, "<figure>"))
	assert.Contains(t, page, "What to change")
}

func TestEqualInspectionsGiveEqualPages(t *testing.T) {
	assert.Equal(t, inspectionPage(t, inspected(t)), inspectionPage(t, inspected(t)))
}

func TestAReplayHasItsPlotsAndTables(t *testing.T) {
	r := inspected(t)
	weight := [dump.Deciles]replay.Divided{9: {Positives: 0.25, Negatives: 0.75}}
	overlap := 0.5
	r.Replay = &replay.Report{
		Path: "state.npz", Images: 1, Classes: []string{"a", "background"},
		Losses:   []replay.Loss{{Name: "focal", Loss: weight, Gradient: weight, GradientClass: []float64{0.25, 0.75}}},
		Samplers: []replay.Sampler{{Name: "ohem", Positives: 3, Mass: []float64{0.9}}},
		Likeness: replay.Likeness{Names: []string{"focal", "ohem"}, Top: [][]*float64{{&overlap, &overlap}, {nil, &overlap}}},
	}
	page := inspectionPage(t, r)
	wellFormed(t, page)
	assert.Equal(t, 7, strings.Count(page, "<figure>"))
	for _, text := range []string{"Where the gradient lies", "Where each loss puts its gradient", "Effective weight of negatives by decile", "Loss by decile", "Gradient by class", "What samplers pick", "90.0%", "50.0%", "100%"} {
		assert.Contains(t, page, text)
	}
}

func TestAReplayAloneIsAPage(t *testing.T) {
	weight := [dump.Deciles]replay.Divided{9: {Positives: 0.25, Negatives: 0.75}}
	overlap := 0.5
	r := &replay.Report{
		Path: "/home/someone/<b>state.npz", Images: 1, Labels: replay.Labels{Candidates: 100, Positives: 3}, Strategies: true,
		Conclusion: []string{"one image", "mined & focal are alike", "mined puts <all> on the hardest"},
		Losses:     []replay.Loss{{Name: "plain ce", Loss: weight, Gradient: weight, GradientClass: []float64{0.25, 0.75}}},
		Samplers:   []replay.Sampler{{Name: "mined", Positives: 3, Gradient: weight}, {Name: "focal", Positives: 3, Gradient: weight}},
		Likeness:   replay.Likeness{Names: []string{"plain ce", "mined", "focal"}, Top: [][]*float64{{&overlap, &overlap, nil}, {nil, &overlap, nil}, {nil, nil, nil}}},
	}
	var b bytes.Buffer
	require.NoError(t, WriteReplay(&b, r))
	page := b.String()
	wellFormed(t, page)
	assert.NotContains(t, page, "/home", "no path of the machine")
	assert.Contains(t, page, "<title>What is learnt from &lt;b&gt;state.npz</title>")
	assert.Contains(t, page, "<strong>one image</strong></p><p>mined &amp; focal are alike</p>")
	assert.Contains(t, page, "<li>mined puts &lt;all&gt; on the hardest</li>")
	assert.Equal(t, 1, strings.Count(page, "<figure>"))
	assert.Contains(t, page, "What the strategies learn from")
}

// A page on paper has no bar to scroll by.
func TestNoTableOfAReplayIsWiderThanAPage(t *testing.T) {
	likeness := replay.Likeness{}
	for i := range 30 {
		likeness.Names = append(likeness.Names, fmt.Sprintf("loss %d", i))
		likeness.Top = append(likeness.Top, make([]*float64, 30))
	}
	var b bytes.Buffer
	require.NoError(t, WriteReplay(&b, &replay.Report{Path: "state.npz", Conclusion: []string{"one", "two"}, Classes: []string{"a", "background"}, Likeness: likeness}))
	wellFormed(t, b.String())
	for _, head := range strings.Split(b.String(), "<thead>")[1:] {
		head, _, _ = strings.Cut(head, "</thead>")
		assert.LessOrEqual(t, strings.Count(head, "<th"), 15)
	}
	assert.Equal(t, 3, strings.Count(b.String(), ">weighting</th>"), "30 columns are in three parts, each with the names")
	assert.Contains(t, b.String(), "<th>(30)</th>")
}

func TestEffectiveWeightsHaveALogarithmicAxis(t *testing.T) {
	svg := string(logDeciles("weights", []decileCurve{{values: []float64{0, 1e-9, 1e-3, 0.01, 0.1, 1, 1, 1, 1, 2}}}))
	for _, mark := range []string{">10<", ">1<", ">0.1<", ">0.0001<"} {
		assert.Contains(t, svg, mark)
	}
	assert.NotContains(t, svg, "1e-09", "no more than six powers")
	assert.NotContains(t, svg, "NaN")
	assert.NotContains(t, svg, "Inf")
	assert.NotContains(t, string(logDeciles("weights", []decileCurve{{values: make([]float64, 10)}})), "NaN")
}
