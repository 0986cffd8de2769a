package replay

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/dump"
	"detsample/bench/strategy"
	"detsample/losses"
	"detsample/sampling"
)

// state writes a training state of easy and some hard negatives, and rare
// positives.
func state(t *testing.T, classes int, link losses.Link, labelled bool) string {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, uint64(classes)))
	const images, anchors = 4, 1500
	columns := link.Columns(classes)
	logits := dump.Array{Name: "logits", Shape: []int{images, anchors, columns}}
	labels := dump.Array{Name: "labels", Shape: []int{images, anchors}}
	for range images * anchors {
		label := int64(-1)
		if rng.Float64() < 0.01 {
			label = rng.Int64N(int64(classes))
		}
		hard := rng.Float64() < 0.05
		for k := range columns {
			x := -4 + rng.NormFloat64()
			if hard && k == 0 || int64(k) == label {
				x += 3
			}
			if k == classes { // the background under softmax
				x = 1 + rng.NormFloat64()
			}
			logits.Float = append(logits.Float, float32(x))
		}
		labels.Int = append(labels.Int, label)
	}
	path := filepath.Join(t.TempDir(), "state.npz")
	arrays := []dump.Array{logits, {Name: "link", Text: link.String()}}
	if labelled {
		arrays = append(arrays, labels)
	} else {
		arrays = append(arrays,
			dump.Array{Name: "boxes", Shape: []int{anchors, 4}, Float: grid(anchors)},
			dump.Array{Name: "gt_boxes", Shape: []int{1, 4}, Float: []float32{0, 0, 10, 10}},
			dump.Array{Name: "gt_classes", Shape: []int{1}, Int: []int64{0}},
			dump.Array{Name: "gt_image", Shape: []int{1}, Int: []int64{2}})
	}
	require.NoError(t, dump.Write(path, arrays...))
	return path
}

// grid is boxes of 10 x 10 pixels, each a pixel right of the last.
func grid(n int) (boxes []float32) {
	for i := range n {
		boxes = append(boxes, float32(i), 0, float32(i)+10, 10)
	}
	return boxes
}

func strategies(t *testing.T, texts ...string) (list []strategy.Strategy) {
	t.Helper()
	for _, text := range texts {
		s, err := strategy.Parse("s.yaml", []byte(text))
		require.NoError(t, err)
		list = append(list, s)
	}
	return list
}

func ran(t *testing.T, path string, o Options) *Report {
	t.Helper()
	r, err := Run(context.Background(), path, o)
	require.NoError(t, err)
	_, err = json.Marshal(r)
	require.NoError(t, err)
	return r
}

const (
	plainCE = "name: ce\ndense: {sampler: all, cls: ce}\n"
	focal   = "name: focal\ndense: {sampler: all, cls: {type: focal, alpha: 0.25, gamma: 2}}\n"
	mined   = "name: ssd 3:1\ndense: {sampler: {type: hard_negative, ratio: 3}, cls: ce}\n"
	random  = "name: random\ndense: {sampler: {type: random, num: 64}, cls: {type: focal, alpha: 0.25, gamma: 2}}\n"
	two     = "name: two\nrpn: {sampler: {type: random, num: 64}}\nroi: {sampler: {type: ohem, num: 64}}\n"
)

func TestTheStrategiesOfAConfigurationAreReplayed(t *testing.T) {
	r := ran(t, state(t, 3, losses.Sigmoid, true), Options{Strategies: strategies(t, plainCE, focal, mined, random, two), Annotations: named("a", "b", "c")})
	var names []string
	for _, s := range r.Samplers {
		names = append(names, s.Name)
		sum := 0.0
		for _, d := range s.Gradient {
			sum += d.Total()
		}
		assert.InDelta(t, 1, sum, 1e-9, s.Name)
	}
	assert.Equal(t, []string{"ce", "focal", "ssd 3:1", "random"}, names)
	assert.Equal(t, []string{"left out, as the loss does not read the sigmoid logits of this dump: two (roi)"}, r.Notes)
	assert.Equal(t, []string{"a", "b", "c", "background"}, r.Classes)
	assert.Equal(t, r.Losses[0].Gradient, r.Samplers[0].Gradient, "cross entropy on all is the strategy ce")
	ssd := r.Samplers[2]
	assert.InDelta(t, 3*ssd.Positives, ssd.Negatives, 1e-9)
	assert.Greater(t, ssd.Gradient[9].Total(), 0.95, "what is mined is hard")
	assert.Less(t, r.Samplers[0].Gradient[9].Total(), 0.7)
}

// The loss of a strategy sees the sampled rows alone, as in training: what GHM
// makes of a row depends on which others there are.
func TestALossSeesWhatItsSamplerKeeps(t *testing.T) {
	path := state(t, 1, losses.Sigmoid, true)
	r := ran(t, path, Options{Strategies: strategies(t,
		"name: ghm on all\ndense: {sampler: all, cls: {type: ghm_c, bins: 30, momentum: 0}}\n",
		"name: ghm on few\ndense: {sampler: {type: random, num: 40}, cls: {type: ghm_c, bins: 30, momentum: 0}}\n")})
	d, err := dump.Load(path, dump.Options{})
	require.NoError(t, err)
	defer d.Close()
	whole, err := dump.Replay(d, dump.Plan{Losses: []dump.Loss{{Name: "ghm", Cls: losses.GHMC{Bins: 30}}}})
	require.NoError(t, err)
	for k, s := range whole.Losses[0].Gradient.Decile {
		assert.InDelta(t, s.Total(), r.Samplers[0].Gradient[k].Total(), 1e-6)
	}
	// By hand: GHM of the picked rows of one image after the other.
	few := strategies(t, "name: few\ndense: {sampler: {type: random, num: 40}}\n")[0]
	var source sampling.Source
	var m dump.Image
	var deciles [dump.Deciles]float64
	sum := 0.0
	for i := range d.Images {
		require.NoError(t, d.Read(&m, i))
		var picked sampling.Sample
		few.Dense.Sampler.Sample(&picked, &sampling.Candidates{GT: m.Class}, source.At(sampling.Key{Stage: sampling.StageRPN, Image: uint64(i)}))
		require.Len(t, picked.Index, 40)
		rows := picked.Index
		grad := make([]float32, len(m.Logits))
		losses.GHMC{Bins: 30}.Eval(grad, &losses.Batch{Logits: m.Logits, Columns: 1, Class: m.Class, Rows: rows})
		for _, c := range rows {
			g := math.Abs(float64(grad[c]))
			sum += g
			deciles[decileOf(r, &m, int(c))] += g
		}
	}
	for k := range deciles {
		assert.InDelta(t, deciles[k]/sum, r.Samplers[1].Gradient[k].Total(), 1e-5)
	}
}

// decileOf returns the decile of a candidate's difficulty, by the edges.
func decileOf(r *Report, m *dump.Image, c int) (k int) {
	p := 1 / (1 + math.Exp(-float64(m.Logits[c])))
	if m.Class[c] >= 0 {
		p = 1 - p
	}
	for k < dump.Deciles-1 && p >= r.Edges[k] {
		k++
	}
	return k
}

func TestTheStageOfATwoStageStrategyFollowsTheDump(t *testing.T) {
	all := strategies(t, focal, two)
	for _, c := range []struct {
		classes int
		link    losses.Link
		want    string
	}{
		{1, losses.Sigmoid, "focal, two (rpn)"},
		{3, losses.Sigmoid, "focal"},
		{3, losses.Softmax, "two (roi)"},
		{1, losses.Softmax, "focal, two (roi)"},
	} {
		r := ran(t, state(t, c.classes, c.link, true), Options{Strategies: all})
		var names []string
		for _, s := range r.Samplers {
			names = append(names, s.Name)
		}
		assert.Equal(t, c.want, strings.Join(names, ", "))
	}
	_, err := Run(context.Background(), state(t, 3, losses.Softmax, true), Options{Strategies: strategies(t, focal)})
	assert.ErrorContains(t, err, "no strategy of the configuration can be replayed on this dump: left out, as the loss does not read the softmax logits")
}

func TestTheFirstStrategysAssignerLabelsADumpWithoutLabels(t *testing.T) {
	path := state(t, 2, losses.Sigmoid, false)
	strict := ran(t, path, Options{Strategies: strategies(t, "name: strict\ndense: {assigner: {type: max_iou, pos_iou: 0.95, neg_iou: 0.4}}\n")})
	loose := ran(t, path, Options{Strategies: strategies(t, "name: loose\ndense: {assigner: {type: max_iou, pos_iou: 0.5, neg_iou: 0.4}}\n")})
	assert.Equal(t, 1, strict.Positives)
	assert.Equal(t, 4, loose.Positives, "up to 3 pixels off: an IoU of 7/13")
}

func TestTheConclusionNamesWhatIsAlikeAndWhereGradientsLie(t *testing.T) {
	r := ran(t, state(t, 3, losses.Sigmoid, true), Options{Strategies: strategies(t, plainCE, strings.Replace(plainCE, "name: ce", "name: again", 1), focal, mined, random)})
	text := strings.Join(r.Conclusion, "\n")
	assert.Contains(t, r.Conclusion[len(r.Conclusion)-1], "4 images, 6,000 candidates, ", "what was looked at comes last")
	assert.Regexp(t, `look at the same candidates \(80% or more of the heaviest 1% in common, and of the gradient by difficulty; about as many used\): .*ce.*again`, r.Conclusion[0])
	assert.Regexp(t, `ssd 3:1 puts \d+% of its gradient on negatives, (more than 99|9\d|100)% on the hardest tenth`, text)
	assert.Regexp(t, `Each on its own: .*random`, text)
}

func TestGroupsHoldOnlyWhatIsAlikePairwise(t *testing.T) {
	f := func(v float64) *float64 { return &v }
	// a and b are alike, b and c too, but not a and c; d is like none; e is unknown.
	r := &Report{Likeness: Likeness{Top: [][]*float64{
		{f(1), f(0.9), f(0.5), f(0), nil},
		{f(0.9), f(1), f(0.85), f(0), nil},
		{f(0.5), f(0.85), f(1), f(0), nil},
		{f(0), f(0), f(0), f(1), nil},
		{nil, nil, nil, nil, nil},
	}}}
	all := []weighting{{name: "a"}, {name: "b", at: 1}, {name: "c", at: 2}, {name: "d", at: 3}, {name: "e", at: 4}}
	assert.Equal(t, "Of the strategies, these look at the same candidates (80% or more of the heaviest 1% in common, and of the gradient by difficulty; about as many used): a and b. Each on its own: c, d and e.", r.sayAlike("strategies", all))
	assert.Equal(t, "No two strategies look at the same candidates; the most alike, a and c, have 50% of their heaviest 1% in common.", r.sayAlike("strategies", []weighting{all[0], all[2], all[3]}))
	assert.Equal(t, "All 2 strategies look at the same candidates: any two have 80% or more of the heaviest 1% in common, and of the gradient by difficulty, and use about as many.", r.sayAlike("strategies", all[:2]))
	assert.Equal(t, "No two strategies look at the same candidates.", r.sayAlike("strategies", all[3:]))
}

func TestManyWeightingsAreDescribedByTheirExtremes(t *testing.T) {
	var all []weighting
	for i := range 12 {
		all = append(all, weighting{name: string(rune('a' + i)), negatives: 0.1 * float64(i) / 1.1, hardest: 0.05 * float64(i)})
	}
	assert.Equal(t, []string{
		"Of the losses, l puts the most of its gradient on the hardest tenth of the candidates, 55%, and a the least, 0%.",
		"Objects have less than 5% of the gradient under l.",
		"The background has less than 5% of the gradient under a.",
	}, (&Report{}).sayGradient("losses", all))
	tied := &Report{Labels: Labels{Counts: [dump.Deciles]Divided{4: {Negatives: 8, Positives: 1}}}}
	assert.Equal(t, []string{
		"All candidates are equally hard, or nearly: none of them are said to be the hardest.",
		"Objects have less than 5% of the gradient under l.",
		"The background has less than 5% of the gradient under a.",
	}, tied.sayGradient("losses", all))
}

// Candidates that are equally hard stay together, so that the parts of which is
// said are not tenths and halves.
func TestPartsOfTheCandidatesAreThoseThatThereAre(t *testing.T) {
	gradient := [dump.Deciles]Divided{2: {Negatives: 0.25}, 7: {Negatives: 0.5, Positives: 0.25}}
	says := func(counts [dump.Deciles]Divided) string {
		r := &Report{Samplers: []Sampler{{Name: "ohem", Gradient: gradient}}, Strategies: true, Images: 1, Labels: Labels{Candidates: 10, Negatives: 10, Counts: counts}}
		return conclude(r)[0]
	}
	assert.Equal(t, "ohem puts 75% of its gradient on negatives, 75% on the hardest 40% of the candidates and 25% on the easiest 60%.",
		says([dump.Deciles]Divided{2: {Negatives: 6}, 7: {Negatives: 3, Positives: 1}}))
	assert.Equal(t, "ohem puts 75% of its gradient on negatives, 75% on the hardest tenth of the candidates and 25% on the easiest half.",
		says([dump.Deciles]Divided{2: {Negatives: 5}, 5: {Negatives: 4}, 7: {Negatives: 1}}))
	assert.Equal(t, "ohem puts 75% of its gradient on negatives and 75% on the hardest 30% of the candidates.",
		says([dump.Deciles]Divided{6: {Negatives: 7}, 7: {Negatives: 3}}), "none of them is in the easier half")
	assert.Equal(t, "ohem puts 75% of its gradient on negatives.", says([dump.Deciles]Divided{7: {Negatives: 9, Positives: 1}}))
}

func TestEveryRegisteredLossAndSamplerIsReplayedWithoutAConfiguration(t *testing.T) {
	last := 0.0
	r := ran(t, state(t, 2, losses.Sigmoid, true), Options{Progress: func(done float64) {
		assert.GreaterOrEqual(t, done, last)
		last = done
	}})
	assert.InDelta(t, 1, last, 1e-9)
	assert.Greater(t, len(r.Losses), 5)
	assert.Greater(t, len(r.Samplers), 5)
	assert.GreaterOrEqual(t, len(r.Conclusion), 5)
}

func TestAnInterruptedReplayEndsAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Run(ctx, "nothing.npz", Options{})
	assert.Error(t, err)
}

func TestASingleStrategyIsLikeNoOther(t *testing.T) {
	r := ran(t, state(t, 2, losses.Sigmoid, true), Options{Strategies: strategies(t, focal)})
	assert.Len(t, r.Conclusion, 2)
	assert.NotContains(t, strings.Join(r.Conclusion, " "), "look at the same")
}

func TestWhatLearnsFromTheEasyIsDescribedToo(t *testing.T) {
	r := &Report{Samplers: []Sampler{
		{Name: "easy", Gradient: [dump.Deciles]Divided{0: {Negatives: 0.9}, 9: {Positives: 0.1}}},
		{Name: "nothing"},
		{Name: "middle", Gradient: [dump.Deciles]Divided{6: {Negatives: 1}}},
	}, Likeness: Likeness{Top: [][]*float64{{nil, nil, nil}, {nil, nil, nil}, {nil, nil, nil}}}, Strategies: true, Images: 1, Labels: Labels{Candidates: 3, Negatives: 3}}
	assert.Equal(t, []string{
		"No two strategies look at the same candidates.",
		"easy puts 90% of its gradient on negatives, 10% on the hardest tenth of the candidates and 90% on the easiest half.",
		"middle puts 100% of its gradient on negatives, 0% on the hardest tenth of the candidates and 0% on the easiest half.",
		"Objects have less than 5% of the gradient under middle.",
		"1 image, 3 candidates, none of them with an object.",
	}, conclude(r))
}
