package inspect

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/anchorfit"
	"detsample/bench/annotations"
)

// grid8 is a pyramid of one square of 8 pixels in the middle of every cell of
// 8, on images as they are.
func grid8() Config {
	c := Config{
		Name:    "a grid",
		Pyramid: anchors.Pyramid{Levels: []anchors.Level{{Stride: 8, Sizes: []float32{8}}}, Ratios: []float32{1}, Offset: 0.5},
	}
	c.setAssigner(anchors.NewMaxIoU(0.5, 0.4))
	c.Samplers = Samplers()
	return c
}

// byDefault is the pyramid that a comparison trains by default, on images of 128
// pixels.
func byDefault() Config {
	return New("detsample", anchors.Pyramid{
		Levels: []anchors.Level{{Stride: 4, Sizes: []float32{8, 12}}, {Stride: 8, Sizes: []float32{18, 27}}, {Stride: 16, Sizes: []float32{40, 60}}},
		Ratios: []float32{0.5, 1, 2}, Offset: 0.5,
	}, Resize{Long: 128})
}

// everyPyramid returns the presets and byDefault.
func everyPyramid(t *testing.T) []Config {
	list := []Config{byDefault()}
	for _, name := range Presets() {
		c, err := Preset(name)
		require.NoError(t, err)
		list = append(list, c)
	}
	return list
}

// oneImage returns a set of a single image of 32 x 32 with objects of class 0.
func oneImage(boxes ...[4]float64) *annotations.Set {
	img := annotations.Image{ID: 1, File: "a.jpg", Width: 32, Height: 32}
	for i, b := range boxes {
		img.Objects = append(img.Objects, annotations.Object{ID: int64(i + 1), Box: b, Area: b[2] * b[3]})
	}
	return &annotations.Set{Path: "set", Format: annotations.COCO, Categories: []annotations.Category{{ID: 1, Name: "thing"}}, Images: []annotations.Image{img}}
}

// random returns images with objects of three classes and a few crowds.
func random(seed uint64, images int) *annotations.Set {
	rng := rand.New(rand.NewPCG(seed, seed))
	set := &annotations.Set{Path: "random", Format: annotations.COCO, Categories: []annotations.Category{{Name: "a"}, {Name: "b"}, {Name: "c"}}}
	for i := range images {
		img := annotations.Image{ID: int64(i), Width: 40 + rng.IntN(200), Height: 40 + rng.IntN(200)}
		for range rng.IntN(9) {
			w, h := 2+rng.Float64()*float64(img.Width-2), 2+rng.Float64()*float64(img.Height-2)
			if rng.IntN(2) == 0 {
				w, h = 2+w/8, 2+h/8
			}
			img.Objects = append(img.Objects, annotations.Object{
				Box:      [4]float64{rng.Float64() * (float64(img.Width) - w), rng.Float64() * (float64(img.Height) - h), w, h},
				Category: int32(rng.IntN(3)), Crowd: rng.IntN(10) == 0,
			})
		}
		set.Images = append(set.Images, img)
	}
	return set
}

func analysed(t *testing.T, set *annotations.Set, c Config) *Report {
	t.Helper()
	r, err := Analyse(context.Background(), set, c)
	require.NoError(t, err)
	return r
}

func TestAnObjectInACellIsCountedByHand(t *testing.T) {
	r := analysed(t, oneImage([4]float64{8, 8, 8, 8}), grid8())
	assert.Equal(t, Count{Anchors: 16, Positives: 1, Ignored: 0, Negatives: 15}, r.Candidates.Count)
	assert.Equal(t, 15.0, r.Candidates.NegativesPerPositive())
	assert.Equal(t, int64(15), r.Candidates.Untouched)
	assert.Equal(t, 1, r.All.Half)
	assert.Equal(t, 1.0, r.All.BestIoU.Median)
	assert.Equal(t, int64(1), r.Levels[0].BySize[small])
	assert.Equal(t, int64(1), r.Levels[0].ByOctave[Octave(8)])
	assert.Zero(t, r.All.Unreached)
	assert.Equal(t, 8.0, r.Data.MeanSide)
}

func TestEachCauseIsFoundByHand(t *testing.T) {
	for name, c := range map[string]struct {
		box  [4]float64
		want Causes
	}{
		"half a cell aside, IoU 1/3":              {[4]float64{12, 8, 8, 8}, Causes{Stride: 1}},
		"four times the side":                     {[4]float64{0, 0, 32, 32}, Causes{Size: 1}},
		"as large, but four times as high":        {[4]float64{10, 8, 4, 16}, Causes{Ratio: 1}},
		"beyond the grid, which would go on":      {[4]float64{32, 8, 8, 8}, Causes{Border: 1}},
		"on an anchor":                            {[4]float64{16, 8, 8, 8}, Causes{}},
		"within an anchor by a bit more than 1/2": {[4]float64{16, 8, 8, 4.5}, Causes{}},
	} {
		t.Run(name, func(t *testing.T) {
			r := analysed(t, oneImage(c.box), grid8())
			assert.Equal(t, c.want, r.All.Causes)
			assert.Equal(t, c.want.Size+c.want.Ratio+c.want.Stride+c.want.Border, r.All.Unreached)
		})
	}
}

func TestDroppedStraddlersLeaveObjectsAtTheBorderUnreached(t *testing.T) {
	c := grid8()
	m := anchors.NewMaxIoU(0.5, 0.4)
	m.Straddle = anchors.StraddleDropped
	c.setAssigner(m)
	r := analysed(t, oneImage([4]float64{24, 8, 8, 8}, [4]float64{8, 8, 8, 8}), c) // the first anchor touches x = 32
	assert.Equal(t, Causes{Border: 1}, r.All.Causes)
}

func TestSamplersKeepWhatTheirRulesSay(t *testing.T) {
	// A 64 x 64 image of 8 x 8 cells with four objects on anchors.
	set := oneImage([4]float64{0, 0, 8, 8}, [4]float64{16, 0, 8, 8}, [4]float64{32, 0, 8, 8}, [4]float64{48, 0, 8, 8})
	set.Images[0].Width, set.Images[0].Height = 64, 64
	r := analysed(t, set, grid8())
	want := map[string][2]Range{
		"all":                    {{4, 4}, {60, 60}},
		"random 256, 1:1":        {{4, 4}, {60, 60}},
		"hard negatives 3:1":     {{4, 4}, {12, 12}},
		"ohem 512":               {{4, 4}, {60, 60}},
		"balanced ohem 512, 1:3": {{4, 4}, {60, 60}},
	}
	for _, k := range r.Samplers {
		if w, ok := want[k.Name]; ok {
			assert.Equal(t, w, [2]Range{k.Positives, k.Negatives}, k.Name)
		}
		switch k.Name {
		case "random 256, 1:1", "balanced ohem 512, 1:3":
			assert.Equal(t, 128, k.Wanted, k.Name)
			assert.Equal(t, 1, k.Starved, k.Name)
		case "all", "hard negatives 3:1", "ohem 512":
			assert.Zero(t, k.Wanted, k.Name)
		}
	}
}

func TestCountsAreThoseOfThePlainAssigner(t *testing.T) {
	sets := map[string]*annotations.Set{"random": random(3, 150)}
	if !testing.Short() {
		sets["many small images"] = random(4, 400)
	}
	for name, set := range sets {
		for _, c := range everyPyramid(t) {
			c.Resize = Resize{Long: 160}
			a, err := newAnalysis(set, c)
			require.NoError(t, err)
			require.NoError(t, a.run(context.Background()))
			assert.Equal(t, len(a.images), checkCounts(t, a, 1), name)
		}
	}
}

func TestCountsOnBCCDAreThoseOfThePlainAssigner(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	c, err := Preset("retinanet")
	require.NoError(t, err)
	a, err := newAnalysis(bccd(t), c)
	require.NoError(t, err)
	require.NoError(t, a.run(context.Background()))
	assert.Positive(t, checkCounts(t, a, 40))
}

func TestWhatIsFittedIsMeasuredAsItIsAssigned(t *testing.T) {
	for _, c := range everyPyramid(t) {
		c.Resize = Resize{}
		a, err := newAnalysis(random(5, 80), c)
		require.NoError(t, err)
		require.NoError(t, a.run(context.Background()))
		best, err := anchorfit.Best(context.Background(), a.boxes(), &c.Pyramid, 1, c.PosIoU)
		require.NoError(t, err)
		for i, o := range a.objects {
			assert.InDelta(t, o.best, best[i], 1e-5)
			assert.Equal(t, o.best >= float32(c.PosIoU), best[i] >= float32(c.PosIoU))
		}
	}
}

func TestAReportDoesNotDependOnProcessors(t *testing.T) {
	set := random(6, 300)
	c := byDefault()
	var reports [][]byte
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	for _, procs := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(min(procs, 2))
		c.Procs = procs
		text, err := json.Marshal(analysed(t, set, c))
		require.NoError(t, err)
		reports = append(reports, text)
	}
	assert.Equal(t, string(reports[0]), string(reports[1]))
	assert.Equal(t, string(reports[0]), string(reports[2]))
}

func TestSumsAgreeWithOneAnother(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	r := analysed(t, random(7, 200), byDefault())
	var levels Count
	for _, l := range r.Levels {
		levels.Anchors += l.Anchors
		levels.Positives += l.Positives
		levels.Ignored += l.Ignored
		levels.Negatives += l.Negatives
		assert.Equal(t, l.Positives, l.BySize[0]+l.BySize[1]+l.BySize[2])
	}
	assert.Equal(t, r.Candidates.Count, levels)
	touched := int64(0)
	for _, n := range r.Candidates.Histogram {
		touched += n
	}
	assert.Equal(t, r.Candidates.Anchors, touched+r.Candidates.Untouched)
	for _, groups := range [][]Group{r.Sizes, r.Octaves} {
		objects, positives := 0, int64(0)
		for _, g := range groups {
			objects += g.Objects
			positives += g.Positives
		}
		assert.Equal(t, r.Data.Objects, objects)
		assert.Equal(t, r.Candidates.Positives, positives)
	}
	byClass := 0
	for _, c := range r.Classes {
		byClass += c.Objects
		assert.Equal(t, c.Unreached, c.Causes.Size+c.Causes.Ratio+c.Causes.Border+c.Causes.Stride)
	}
	assert.Equal(t, r.Data.Objects, byClass)
}

func TestACancelledInspectionEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Analyse(ctx, random(8, 50), grid8())
	assert.ErrorIs(t, err, context.Canceled)
}

func TestProgressReachesTheEndOfEveryStep(t *testing.T) {
	c, last := grid8(), map[string]float64{}
	c.Progress = func(what string, done float64) { last[what] = max(last[what], done) }
	analysed(t, random(9, 150), c)
	assert.Equal(t, map[string]float64{"assigning anchors at size original": 1, "fitting anchors at size original": 1}, last)
}

func TestWhatCannotBeInspectedIsAnError(t *testing.T) {
	empty := oneImage()
	unknown := oneImage([4]float64{1, 1, 5, 5})
	unknown.Images[0].Width = 0
	giant := oneImage([4]float64{1, 1, 5, 5})
	giant.Images[0].Width = 1 << 40
	crowd := oneImage([4]float64{1, 1, 5, 5})
	crowd.Images[0].Objects[0].Crowd = true
	thin := oneImage([4]float64{1e9, 1, 1e-9, 5})
	predicted := grid8()
	predicted.Assigner = anchors.NewSimOTA()
	for name, c := range map[string]struct {
		set    *annotations.Set
		config Config
		says   string
	}{
		"no object":            {empty, grid8(), "no object that counts"},
		"only a crowd":         {crowd, grid8(), "no object that counts"},
		"an object of nothing": {thin, grid8(), "no object that counts"},
		"no image":             {&annotations.Set{}, grid8(), "has no images"},
		"size unknown":         {unknown, grid8(), "none of known size"},
		"a giant image":        {giant, grid8(), "at most 10000"},
		"no pyramid":           {random(1, 3), Config{}, "0 levels"},
		"predictions":          {random(1, 3), predicted, "predictions"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Analyse(context.Background(), c.set, c.config)
			assert.ErrorContains(t, err, c.says)
		})
	}
}

func TestObjectsFarOutsideTheImageAreCountedAndHarmNothing(t *testing.T) {
	r := analysed(t, oneImage([4]float64{8, 8, 8, 8}, [4]float64{-1e30, 5, 3, 3e30}, [4]float64{1e12, 1e12, 50, 50}), grid8())
	assert.Equal(t, int64(1), r.Candidates.Positives)
	_, err := json.Marshal(r)
	assert.NoError(t, err)
}

func TestWithoutAnyPositiveTheReportIsWritten(t *testing.T) {
	c := grid8()
	m := anchors.NewMaxIoU(0.5, 0.4)
	m.Forced = anchors.ForcedNone
	c.setAssigner(m)
	r := analysed(t, oneImage([4]float64{1, 1, 1, 1}), c)
	require.Zero(t, r.Candidates.Positives)
	_, err := json.Marshal(r)
	assert.NoError(t, err)
	assert.Equal(t, "Change the anchors first.", topics(r)["sampler of the dense stage"].Advice)
	assert.Contains(t, r.Verdict[0], "0% of the 1 objects")
}

func TestResizingIsAsInFasterRCNN(t *testing.T) {
	for _, c := range []struct {
		rule                        string
		width, height, wantW, wantH int
	}{
		{"800x1333", 640, 480, 1067, 800},
		{"800x1333", 640, 360, 1333, 750},
		{"800x1333", 480, 640, 800, 1067},
		{"128", 640, 480, 128, 96},
		{"original", 17, 19, 17, 19},
		{"128", 10000, 3, 128, 1},
	} {
		r, err := ParseResize(c.rule)
		require.NoError(t, err)
		w, h := r.size(c.width, c.height)
		assert.Equal(t, [2]int{c.wantW, c.wantH}, [2]int{w, h}, "%s of %dx%d", c.rule, c.width, c.height)
		assert.Equal(t, c.rule, r.String())
	}
	for _, wrong := range []string{"", "x", "800x", "x800", "0", "-5", "1333x800", "99999", "800x1333x3", "0x5", "1e3"} {
		_, err := ParseResize(wrong)
		assert.ErrorContains(t, err, "expected SHORTxLONG", wrong)
	}
}
