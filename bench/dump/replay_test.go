package dump

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

func TestFocalWithoutFocusIsCrossEntropyAndWeighsEveryCandidateOne(t *testing.T) {
	d := loaded(t, Options{}, trained(3, 500, 3, losses.Sigmoid)...)
	r := replayed(t, d, Plan{Losses: []Loss{
		{"ce", losses.CE{}}, {"flat", losses.Focal{Alpha: -1, Gamma: 0}}, {"quarter", losses.Focal{Alpha: 0.25, Gamma: 0}}, {"focal", losses.Focal{Alpha: 0.25, Gamma: 2}},
	}})
	ones := Split{1, 1}
	for _, l := range r.Losses[:2] {
		assert.Equal(t, ones, l.Mean, l.Name)
		assert.Zero(t, l.Flat)
		for k, w := range l.Weight {
			for kind, n := range map[float64]float64{w.Positives: r.Counts[k].Positives, w.Negatives: r.Counts[k].Negatives} {
				if n > 0 {
					assert.Equal(t, 1.0, kind, "decile %d", k)
				}
			}
		}
	}
	assert.Equal(t, r.Losses[0].Loss, r.Losses[1].Loss)
	assert.Equal(t, r.Losses[0].Gradient, r.Losses[1].Gradient)
	assert.InDelta(t, 0.75, r.Losses[2].Weight[0].Negatives, 1e-6)
	focal := r.Losses[3]
	assert.Less(t, focal.Weight[0].Negatives, 0.05*focal.Weight[9].Negatives, "easy negatives fade")
	assert.Equal(t, 1.0, r.Similar.Spearman[0][1])
	assert.Equal(t, 1.0, r.Similar.Top[0][1])
}

func TestMassesAreSharesOfEveryCandidate(t *testing.T) {
	for _, link := range []losses.Link{losses.Sigmoid, losses.Softmax} {
		d := loaded(t, Options{}, trained(4, 300, 2, link)...)
		for _, by := range []Difficulty{ByProbability, ByLoss} {
			plan := AllOf(d)
			plan.Difficulty = by
			r := replayed(t, d, plan)
			assert.Equal(t, 1200, r.Candidates+r.Ignored)
			assert.Equal(t, r.Candidates, r.Positives+r.Negatives)
			total := Split{}
			for k, n := range r.Counts {
				total.merge(n)
				assert.InDelta(t, float64(r.Candidates)/10, n.Total(), 3, "decile %d", k)
			}
			assert.Equal(t, Split{float64(r.Positives), float64(r.Negatives)}, total)
			assert.True(t, slices.IsSorted(r.Edges[:]))
			for _, l := range r.Losses {
				for _, m := range []Mass{l.Loss, l.Gradient} {
					deciles, classes := 0.0, 0.0
					for _, s := range m.Decile {
						deciles += s.Total()
					}
					for _, c := range m.Classes {
						classes += c
					}
					assert.InDelta(t, 1, deciles, 1e-9, l.Name)
					assert.InDelta(t, 1, classes, 1e-9, l.Name)
				}
				assert.InDelta(t, m0(l), l.Loss.Classes[2], 1e-9, "the background is the negatives")
			}
			for _, s := range r.Samplers {
				assert.Equal(t, s.Picked, s.Positives+s.Negatives, s.Name)
				if s.Name == "all" {
					assert.Equal(t, r.Candidates, s.Picked)
					for _, m := range s.Mass {
						assert.InDelta(t, 1, m, 1e-9)
					}
				}
			}
		}
	}
}

// m0 returns the negatives' share of a loss.
func m0(l LossResult) float64 {
	sum := 0.0
	for _, s := range l.Loss.Decile {
		sum += s.Negatives
	}
	return sum
}

func TestAWeightingIsLikeItself(t *testing.T) {
	d := loaded(t, Options{}, trained(3, 400, 1, losses.Sigmoid)...)
	r := replayed(t, d, AllOf(d))
	names := r.Similar.Names
	assert.Equal(t, []string{"adaboost", "logitboost"}, names[len(names)-2:])
	at := func(name string) int { return slices.Index(names, name) }
	for a, name := range names {
		assert.Equal(t, 1.0, r.Similar.Spearman[a][a], name)
		assert.Equal(t, 1.0, r.Similar.Top[a][a], name)
		for b := range names {
			assert.Equal(t, r.Similar.Spearman[a][b], r.Similar.Spearman[b][a])
			assert.Equal(t, r.Similar.Top[a][b], r.Similar.Top[b][a])
			assert.LessOrEqual(t, math.Abs(r.Similar.Spearman[a][b]), 1+1e-9)
		}
	}
	for _, same := range []string{"softmax_ce", "adaboost", "all"} { // all fall with the margin
		assert.InDelta(t, 1, r.Similar.Spearman[at("ce")][at(same)], 1e-6, same)
	}
	assert.Less(t, r.Similar.Spearman[at("ce")][at("ohem")], 0.9)
	assert.Equal(t, 1.0, r.Similar.Top[at("ce")][at("ohem")], "what OHEM keeps is the hardest")
}

func TestOHEMPicksWhatSamplingPicks(t *testing.T) {
	const images, n, classes = 4, 400, 3
	arrays := trained(images, n, classes, losses.Sigmoid)
	d := loaded(t, Options{}, arrays...)
	for _, ohem := range []sampling.OHEM{{Num: 32}, {Num: 50, NMSIoU: 0.5}, {Num: 40, PerBatch: true}} {
		for _, batch := range []int{1, 3} {
			p := Plan{Losses: []Loss{{"focal", losses.Focal{Alpha: 0.25, Gamma: 2}}}, Samplers: []Sampler{{Name: "ohem", Sampler: ohem}}, Batch: batch}.withDefaults()
			r := newReplay(d, p)
			require.NoError(t, r.sort())
			w := newWorker(r)
			for i := range r.batches {
				require.NoError(t, w.work(i))
				var c []sampling.Candidates
				var keys []sampling.Key
				for m := i * batch; m < min(images, (i+1)*batch); m++ {
					class := make([]int32, n)
					for a := range class {
						class[a] = int32(arrays[1].Int[m*n+a])
					}
					hardness := make([]float32, n)
					losses.Hardness(hardness, losses.CE{}, &losses.Batch{Logits: arrays[0].Float[m*n*classes : (m+1)*n*classes], Columns: classes, Class: class})
					boxes := make([]anchors.Box, n)
					for a := range boxes {
						boxes[a] = anchors.Box(arrays[2].Float[4*a : 4*a+4])
					}
					c = append(c, sampling.Candidates{GT: class, Hardness: hardness, Box: boxes})
					keys = append(keys, sampling.Key{Image: uint64(m)})
				}
				want := make([]sampling.Sample, len(c))
				ohem.SampleBatch(want, c, keys, nil)
				for m := range c {
					assert.Equal(t, want[m].Index, w.samples[0][m].Index)
				}
			}
		}
	}
}

func TestTheMassOfPicksIsTheirGradientOfTheLoss(t *testing.T) {
	d := loaded(t, Options{}, trained(3, 400, 1, losses.Sigmoid)...)
	r := replayed(t, d, Plan{
		Losses:   []Loss{{"ce", losses.CE{}}, {"focal", losses.Focal{Alpha: 0.25, Gamma: 2}}},
		Samplers: []Sampler{{Name: "ssd", Sampler: sampling.HardNegative{Ratio: 3}}, {Name: "mined by focal", Sampler: sampling.HardNegative{Ratio: 3}, Cls: losses.Focal{Alpha: -1, Gamma: 2}}},
	})
	ssd := r.Samplers[0]
	assert.Equal(t, r.Positives, ssd.Positives)
	assert.Equal(t, 3.0, ssd.Ratio)
	assert.Greater(t, ssd.Mass[1], ssd.Mass[0], "focal's weight lies where 3:1 picks, more than cross entropy's")
	assert.Less(t, ssd.Mass[1], 1.0)
	assert.Equal(t, ssd.Mass, r.Samplers[1].Mass, "both losses order alike")
	picks := 0.0
	for _, k := range ssd.Decile {
		picks += k.Total()
	}
	assert.Equal(t, float64(ssd.Picked), picks)
}

func TestAnyNumberOfWorkersGivesTheSameBits(t *testing.T) {
	d := loaded(t, Options{}, trained(7, 200, 1, losses.Sigmoid)...)
	for _, batch := range []int{1, 2} {
		plan := AllOf(d)
		plan.Batch, plan.Compared = batch, 500
		var texts []string
		for _, workers := range []int{1, 2, 5} {
			plan.Workers = workers
			texts = append(texts, fmt.Sprintf("%+v", *replayed(t, d, plan)))
		}
		assert.Equal(t, texts[0], texts[1])
		assert.Equal(t, texts[0], texts[2])
		assert.Contains(t, texts[0], "similarity is that of")
	}
}

func TestWithOneClassSigmoidAndSoftmaxAreTheSameState(t *testing.T) {
	sigmoid := trained(2, 300, 1, losses.Sigmoid)
	two := Array{Name: "logits", Shape: []int{2, 300, 2}}
	for _, x := range sigmoid[0].Float {
		two.Float = append(two.Float, x+1, 1)
	}
	plan := Plan{Losses: []Loss{{"ce", losses.CE{}}, {"softmax", losses.SoftmaxCE{}}, {"focal", losses.Focal{Alpha: 0.25, Gamma: 2}}}}
	a := replayed(t, loaded(t, Options{}, sigmoid...), plan)
	b := replayed(t, loaded(t, Options{}, with(sigmoid, two, Array{Name: "link", Text: "softmax"})...), plan)
	for l := range plan.Losses {
		assert.InEpsilon(t, a.Losses[l].Loss.Sum, b.Losses[l].Loss.Sum, 1e-5)
		assert.InEpsilon(t, a.Losses[l].Gradient.Sum, b.Losses[l].Gradient.Sum, 1e-5)
	}
	assert.InEpsilon(t, a.Losses[0].Loss.Sum, a.Losses[1].Loss.Sum, 1e-5)
	assert.InEpsilon(t, math.Sqrt2*a.Losses[0].Gradient.Sum, a.Losses[1].Gradient.Sum, 1e-5, "two columns share it")
}

func TestMeasuredCandidatesAddUpToTheReplay(t *testing.T) {
	d := loaded(t, Options{}, trained(3, 100, 2, losses.Sigmoid)...)
	focal := losses.Focal{Alpha: 0.25, Gamma: 2}
	var loss, gradient float64
	for i := range d.Images {
		l, g, err := d.Measure(focal, i)
		require.NoError(t, err)
		for c := range l {
			loss, gradient = loss+float64(l[c]), gradient+float64(g[c])
		}
	}
	r := replayed(t, d, Plan{Losses: []Loss{{"focal", focal}}})
	assert.InEpsilon(t, r.Losses[0].Loss.Sum, loss, 1e-9)
	assert.InEpsilon(t, r.Losses[0].Gradient.Sum, gradient, 1e-9)
	_, _, err := d.Measure(losses.SoftmaxCE{}, 0)
	assert.ErrorContains(t, err, "reads softmax logits")
}

// nearMiss is a sampler of a user's own, which keeps the negatives that overlap
// an object.
type nearMiss struct{}

func (nearMiss) Needs() sampling.Need { return sampling.NeedIoU }

func (nearMiss) Sample(dst *sampling.Sample, c *sampling.Candidates, _ *rand.Rand) {
	pos, neg := dst.Split(c)
	dst.Keep(pos, slices.DeleteFunc(neg, func(i int32) bool { return c.IoU[i] < 0.05 }))
}

// declares keeps every candidate, and reads what it needs not.
type declares sampling.Need

func (d declares) Needs() sampling.Need { return sampling.Need(d) }

func (d declares) Sample(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand) {
	sampling.All{}.Sample(dst, c, rng)
}

func TestASamplerThatReadsIoUIsReplayedOnTheDumpsOwn(t *testing.T) {
	d := loaded(t, Options{}, with(trained(2, 200, 3, losses.Sigmoid), Array{Name: "labels"},
		Array{Name: "gt_boxes", Shape: []int{2, 4}, Float: []float32{20, 20, 40, 40, 60, 50, 80, 75}},
		Array{Name: "gt_classes", Shape: []int{2}, Int: []int64{0, 2}}, Array{Name: "gt_image", Shape: []int{2}, Int: []int64{0, 1}})...)
	r := replayed(t, d, Plan{Samplers: []Sampler{{Name: "near", Sampler: nearMiss{}}}})
	positives, negatives := 0, 0
	for i := range d.Images {
		var m Image
		require.NoError(t, d.Read(&m, i))
		for k, g := range m.GT {
			switch {
			case g >= 0:
				positives++
			case g == anchors.Negative && m.IoU[k] >= 0.05:
				negatives++
			}
		}
	}
	assert.NotZero(t, negatives)
	assert.Equal(t, positives, r.Samplers[0].Positives)
	assert.Equal(t, negatives, r.Samplers[0].Negatives)
}

func TestWhatDoesNotFitTheDumpIsRefused(t *testing.T) {
	d := loaded(t, Options{}, with(trained(1, 50, 3, losses.Sigmoid), Array{Name: "boxes"})...)
	_, err := Replay(d, Plan{Losses: []Loss{{"softmax_ce", losses.SoftmaxCE{}}}})
	assert.ErrorContains(t, err, "loss softmax_ce reads softmax logits, and the dump has sigmoid logits of 3 classes")
	_, err = Replay(d, Plan{Losses: []Loss{{"weighted", losses.CE{ClassWeight: []float64{1, 2}}}}})
	assert.EqualError(t, err, "dump: loss weighted: class_weight: it has 2, and the classes are 3: expected 3, one for each class, or none")
	for want, s := range map[string]sampling.Sampler{
		"reads boxes, which this dump does not hold: write boxes":            sampling.OHEM{Num: 8, NMSIoU: 0.5},
		"reads predicted boxes, which this dump does not hold: write deltas": sampling.NewScoreHLR(8, 0.5),
		"reads IoU, which this dump does not hold: write gt_boxes":           sampling.NewCombined(8, 0.5),
		"reads IoU, which this dump":                                         nearMiss{},
		"reads ground truth, which this dump":                                declares(sampling.NeedTruth),
		"sampler hard_negative: ratio and min_negatives are both 0":          sampling.HardNegative{},
		"declares need 0x8000":                                               declares(1 << 15),
		"reads hardness, which ghm_c does not give":                          sampling.OHEM{Num: 8},
		"it has no Sampler":                                                  nil,
	} {
		sampler := Sampler{Name: "it", Sampler: s}
		if strings.Contains(want, "ghm_c") {
			sampler.Cls = losses.GHMC{Bins: 10}
		}
		if s == nil {
			want = `sampler "it" has no Sampler`
		}
		_, err := Replay(d, Plan{Samplers: []Sampler{sampler}})
		assert.ErrorContains(t, err, want)
	}
	ignored := make([]int64, 50)
	for i := range ignored {
		ignored[i] = int64(anchors.Ignored)
	}
	_, err = tryLoad(t, Options{}, with(trained(1, 50, 3, losses.Sigmoid), Array{Name: "labels", Shape: []int{50}, Int: ignored})...)
	assert.ErrorContains(t, err, "no candidate is background under label map detsample: 0 have a class and 50 are ignored")
}

func TestAReplaysMemoryDoesNotGrowWithTheImages(t *testing.T) {
	if testing.Short() {
		t.Skip("is about memory")
	}
	memory := func(images int) uint64 {
		d := loaded(t, Options{}, trained(images, 2000, 1, losses.Sigmoid)...)
		plan := AllOf(d)
		plan.Workers, plan.Compared = 1, 1000
		return allocated(func() { replayed(t, d, plan) })
	}
	few, many := memory(4), memory(24)
	assert.Less(t, (many-few)/20, uint64(1<<16), "bytes allocated for an image, most to read pieces of it, of two passes")
}

func TestStarvationIsCounted(t *testing.T) {
	arrays := trained(6, 500, 1, losses.Sigmoid)
	d := loaded(t, Options{}, arrays...)
	r := replayed(t, d, Plan{Samplers: []Sampler{{Name: "random", Sampler: sampling.NewRandom(256, 0.5)}, {Name: "all", Sampler: sampling.All{}}}})
	assert.Equal(t, 6, r.Samplers[0].Scarcity.Images)
	assert.Positive(t, r.Samplers[0].Scarcity.FewPositives, "of 128 positives asked for some 10 are there")
	assert.Zero(t, r.Samplers[1].Scarcity.FewPositives)
	assert.Equal(t, 6*256, r.Samplers[0].Picked)
}
