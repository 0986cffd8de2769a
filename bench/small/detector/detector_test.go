package detector

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/small/nn"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

func TestEqualSeedsGiveEqualBits(t *testing.T) {
	forEveryDetector(t, func(t *testing.T, untrained func(uint64) Detector) {
		a, b, other := untrained(1), untrained(1), untrained(2)
		x, y := trainBriefly(a, 1), trainBriefly(b, 1)
		assert.Equal(t, x, y)
		assert.NotEqual(t, x, trainBriefly(other, 1), "weights follow from the seed")
		assert.True(t, reflect.DeepEqual(weights(a), weights(b)))
	})
}

func TestTheKeyDecidesWhatIsSampled(t *testing.T) {
	step := func(key uint64) [][]float32 {
		d := twoStage(1)
		d.Step(images(1, 2), sampling.Key{Seed: key})
		return gradients(d)
	}
	assert.True(t, reflect.DeepEqual(step(1), step(1)))
	assert.False(t, reflect.DeepEqual(step(1), step(2)))
}

// trainBriefly returns the losses of a few steps, and at last the gradients.
func trainBriefly(d Detector, seed uint64) (losses []float64) {
	adam := nn.NewAdam(d.Params(), nn.DefaultAdam())
	for step := range uint64(4) {
		for _, s := range d.Step(images(4*step, 3), sampling.Key{Seed: seed, Step: step}) {
			losses = append(losses, s.Cls, s.Box)
		}
		adam.Step(0.01)
	}
	return losses
}

func weights(d Detector) [][]float32 {
	var all [][]float32
	for _, p := range d.Params() {
		all = append(all, p.Value)
	}
	return all
}

func TestDetectLeavesStepAlone(t *testing.T) {
	forEveryDetector(t, func(t *testing.T, untrained func(uint64) Detector) {
		a, b := untrained(1), untrained(1)
		trainBriefly(a, 1)
		trainBriefly(b, 1)
		b.Detect(make([][]anchors.Detection, 5), images(70, 5))
		a.Step(images(9, 2), sampling.Key{Seed: 3})
		b.Step(images(9, 2), sampling.Key{Seed: 3})
		assert.True(t, reflect.DeepEqual(gradients(a), gradients(b)))
	})
}

func TestAStepForgetsTheOneBefore(t *testing.T) {
	forEveryDetector(t, func(t *testing.T, untrained func(uint64) Detector) {
		a, b := untrained(1), untrained(1)
		b.Step(images(50, 3), sampling.Key{Seed: 4})
		gradients(b)
		a.Step(images(9, 2), sampling.Key{Seed: 3})
		b.Step(images(9, 2), sampling.Key{Seed: 3})
		assert.True(t, reflect.DeepEqual(gradients(a), gradients(b)))
	})
}

func TestLossIsStepsWithoutGradients(t *testing.T) {
	forEveryDetector(t, func(t *testing.T, untrained func(uint64) Detector) {
		a, b := untrained(1), untrained(1)
		key := sampling.Key{Seed: 3}
		assert.Equal(t, slices.Clone(a.Step(images(9, 2), key)), slices.Clone(b.Loss(images(9, 2), key)))
		for _, p := range b.Params() {
			require.Equal(t, make([]float32, len(p.Grad)), p.Grad, p.Name)
		}
	})
}

func TestTheDetectorFillsInTheStageAndTheImage(t *testing.T) {
	dense := rpn.OneStage()
	dense.Sampler = sampling.NewRandom(16, 0.5)
	for name, d := range map[string]Detector{
		"one-stage": NewOneStage(tiny(), dense, classes, rand.New(rand.NewPCG(1, 0))), "two-stage": twoStage(1),
	} {
		d.Step(images(1, 2), sampling.Key{Seed: 1})
		plain := gradients(d)
		d.Step(images(1, 2), sampling.Key{Seed: 1, Stage: 99, Image: 7})
		assert.True(t, reflect.DeepEqual(plain, gradients(d)), name)
	}
}

func TestStepAddsToTheGradients(t *testing.T) {
	d := oneStage(1)
	d.Step(images(1, 2), sampling.Key{})
	once := gradients(d)
	d.Step(images(1, 2), sampling.Key{})
	d.Step(images(1, 2), sampling.Key{})
	for i, twice := range gradients(d) {
		for k, v := range twice {
			require.InDelta(t, 2*once[i][k], v, 1e-5)
		}
	}
}

func TestDetectionsDoNotDependOnTheBatch(t *testing.T) {
	forEveryDetector(t, func(t *testing.T, untrained func(uint64) Detector) {
		d := untrained(1)
		trainBriefly(d, 1)
		b := images(20, 8)
		together := make([][]anchors.Detection, 8)
		d.Detect(together, b)
		found := 0
		for i := range b.Images {
			alone := make([][]anchors.Detection, 1)
			d.Detect(alone, Batch{Width: side, Height: side, Images: b.Images[i : i+1]})
			require.Equal(t, together[i], alone[0])
			found += len(alone[0])
		}
		assert.NotZero(t, found)
	})
}

func TestDetectionsAreOrderedCappedAndWithinTheImage(t *testing.T) {
	forEveryDetector(t, func(t *testing.T, untrained func(uint64) Detector) {
		d := untrained(1)
		trainBriefly(d, 1)
		dst := [][]anchors.Detection{{{Score: 7}}}
		d.Detect(dst, images(3, 1))
		require.Greater(t, len(dst[0]), 1)
		assert.Equal(t, float32(7), dst[0][0].Score, "detections are appended")
		assert.LessOrEqual(t, len(dst[0]), 1+tiny().Detections)
		for i, f := range dst[0][1:] {
			assert.LessOrEqual(t, f.Score, dst[0][i].Score)
			assert.Equal(t, f.Box, f.Box.Clip(side, side))
			assert.Less(t, f.Class, int32(classes))
			assert.GreaterOrEqual(t, f.Score, float32(tiny().MinScore))
		}
	})
}

func TestAWarmDetectorAllocatesNothing(t *testing.T) {
	forEveryDetector(t, func(t *testing.T, untrained func(uint64) Detector) {
		d, b, dst := untrained(1), images(1, 3), make([][]anchors.Detection, 3)
		warm := func(f func()) float64 {
			for range 3 {
				f()
			}
			return testing.AllocsPerRun(5, f)
		}
		assert.Zero(t, warm(func() { d.Step(b, sampling.Key{Seed: 1}) }), "Step")
		assert.Zero(t, warm(func() {
			for n := range dst {
				dst[n] = dst[n][:0]
			}
			d.Detect(dst, b)
		}), "Detect")
	})
}

func TestStrategiesShareTheTrunksWeights(t *testing.T) {
	dense := func(cls losses.Cls) Detector {
		c := rpn.OneStage()
		c.Cls = cls
		return NewOneStage(tiny(), c, classes, rand.New(rand.NewPCG(1, 0)))
	}
	second := roi.SecondStage()
	second.Cls, second.PerClass = losses.Focal{Alpha: 0.25, Gamma: 2}, true
	want := trunkWeights(dense(losses.CE{}))
	require.NotEmpty(t, want)
	for name, d := range map[string]Detector{
		"softmax":   dense(losses.SoftmaxCE{}),
		"two-stage": twoStage(1),
		"per class": NewTwoStage(tiny(), rpn.Objectness(), second, classes, rand.New(rand.NewPCG(1, 0))),
	} {
		assert.Equal(t, want, trunkWeights(d), name)
	}
	assert.NotEqual(t, want, trunkWeights(oneStage(2)), "another seed")
}

func trunkWeights(d Detector) map[string][]float32 {
	trunk := map[string][]float32{}
	for _, p := range d.Params() {
		if !strings.HasPrefix(p.Name, "head.") && !strings.HasPrefix(p.Name, "roi.") {
			trunk[p.Name] = p.Value
		}
	}
	return trunk
}

func TestParametersHaveNamesOfTheirOwn(t *testing.T) {
	forEveryDetector(t, func(t *testing.T, untrained func(uint64) Detector) {
		seen := map[string]bool{}
		for _, p := range untrained(1).Params() {
			assert.False(t, seen[p.Name], p.Name)
			seen[p.Name] = true
		}
	})
}

func TestEveryAnchorIsACandidate(t *testing.T) {
	uneven := tiny()
	uneven.Pyramid.Levels = []anchors.Level{{Stride: 4, Sizes: []float32{8}}, {Stride: 8, Sizes: []float32{12, 20, 28}}, {Stride: 16, Sizes: []float32{24, 30}}, {Stride: 32, Sizes: []float32{30}}}
	for _, cfg := range []Config{tiny(), uneven} {
		d := NewOneStage(cfg, denseStage(), classes, rand.New(rand.NewPCG(1, 0)))
		b := images(1, 3)
		v := d.Step(b, sampling.Key{})[0]
		ignored := 0
		var f anchors.Field
		cand := f.At(cfg.Pyramid, side, side)
		for i := range b.Images {
			var a anchors.Assignment
			denseStage().Assigner.Assign(&a, cand, &b.Images[i].Truth)
			for _, g := range a.GT {
				if g == anchors.Ignored {
					ignored++
				}
			}
		}
		assert.Equal(t, 3*cfg.Pyramid.Count(side, side), v.Balance.Positives+v.Balance.Negatives+ignored)
	}
	assert.Equal(t, 2*(8*8+4*4), tiny().Pyramid.Count(side, side))
}

// withSmall is a batch of which image 1 is smaller than the others.
func withSmall() Batch {
	b := images(1, 3)
	m := &b.Images[1]
	m.Width, m.Height = 20, 12
	m.Truth = anchors.Truth{Box: []anchors.Box{{10, 2, 20, 12}}, Class: []int32{1}}
	return b
}

func TestWhatIsBesideAnImageIsNoCandidate(t *testing.T) {
	d := oneStage(1)
	v := d.Step(withSmall(), sampling.Key{})[0]
	var a anchors.Assignment
	positives, negatives := 0, 0
	b := withSmall()
	for i := range b.Images {
		width, height := side, side
		if i == 1 {
			width, height = 20, 12
		}
		var f anchors.Field
		denseStage().Assigner.Assign(&a, f.At(tiny().Pyramid, width, height), &b.Images[i].Truth)
		for _, g := range a.GT {
			switch {
			case g >= 0:
				positives++
			case g == anchors.Negative:
				negatives++
			}
		}
	}
	assert.Equal(t, positives, v.Balance.Positives)
	assert.Equal(t, negatives, v.Balance.Negatives)
}

func TestNothingIsDetectedBesideAnImage(t *testing.T) {
	forEveryDetector(t, func(t *testing.T, untrained func(uint64) Detector) {
		d := untrained(1)
		trainBriefly(d, 1)
		dst := make([][]anchors.Detection, 3)
		d.Detect(dst, withSmall())
		require.NotEmpty(t, dst[1])
		for _, f := range dst[1] {
			assert.Equal(t, f.Box, f.Box.Clip(20, 12))
		}
	})
}

func TestLossesVisitsWhatCounted(t *testing.T) {
	forEveryDetector(t, func(t *testing.T, untrained func(uint64) Detector) {
		d := untrained(1)
		stages := d.Step(images(1, 3), sampling.Key{Seed: 1})
		final := stages[len(stages)-1]
		positives, negatives, sum := 0, 0, 0.0
		d.Losses(func(class int32, loss float32) {
			if class == anchors.Negative {
				negatives++
			} else {
				positives++
			}
			sum += float64(loss)
		})
		assert.Equal(t, final.Balance.UsedPositives, positives)
		assert.Equal(t, final.Balance.UsedNegatives, negatives)
		assert.InEpsilon(t, final.Cls, sum, 1e-5)
	})
}

func TestAnImageWithoutObjectsIsANormalCase(t *testing.T) {
	forEveryDetector(t, func(t *testing.T, untrained func(uint64) Detector) {
		d, b := untrained(1), images(1, 2)
		for i := range b.Images {
			b.Images[i].Truth = anchors.Truth{}
		}
		for _, s := range d.Step(b, sampling.Key{}) {
			assert.Zero(t, s.Balance.Positives)
			assert.Zero(t, s.Box)
			assert.False(t, s.Cls != s.Cls)
		}
		for _, g := range gradients(d) {
			for _, v := range g {
				require.False(t, v != v)
			}
		}
	})
}

func TestAnUntrainedDenseHeadGivesThePrior(t *testing.T) {
	for _, cls := range []losses.Cls{losses.CE{}, losses.SoftmaxCE{}} {
		cfg := tiny()
		cfg.Prior = 0.2
		c := rpn.OneStage()
		c.Cls = cls
		d := NewOneStage(cfg, c, classes, rand.New(rand.NewPCG(1, 0)))
		b := images(1, 1)
		d.Detect(make([][]anchors.Detection, 1), b)
		columns, mean := cls.Link().Columns(classes), 0.0
		scores := make([]float32, classes)
		anchors := len(d.head.logits) / columns
		for a := range anchors {
			cls.Link().Scores(scores, d.head.logits[a*columns:(a+1)*columns])
			for _, s := range scores {
				mean += float64(s) / float64(anchors)
			}
		}
		want := map[losses.Link]float64{losses.Sigmoid: 0.4, losses.Softmax: 0.2}[cls.Link()]
		assert.InDelta(t, want, mean, 0.02, "%v: summed over %d classes", cls.Link(), classes)
	}
}

// recording keeps everything and notes the first number of its stream.
type recording struct{ first *[]uint64 }

func (recording) Needs() sampling.Need { return 0 }

func (r recording) Sample(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand) {
	*r.first = append(*r.first, rng.Uint64())
	sampling.All{}.Sample(dst, c, rng)
}

func TestStagesAndImagesDrawFromStreamsOfTheirOwn(t *testing.T) {
	var drawn []uint64
	first, second := rpn.Objectness(), roi.SecondStage()
	first.Sampler, second.Sampler = recording{&drawn}, recording{&drawn}
	d := NewTwoStage(tiny(), first, second, classes, rand.New(rand.NewPCG(1, 0)))
	d.Step(images(1, 3), sampling.Key{Seed: 1})
	d.Step(images(1, 3), sampling.Key{Seed: 1, Step: 1})
	seen := map[uint64]bool{}
	for _, v := range drawn {
		seen[v] = true
	}
	assert.Len(t, drawn, 12, "two steps of two stages over three images")
	assert.Len(t, seen, 12)
}

func TestProposalsAreWhatReachesTheSecondStage(t *testing.T) {
	cfg := tiny()
	cfg.TestProposals = cfg.Proposals - 1
	d := NewTwoStage(cfg, rpn.Objectness(), roi.SecondStage(), classes, rand.New(rand.NewPCG(1, 0)))
	trainBriefly(d, 1)
	b := withSmall()
	dst := make([][]anchors.Detection, 3)
	d.Propose(dst, b)
	d.Loss(b, sampling.Key{Seed: 1})
	for n, found := range dst {
		require.NotEmpty(t, found)
		assert.LessOrEqual(t, len(found), cfg.Proposals)
		width, height := b.Images[n].size(&b)
		seen := d.regions.Images[n].Proposals
		require.Len(t, seen, len(found))
		for i, p := range found {
			assert.Zero(t, p.Class)
			assert.Equal(t, seen[i], p.Box)
			assert.Equal(t, p.Box, p.Box.Clip(width, height))
			if i > 0 {
				assert.LessOrEqual(t, p.Score, found[i-1].Score)
			}
		}
	}
	assert.Equal(t, cfg.Proposals, d.ProposalLimit())
	assert.Equal(t, 200, twoStage(1).(*TwoStage).ProposalLimit(), "of 30 in training and 200 in detection")
}
