package replay

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/dump"
)

// laidOut writes a state over a pyramid's anchors with ground truth, and labels if
// they are asked for.
func laidOut(t *testing.T, others ...dump.Array) string {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	const images, anchors = 2, 16*16 + 8*8
	logits := dump.Array{Name: "logits", Shape: []int{images, anchors, 1}}
	for range images * anchors {
		logits.Float = append(logits.Float, float32(-3+rng.NormFloat64()))
	}
	path := filepath.Join(t.TempDir(), "state.npz")
	require.NoError(t, dump.Write(path, append([]dump.Array{
		logits,
		{Name: "anchor_strides", Shape: []int{2}, Float: []float32{8, 16}}, {Name: "anchor_sizes", Shape: []int{2, 1}, Float: []float32{24, 48}},
		{Name: "anchor_ratios", Shape: []int{1}, Float: []float32{1}}, {Name: "image_size", Shape: []int{2}, Float: []float32{128, 128}},
		{Name: "gt_boxes", Shape: []int{3, 4}, Float: []float32{10, 12, 40, 45, 60, 60, 100, 110, 20, 70, 55, 95}},
		{Name: "gt_image", Shape: []int{3}, Int: []int64{0, 0, 1}},
	}, others...)...))
	return path
}

const (
	byIoU  = "name: iou\ndense: {sampler: all, cls: ce}\n"
	byATSS = "name: near\ndense: {assigner: atss, sampler: all, cls: ce}\n"
	byMore = "name: loose\ndense: {assigner: {type: max_iou, pos_iou: 0.3, neg_iou: 0.3}, sampler: all, cls: ce}\n"
)

// What a strategy learns is the same whichever are beside it, and before it.
func TestEachStrategyGoesByItsOwnAssigner(t *testing.T) {
	path := laidOut(t)
	texts := map[string]string{"iou": byIoU, "near": byATSS, "loose": byMore}
	positives := map[float64]bool{}
	for _, order := range [][]string{{"iou", "near", "loose"}, {"loose", "near", "iou"}} {
		var list []string
		for _, name := range order {
			list = append(list, texts[name])
		}
		r := ran(t, path, Options{Strategies: strategies(t, list...)})
		require.Len(t, r.Samplers, 3)
		require.Len(t, r.Others, 2)
		for i, s := range r.Samplers {
			alone := ran(t, path, Options{Strategies: strategies(t, texts[order[i]])})
			assert.Equal(t, order[i], s.Name)
			assert.Equal(t, alone.Labels, *r.labelled(s.Labels))
			want := alone.Samplers[0]
			assert.Equal(t, want.Assigner, r.labelled(s.Labels).By)
			want.Labels, want.Mass = s.Labels, s.Mass
			assert.Equal(t, want, s)
			positives[s.Positives] = true
		}
		v, ok := r.Likeness.Pair("iou", "loose")
		require.True(t, ok)
		assert.Less(t, v, 1.0)
		assert.Empty(t, r.Unasked)
	}
	assert.Len(t, positives, 3)
}

func TestTheConclusionSaysWhichLabelsAreWhose(t *testing.T) {
	again := strings.Replace(byIoU, "name: iou", "name: again", 1)
	r := ran(t, laidOut(t), Options{Strategies: strategies(t, byIoU, byATSS, again)})
	assert.Contains(t, r.Conclusion[0], "look at the same candidates")
	assert.Equal(t, fmt.Sprintf("Each strategy's own assigner labels the candidates, of which %d are not labelled alike by all: positives, negatives and difficulty are each strategy's own.", r.Unlike), r.Conclusion[1])
	assert.NotZero(t, r.Unlike)
	last := r.Conclusion[len(r.Conclusion)-2:]
	for i, want := range []struct {
		who string
		l   *Labels
	}{{"iou and again, labelled by max_iou", &r.Labels}, {"near, labelled by atss", &r.Others[0]}} {
		assert.Equal(t, fmt.Sprintf("%s: 2 images, %d candidates, %d of them with an object: %.3g negatives for each.",
			want.who, want.l.Candidates, want.l.Positives, float64(want.l.Negatives)/float64(want.l.Positives)), last[i])
	}
	strategies := r.Tables()[0]
	assert.Equal(t, []string{"near", "atss", fmt.Sprint(float64(r.Others[0].Positives) / 2)}, strategies.Rows[1][:3])
	assert.Equal(t, "labelled\npositive", strategies.Columns[2].Head)
	for _, row := range strategies.Rows {
		assert.Len(t, row, len(strategies.Columns))
	}
}

func TestStrategiesOfOneAssignerAreToldOfNoOther(t *testing.T) {
	r := ran(t, laidOut(t), Options{Strategies: strategies(t, byIoU, strings.Replace(byIoU, "name: iou", "name: again", 1))})
	assert.Empty(t, r.Others)
	assert.NotContains(t, strings.Join(r.Conclusion, "\n"), "assigner")
	assert.Equal(t, "strategy", r.Tables()[0].Columns[0].Head)
	assert.Equal(t, "positives", r.Tables()[0].Columns[1].Head)
}

// With labels of its own a dump is labelled by no assigner, which is said where
// that hides how strategies differ.
func TestLabelsOfTheDumpForDifferingAssignersAreSaid(t *testing.T) {
	labels := dump.Array{Name: "labels", Shape: []int{2, 320}, Int: make([]int64, 640)}
	for i := range labels.Int {
		labels.Int[i] = -1
	}
	labels.Int[33], labels.Int[400] = 0, 0
	path := laidOut(t, labels)
	said := "The labels are the dump's for all strategies, whose assigners differ and are not asked: max_iou of iou, atss of near and max_iou of loose. Of a dump with gt_boxes in place of labels, each strategy's own labels the candidates."
	r := ran(t, path, Options{Strategies: strategies(t, byIoU, byATSS, byMore)})
	assert.Equal(t, said, r.Conclusion[1])
	assert.Equal(t, []string{"max_iou of iou", "atss of near", "max_iou of loose"}, r.Unasked)
	assert.Equal(t, "dump", r.By)
	assert.Empty(t, r.Others)
	assert.Equal(t, "atss", r.Samplers[1].Assigner)

	r = ran(t, path, Options{Strategies: strategies(t, byIoU, byMore)})
	assert.Equal(t, []string{"max_iou of iou", "max_iou of loose"}, r.Unasked, "of one name, with other thresholds")
	r = ran(t, path, Options{Strategies: strategies(t, byIoU, strings.Replace(byIoU, "cls: ce", "cls: focal", 1))})
	assert.Empty(t, r.Unasked)
}

// A strategy whose assigner the dump cannot serve is left out, the first as well,
// and not labelled by another's.
func TestAStrategyWhoseAssignerLacksSomethingIsLeftOut(t *testing.T) {
	path := state(t, 1, 0, false)
	r := ran(t, path, Options{Strategies: strategies(t, byATSS, byIoU)})
	require.Len(t, r.Samplers, 1)
	assert.Equal(t, "iou", r.Samplers[0].Name)
	assert.Equal(t, "max_iou", r.By)
	assert.Equal(t, []string{"near is left out: assigner atss of near needs to know the anchors' levels, which this dump does not hold: write anchor_strides, anchor_sizes, anchor_ratios and image_size in place of boxes"}, r.Notes)
	_, err := Run(context.Background(), path, Options{Strategies: strategies(t, byATSS)})
	assert.ErrorContains(t, err, "no strategy of the configuration can be replayed on this dump: near is left out: assigner atss of near needs to know the anchors' levels")
}

// The hardest tenth of one strategy is not that of another whose labels differ.
func TestPartsOfTheCandidatesAreThoseUnderTheStrategysLabels(t *testing.T) {
	gradient := [dump.Deciles]Divided{4: {Negatives: 0.5}, 9: {Positives: 0.5}}
	r := &Report{
		Strategies: true, Images: 1, Unlike: 1,
		Labels:   Labels{By: "max_iou", Candidates: 10, Positives: 1, Negatives: 9, Counts: [dump.Deciles]Divided{4: {Negatives: 9}, 9: {Positives: 1}}},
		Others:   []Labels{{By: "atss", Candidates: 10, Positives: 4, Negatives: 6, Counts: [dump.Deciles]Divided{4: {Negatives: 6}, 8: {Positives: 4}}}, {By: "point", Candidates: 10, Negatives: 10, Counts: [dump.Deciles]Divided{4: {Negatives: 10}}}},
		Samplers: []Sampler{{Name: "a", Gradient: gradient}, {Name: "b", Labels: 1, Gradient: [dump.Deciles]Divided{4: {Negatives: 0.5}, 8: {Positives: 0.5}}}, {Name: "c", Labels: 2, Gradient: gradient}},
		Likeness: Likeness{Top: [][]*float64{{nil, nil, nil}, {nil, nil, nil}, {nil, nil, nil}}},
	}
	text := strings.Join(conclude(r), "\n")
	assert.Contains(t, text, "of which 1 is not labelled alike by all")
	assert.Contains(t, text, "a puts 50% of its gradient on negatives, 50% on the hardest tenth of the candidates and 50% on the easiest 90%.")
	assert.Contains(t, text, "b puts 50% of its gradient on negatives, 50% on the hardest 40% of the candidates and 50% on the easiest 60%.")
	assert.Contains(t, text, "c puts 50% of its gradient on negatives.")
	assert.Contains(t, text, "Under c all candidates are equally hard, or nearly")
	assert.Contains(t, text, "c, labelled by point: 1 image, 10 candidates, none of them with an object.")
	var many []weighting
	for i := range 9 {
		many = append(many, weighting{name: fmt.Sprint("s", i), labels: i % 2, hardest: float64(i) / 10, negatives: 0.5})
	}
	assert.Equal(t, []string{"Of the strategies, s8 puts the most of its gradient on the candidates that are the hardest by its own labels, 80%, and s0 the least, 0%."}, r.sayGradient("strategies", many))
}
