package inspect

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/annotations"
	"detsample/bench/config"
)

func TestRecommendedAnchorsReachMoreObjectsAndAreMeasuredAsAssigned(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	set := random(11, 200)
	c := byDefault()
	c.Pyramid.Levels = []anchors.Level{{Stride: 4, Sizes: []float32{5, 6}}, {Stride: 8, Sizes: []float32{90, 100}}}
	before := analysed(t, set, c)
	require.NotNil(t, before.Recommended)
	assert.Greater(t, before.Recommended.Reached, before.All.Objects-before.All.Unreached)
	assertPromised(t, set, c, before)
}

// assertPromised inspects for what a report recommends, and wants the figures
// that it promised.
func assertPromised(t *testing.T, set *annotations.Set, c Config, r *Report) {
	t.Helper()
	c.Resize, c.Pyramid = r.Recommended.Resize, r.Pyramid()
	if m, has := thresholds(c.Assigner); has {
		m.PosIoU, m.NegIoU = r.Recommended.PosIoU, r.Recommended.NegIoU
		c.setAssigner(m)
	}
	after := analysed(t, set, c)
	assert.Equal(t, r.Recommended.Count, after.Candidates.Count)
	assert.Equal(t, r.Recommended.Reached, after.All.Objects-after.All.Unreached)
	assert.Equal(t, r.Recommended.None, after.Candidates.None)
	for i, class := range after.Classes {
		assert.InDelta(t, r.Recommended.Class[i], Share(class.Objects-class.Unreached, class.Objects), 1e-9)
	}
}

// topics returns the advice by topic.
func topics(r *Report) map[string]Advice {
	m := map[string]Advice{}
	for _, a := range r.Advice {
		m[a.Topic] = a
	}
	return m
}

// objectsOf returns images of a size with square objects, their sides uniform
// between two, on whole or half pixels.
func objectsOf(seed uint64, images, width, height, perImage int, low, high float64) *annotations.Set {
	rng := rand.New(rand.NewPCG(seed, seed))
	set := &annotations.Set{Path: "set", Format: annotations.COCO, Categories: []annotations.Category{{Name: "a"}}}
	for i := range images {
		img := annotations.Image{ID: int64(i), Width: width, Height: height}
		for range perImage {
			side := low + rng.Float64()*(high-low)
			img.Objects = append(img.Objects, annotations.Object{Box: [4]float64{rng.Float64() * (float64(width) - side), rng.Float64() * (float64(height) - side), side, side}})
		}
		set.Images = append(set.Images, img)
	}
	return set
}

func TestAnchorsThatServeAreKept(t *testing.T) {
	if testing.Short() {
		t.Skip("analyses as TestAReportDoesNotDependOnProcessors does")
	}
	c, err := Preset("retinanet")
	require.NoError(t, err)
	set := objectsOf(1, 60, 640, 480, 6, 40, 300)
	r := analysed(t, set, c)
	require.GreaterOrEqual(t, Share(r.All.Objects-r.All.Unreached, r.All.Objects), 0.99)
	adv := topics(r)["anchor sizes and ratios"]
	assert.True(t, adv.Keep, adv)
	assert.Less(t, adv.Gain.Points, 0.5)
	assert.Equal(t, "Keep the present sizes and ratios.", adv.Advice)
	assert.Empty(t, adv.Setting)
	assert.Regexp(t, "^Keep these anchors and this size, and change [0-9]+ settings?: nothing that was tried gains half a point of objects\\.$", r.Verdict[1])
	loss := topics(r)["classification loss of the dense stage"]
	assert.Regexp(t, `^negatives' share of an untrained head's loss \d.*% → \d.*%$`, loss.Worth())
	assert.Contains(t, loss.Advice, "Compare cross entropy over all anchors, ", "no loss was ahead everywhere")
	assert.Contains(t, loss.Advice, "3:1 hard negatives, ahead in most short trainings")
	assert.Contains(t, loss.Because, "docs/answers.md (What to start with)")
}

func TestAdviceIsOrderedByWhatItIsWorth(t *testing.T) {
	if testing.Short() {
		t.Skip("analyses as TestAReportDoesNotDependOnProcessors does")
	}
	for seed := range uint64(6) {
		r := analysed(t, random(20+seed, 80), byDefault())
		order := []Worth{OfObjects, OfAnchors, OfImages, OfLoss, ""}
		rank := func(a Advice) int {
			if a.reaches() {
				return 0
			}
			return slices.Index(order, a.Gain.Of)
		}
		for i := 1; i < len(r.Advice); i++ {
			a, b := r.Advice[i-1], r.Advice[i]
			switch {
			case a.Keep || b.Keep:
				assert.True(t, b.Keep, "what to keep comes last: %s, %s", a.Topic, b.Topic)
			case rank(a) == 0 && rank(b) == 0:
				assertFollows(t, a, b)
			case rank(a) == rank(b):
				assert.GreaterOrEqual(t, a.Gain.Points, b.Gain.Points)
			default:
				assert.Less(t, rank(a), rank(b), "%s, %s", a.Topic, b.Topic)
			}
		}
		for _, a := range r.Advice {
			if a.Gain.Of == OfObjects && !a.Keep {
				assert.GreaterOrEqual(t, a.Gain.Points, 0.5, a.Topic)
			}
		}
	}
}

// assertFollows wants advice on what reaches objects to start where the advice before
// it ends.
func assertFollows(t *testing.T, a, b Advice) {
	t.Helper()
	for _, after := range a.After {
		for _, before := range b.Before {
			if after.Name == before.Name && after.Name != anchorsAnImage { // empty levels may be left out between
				assert.InDelta(t, after.Value, before.Value, 1e-12, "%s, %s: %s", a.Topic, b.Topic, after.Name)
			}
		}
	}
}

func TestImagesThatWereMadeTooSmallAreLarger(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	set := objectsOf(2, 40, 640, 640, 8, 25, 50) // of 5 to 10 pixels at size 128
	c := byDefault()
	r := analysed(t, set, c)
	adv := topics(r)["image size"]
	require.NotEmpty(t, adv.Advice)
	assert.False(t, adv.Keep)
	assert.Contains(t, adv.Because, "At size 128 the median object is 7.4 pixels, and 100% of the objects are below 12.")
	assert.Greater(t, adv.Gain.Points, 10.0)
	assert.Equal(t, "image size", r.Advice[0].Topic)
	assert.True(t, strings.HasPrefix(r.Verdict[1], "What would change most is the size of the images: "+adv.Gain.String()+"."), r.Verdict[1])
	assert.Contains(t, adv.Setting, "folder: {size: ")
	require.NotNil(t, r.Recommended)
	assertPromised(t, set, c, r)

	c.Resize = Resize{}
	assert.NotContains(t, topics(analysed(t, set, c))["image size"].Advice, "Keep", "they are as large as they are")
}

func TestSizesAreDoubledOnlyWhileThatIsWorthIt(t *testing.T) {
	set := objectsOf(3, 40, 1024, 1024, 8, 320, 480) // of 40 to 60 pixels at size 128
	r := analysed(t, set, byDefault())
	adv := topics(r)["image size"]
	assert.True(t, adv.Keep, adv)
	assert.Equal(t, "Keep 128.", adv.Advice)
	assert.Less(t, adv.Gain.Points, 0.5)
}

func TestAFinerLevelIsAdvisedForTinyObjects(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	c, err := Preset("retinanet")
	require.NoError(t, err)
	c.Resize = Resize{}
	set := objectsOf(4, 40, 640, 640, 8, 7, 12)
	r := analysed(t, set, c)
	adv := topics(r)["finer level"]
	require.NotEmpty(t, adv.Advice)
	assert.Contains(t, adv.Advice, "Add a level of stride 4")
	assert.Contains(t, adv.Setting, "{stride: 4, sizes: ")
	assertPromised(t, set, c, r)
}

func TestEnlargedImagesAreAdvisedWhereNoLevelIsFiner(t *testing.T) {
	c := byDefault()
	c.Resize = Resize{}
	set := objectsOf(5, 40, 200, 200, 8, 3, 6)
	r := analysed(t, set, c)
	adv := topics(r)["image size"]
	assert.Contains(t, adv.Advice, "Train at size 400 (now original)")
	assert.Greater(t, adv.Gain.Points, 0.5)
	assert.Contains(t, adv.Setting, "folder: {size: 400, ")
	assert.Contains(t, r.Setup(), "folder: {size: 400, ")
	assert.Equal(t, config.Size(400), r.Size())
	assertPromised(t, set, c, r)
}

func TestLevelsWithoutPositivesAreNamedAndLeftOut(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	c, err := Preset("retinanet")
	require.NoError(t, err)
	c.Resize = Resize{}
	m := anchors.NewMaxIoU(0.5, 0.4)
	m.Forced = anchors.ForcedNone
	c.setAssigner(m)
	set := objectsOf(6, 30, 800, 800, 4, 250, 400)
	c.Pyramid.Levels = []anchors.Level{{Stride: 4, Sizes: []float32{16}}, {Stride: 8, Sizes: []float32{32}}, {Stride: 16, Sizes: []float32{64}}, {Stride: 32, Sizes: []float32{320}}, {Stride: 64, Sizes: []float32{5000}}}
	a, err := newAnalysis(set, c)
	require.NoError(t, err)
	require.NoError(t, a.run(context.Background()))
	assert.Equal(t, []int{4, 8, 16, 64}, emptyStrides(a))
	p, err := a.propose(context.Background(), c.Pyramid)
	require.NoError(t, err)
	list, left, err := adviseEmptyLevels(context.Background(), p, a)
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Equal(t, "Leave out strides 4, 8, 16 and 64.", list[0].Advice)
	assert.Equal(t, OfAnchors, list[0].Gain.Of)
	assert.InDelta(t, 100*(1-25.0*25/(200*200+100*100+50*50+25*25+13*13)), list[0].Gain.Points, 1e-9)
	assert.Equal(t, c.Pyramid.Levels[3:4], left.pyramid.Levels)
	assert.Equal(t, p.reached, left.reached)

	r := analysed(t, set, c)
	assert.Contains(t, r.Verdict[0], "No anchor of strides 4, 8, 16 and 64 is positive.")
}

func TestACoarseLevelWithoutPositivesIsWorthLittle(t *testing.T) {
	c := grid8()
	c.Pyramid.Levels = append(c.Pyramid.Levels, anchors.Level{Stride: 64, Sizes: []float32{700}})
	set := objectsOf(7, 30, 640, 640, 4, 8, 9)
	a, err := newAnalysis(set, c)
	require.NoError(t, err)
	require.NoError(t, a.run(context.Background()))
	// Only forced matches could make its anchors positive.
	if a.levels[1].positives > 0 {
		t.Fatal("the level should be empty")
	}
	p, err := a.propose(context.Background(), c.Pyramid)
	require.NoError(t, err)
	list, _, err := adviseEmptyLevels(context.Background(), p, a)
	require.NoError(t, err)
	require.Len(t, list, 1)
	if list[0].Gain.Points < 0.5 {
		assert.True(t, list[0].Keep)
	} else {
		assert.Equal(t, "Leave out stride 64.", list[0].Advice)
	}
}

func TestAThresholdIsLoweredForWhatItGains(t *testing.T) {
	c := grid8()
	c.Pyramid.Ratios = []float32{1}
	set := objectsOf(8, 40, 320, 320, 6, 8, 8)
	r := analysed(t, set, c)
	adv := topics(r)["positive threshold"]
	if adv.Keep {
		assert.Less(t, adv.Gain.Points, 0.5)
		return
	}
	assert.GreaterOrEqual(t, adv.Gain.Points, 0.5)
	assert.Regexp(t, `^assigner: \{type: max_iou, pos_iou: 0\.\d+, neg_iou: 0\.\d+\}$`, adv.Setting)
}

func TestThresholdsAreAdvisedBelowThePresent(t *testing.T) {
	if testing.Short() {
		t.Skip("analyses as TestAReportDoesNotDependOnProcessors does")
	}
	for _, pos := range []float64{0.5, 0.52, 0.7, 0.35} {
		c := byDefault()
		c.setAssigner(anchors.NewMaxIoU(pos, 0.3))
		r := analysed(t, random(30, 100), c)
		adv := topics(r)["positive threshold"]
		if adv.Keep {
			continue
		}
		var to float64
		_, err := fmt.Sscanf(adv.Setting, "assigner: {type: max_iou, pos_iou: %g,", &to)
		require.NoError(t, err)
		assert.Less(t, to, pos)
		assert.GreaterOrEqual(t, to, lowestThreshold)
	}
}

// An image of 150 objects gives the second stage 300 positives, for which a quarter
// of 1024 regions is not room enough, and 128 positives to a sampler that wants as
// many.
func TestAdviceOnACrowdSaysWhatIsSo(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	set := objectsOf(50, 1, 1000, 1000, 150, 40, 60)
	c := byDefault()
	c.Resize = Resize{}
	adv := topics(analysed(t, set, c))["regions of the second stage"]
	assert.False(t, adv.Keep)
	assert.Equal(t, "1024 regions an image at 1:3, where there are two stages.", adv.Advice)
	assert.Contains(t, adv.Because, "300 positives, more than the 256 of 1024 regions, the most that are tried.")
	left := slices.IndexFunc(adv.Before, func(f Figure) bool { return f.Name == "positives without room" })
	require.GreaterOrEqual(t, left, 0)
	assert.InDelta(t, (300.0-128)/300, adv.Before[left].Value, 1e-12)
	assert.InDelta(t, (300.0-256)/300, adv.After[left].Value, 1e-12)

	adv = topics(analysed(t, objectsOf(51, 5, 1000, 1000, 60, 40, 60), c))["regions of the second stage"]
	assert.True(t, adv.Keep, "room for 120 positives is room enough")
	assert.Equal(t, "Keep 512 regions an image at 1:3, where there are two stages.", adv.Advice)
	assert.Contains(t, adv.Because, "120 positives, for which 128 of 512 regions are room enough")
}

func TestASamplerThatFindsWhatItWantsIsKept(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	c := byDefault()
	c.Resize = Resize{}
	r := analysed(t, objectsOf(52, 1, 1000, 1000, 150, 15, 30), c)
	require.Greater(t, r.Candidates.NegativesPerPositive(), 20.0)
	require.Zero(t, r.Samplers[1].Starved)
	adv := topics(r)["sampler of the dense stage"]
	assert.True(t, adv.Keep, adv)
	assert.Equal(t, "Keep a sampler of a fixed number, where there is one: random 256, 1:1 finds the positives that it wants.", adv.Advice)
	assert.Empty(t, adv.After)
	assert.Zero(t, adv.Gain)
}

func TestAVerdictOnLevelsAloneDoesNotPromiseObjects(t *testing.T) {
	r := &Report{Advice: []Advice{{Topic: "levels without positives", Gain: Gain{40, OfAnchors}}, {Topic: "class balance"}}}
	assert.Equal(t, "Nothing that was tried reaches half a point more of the objects; 2 other changes are advised, first of all levels without positives (40.0% fewer anchors).", verdict(r, r.Advice)[1])
}

// What is recommended is one pyramid: of several pieces of advice that have sizes,
// all but the last are steps to it.
func TestAnchorsThatAreReplacedSayByWhich(t *testing.T) {
	list := []step{{Advice{Topic: anchorsTopic, Advice: "A."}, true}, {Advice{Topic: finerTopic, Advice: "B."}, true}, {Advice{Topic: refitTopic, Advice: "C."}, true}, {Advice{Topic: "positive threshold", Advice: "D."}, false}}
	replaced(list)
	by := ` In place of these anchors come those of "anchor sizes and ratios, fitted again".`
	assert.Equal(t, []string{"A." + by, "B." + by, "C.", "D."}, []string{list[0].Advice.Advice, list[1].Advice.Advice, list[2].Advice.Advice, list[3].Advice.Advice})
	last := []step{{Advice{Topic: anchorsTopic, Advice: "A."}, true}, {Advice{Topic: sizeTopic, Advice: "B."}, false}}
	replaced(last)
	assert.Equal(t, "A.", last[0].Advice.Advice, "the size has no others")

	set := random(11, 200)
	c := byDefault()
	c.Pyramid.Levels = []anchors.Level{{Stride: 4, Sizes: []float32{5, 6}}, {Stride: 8, Sizes: []float32{90, 100}}}
	found := topics(analysed(t, set, c))
	require.Contains(t, found, refitTopic)
	assert.Contains(t, found["anchor sizes and ratios"].Advice, by)
}

// A quota that nobody chose is a fact beside what is advised, and no gain over it.
func TestAdviceOnASamplerGainsNothingOverAQuotaThatNobodyChose(t *testing.T) {
	r := analysed(t, random(11, 50), byDefault())
	adv := topics(r)["sampler of the dense stage"]
	require.False(t, adv.Keep)
	assert.Zero(t, adv.Gain)
	assert.Contains(t, adv.Because, "random 256, 1:1 wants 128 positives an image and finds fewer in ")
	assert.Contains(t, adv.Advice, "No sampler was named (--config): this is one to start from.")
	assert.Zero(t, topics(r)["regions of the second stage"].Gain, "nor was a second stage")
	at := slices.IndexFunc(r.Advice, func(a Advice) bool { return a.Topic == adv.Topic })
	for _, a := range r.Advice[at:] {
		assert.True(t, a.Keep || a.Gain == Gain{}, "%s comes first, as it gains something", a.Topic)
	}
}
