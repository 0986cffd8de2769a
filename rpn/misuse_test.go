package rpn

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

func TestAConfigurationThatTeachesNothingIsNamedByTheFirstStep(t *testing.T) {
	literal := Config{
		Assigner: anchors.NewMaxIoU(0.5, 0.4), Sampler: sampling.All{}, Cls: losses.CE{}, Box: losses.L1{},
		Norm: losses.ByPositives{}, Coder: anchors.NewCoder(1, 1, 1, 1),
	}
	with := func(change func(*Config)) Config {
		c := literal
		c.ClsWeight, c.BoxWeight = 1, 1
		change(&c)
		return c
	}
	for _, row := range []struct {
		want string
		Config
	}{
		{"cls_weight and box_weight are both 0: nothing would be learned; set them to 1", literal},
		{"no assigner: choose one, for instance max_iou", with(func(c *Config) { c.Assigner = nil })},
		{"no sampler: choose one, for instance random", with(func(c *Config) { c.Sampler = nil })},
		{"a classification loss (cls) and a box loss (box) are needed", with(func(c *Config) { c.Cls = nil })},
		{"a classification loss (cls) and a box loss (box) are needed", with(func(c *Config) { c.Box = nil })},
		{"no normaliser (norm): choose one, for instance positives", with(func(c *Config) { c.Norm = nil })},
		{"coder.weights[0] is 0: expected above 0", with(func(c *Config) { c.Coder = anchors.Coder{} })},
		{"cls_weight is NaN: expected at least 0", with(func(c *Config) { c.ClsWeight = math.NaN() })},
		{"sampler ohem mines by hardness, which loss ghm_c does not have", with(func(c *Config) { c.Sampler, c.Cls = sampling.OHEM{Num: 8}, losses.GHMC{Bins: 10} })},
		{"sampler.num is -1: expected at least 1", with(func(c *Config) { c.Sampler = sampling.Random{Quota: sampling.Quota{Num: -1, PositiveFraction: 2}} })},
		{"assigner: neg_iou 0.5 is above pos_iou 0.3", with(func(c *Config) { c.Assigner = anchors.MaxIoU{PosIoU: 0.3, NegIoU: 0.5} })},
		{"box.mode is 7: expected one of log, linear, square", with(func(c *Config) { c.Box = losses.IoU{Mode: 7} })},
		{"norm: per_image needs the normaliser of an image (of), for instance positives", with(func(c *Config) { c.Norm = losses.PerImage{} })},
	} {
		b := step(&Config{Cls: losses.CE{}}, 3, 3)
		for name, call := range map[string]func(*Config){
			"Step":    func(c *Config) { var w Work; c.Step(&w, b) },
			"Targets": func(c *Config) { var w Work; c.Targets(&w, b) },
			"Assign":  func(c *Config) { var w Work; c.Assign(&w, b, make([]int32, len(b.Anchors.Box)), nil) },
		} {
			func() {
				defer func() {
					text, _ := recover().(string)
					assert.Contains(t, text, "rpn: "+name+": "+row.want)
				}()
				call(&row.Config)
			}()
		}
	}
}

func TestNaNInAFirstStepIsNamedByItsImage(t *testing.T) {
	const why = ": the first step must be given numbers; check that the head's output was written, its initial weights, and its input"
	nan := float32(math.NaN())
	c := OneStage()
	b := step(&c, 3, 3, 4)
	n := len(b.Anchors.Box)
	was := b.Logits[3*(n+5)+2]
	b.Logits[3*(n+5)+2] = nan
	run := func(step uint64) func() {
		return func() {
			var w Work
			b.Key.Step = step
			c.Step(&w, b)
		}
	}
	assert.PanicsWithValue(t, "rpn: Step: a logit is NaN, column 2 of anchor 5 of image 1 (ID 4)"+why, run(1))
	assert.NotPanics(t, run(2), "a run that is gone on with may have diverged")
	b.Logits[3*(n+5)+2] = was
	bare := *b
	bare.Key.Step, bare.Deltas = 0, nil
	assert.NotPanics(t, func() { c.Targets(&Work{}, &bare) }, "what is not there is not looked at")
	b.Logits[3*(n+5)+2] = nan
	assert.PanicsWithValue(t, "rpn: Targets: a logit is NaN, column 2 of anchor 5 of image 1 (ID 4)"+why, func() {
		b.Key.Step = 1
		c.Targets(&Work{}, b)
	})
	b.Logits[3*(n+5)+2] = float32(math.Inf(1))
	assert.PanicsWithValue(t, "rpn: Step: a logit is +Inf, column 2 of anchor 5 of image 1 (ID 4)"+why, run(1))
	b.Logits[3*(n+5)+2] = float32(math.Inf(-1))
	assert.NotPanics(t, run(0), "a class that cannot be")
	b.Logits[3*(n+5)+2] = was
	assert.NotPanics(t, run(0))

	var w Work
	c.Step(&w, b)
	row := int(w.batch.Positives()[0])
	b.Deltas[4*row+3] = nan
	assert.NotPanics(t, func() { c.Step(&w, b) }, "later steps are not looked at")
	assert.PanicsWithValue(t, fmt.Sprintf("rpn: Step: a delta is NaN, column 3 of anchor %d of image %d (ID %d)%s", row%n, row/n, b.Images[row/n].ID, why), run(0))
	b.Deltas[4*row+3] = float32(math.Inf(-1))
	assert.PanicsWithValue(t, fmt.Sprintf("rpn: Step: a delta is -Inf, column 3 of anchor %d of image %d (ID %d)%s", row%n, row/n, b.Images[row/n].ID, why), run(0))
}

func TestTruthWithoutAreaNeverGivesAnInfiniteLoss(t *testing.T) {
	boxes := []losses.Box{
		losses.SmoothL1{Beta: 1}, losses.L1{}, losses.GHMR{Mu: 0.02, Bins: 10}, losses.IoU{}, losses.GIoU{},
		losses.DIoU{}, losses.CIoU{}, losses.EIoU{}, losses.SIoU{Theta: 4}, losses.ExtendedIoU{Smooth: 0.1}, losses.NWD{C: 12},
	}
	for name, c := range every(t) {
		for _, box := range boxes {
			c.Box = box
			carl := losses.NewCARL()
			if name[0] == 'a' {
				c.CARL = &carl
			}
			b := step(&c, 3, 3, 4)
			for i := range b.Images {
				b.Images[i].Truth = anchors.Truth{
					Box:   []anchors.Box{{12, 12, 12, 20}, {4, 20, 24, 20}, {8, 8, 8, 8}, {14, 14, 26, 30}},
					Class: []int32{0, 1, 2, 0},
				}
			}
			var w Work
			v := c.Step(&w, b)
			assert.False(t, math.IsInf(v.Box, 0) || v.Box != v.Box || math.IsInf(v.Cls, 0) || v.Cls != v.Cls, "%s, %T: %v, %v", name, box, v.Cls, v.Box)
			for _, g := range append(b.GradLogits, b.GradDeltas...) {
				if g-g != 0 {
					t.Fatalf("%s, %T: a gradient is %v", name, box, g)
				}
			}
		}
	}
}

func TestWhatCannotBecomeDetectionsIsNamed(t *testing.T) {
	image := Output{Classes: 1, Width: 8, Height: 8}
	for want, change := range map[string]func(*Config, *Detect, *Output){
		"keep is 0: expected at least 1; Detections has customary settings":     func(_ *Config, d *Detect, _ *Output) { d.Keep = 0 },
		"pre_nms is -6: expected at least 1; Detections has customary settings": func(_ *Config, d *Detect, _ *Output) { *d = Proposals(-3) },
		"no classification loss (cls), by which logits become scores":           func(c *Config, _ *Detect, _ *Output) { *c = Config{} },
		"coder.weights[0] is 0: expected above 0":                               func(c *Config, _ *Detect, _ *Output) { c.Coder = anchors.Coder{} },
		"the output has -1 classes: 1 for objectness, or those of the data":     func(_ *Config, _ *Detect, o *Output) { o.Classes = -1 },
		"the image is 8 x 0: boxes are clipped to its Width and Height":         func(_ *Config, _ *Detect, o *Output) { o.Height = 0 },
	} {
		c, d, o := OneStage(), Detections(), image
		change(&c, &d, &o)
		assert.PanicsWithValue(t, "rpn: Detect: "+want, func() { c.Detect(&DetectWork{}, nil, d, nil, o) })
	}
	c := OneStage()
	assert.Empty(t, c.Detect(&DetectWork{}, nil, Detections(), nil, image))
}

// Labels that a batch brings are looked at in every step, those of an assigner
// in the first.
func TestLabelsOfNoGroundTruthAreNamed(t *testing.T) {
	const label = ": a label is the index of one, -1 for negative or -2 for ignored"
	c := OneStage()
	var w Work
	for want, spoil := range map[string]struct {
		at    int
		label int32
	}{
		"image 0 (ID 3): GT labels candidate 7 as 2, with 2 ground truths" + label:  {7, 2},
		"image 1 (ID 4): GT labels candidate 0 as 0, with 0 ground truths" + label:  {40, 0},
		"image 1 (ID 4): GT labels candidate 2 as -3, with 0 ground truths" + label: {42, -3},
	} {
		b := step(&c, 3, 3, 4)
		b.Images[0].Truth = anchors.Truth{Box: []anchors.Box{{1, 1, 9, 9}, {4, 4, 20, 20}}, Class: []int32{0, 2}}
		b.Images[1].Truth = anchors.Truth{}
		n := 2 * len(b.Anchors.Box)
		b.GT, b.IoU = make([]int32, n), make([]float32, n)
		for i := range b.GT {
			b.GT[i] = anchors.Negative
		}
		b.GT[3] = 1
		assert.NotPanics(t, func() { c.Step(&w, b) })
		b.GT[spoil.at] = spoil.label
		for _, threads := range []int{0, 2} {
			w.Threads = threads
			assert.PanicsWithValue(t, "rpn: Step: "+want, func() { c.Step(&w, b) })
			assert.PanicsWithValue(t, "rpn: Targets: "+want, func() { c.Targets(&w, b) })
		}
	}
	b := step(&c, 3, 3)
	n := len(b.Anchors.Box)
	b.GT, b.IoU = make([]int32, n), make([]float32, n)
	for i := range b.GT {
		b.GT[i] = anchors.Negative
	}
	b.IoU[9] = float32(math.NaN())
	assert.PanicsWithValue(t, "rpn: Step: image 0 (ID 3): GT gives candidate 9 an IoU of NaN", func() { c.Step(&Work{}, b) })
	b.GT, b.IoU = nil, nil
	own := c
	for want, a := range map[string]anchors.Assignment{
		fmt.Sprintf("has 0 labels, 0 IoUs and 0 qualities for %d candidates", n):         {},
		fmt.Sprintf("has %d labels, 1 IoUs and 0 qualities for %[1]d candidates", n):     {GT: make([]int32, n), IoU: make([]float32, 1)},
		fmt.Sprintf("has %d labels, %[1]d IoUs and 1 qualities for %[1]d candidates", n): {GT: make([]int32, n), IoU: make([]float32, n), Quality: make([]float32, 1)},
	} {
		own.Assigner = given{a}
		assert.PanicsWithValue(t, "rpn: Step: image 0 (ID 3): the assigner "+want, func() { own.Step(&Work{}, b) })
	}
}

// straying is an assigner of a user's own that is wrong in crowded images alone.
type straying struct{ anchors.MaxIoU }

func (s straying) Assign(dst *anchors.Assignment, c *anchors.Candidates, t *anchors.Truth) {
	if s.MaxIoU.Assign(dst, c, t); len(t.Box) > 1 {
		dst.GT[5] = 99
	}
}

func TestTheLabelsOfAnAssignerOfOnesOwnAreLookedAtInEveryStep(t *testing.T) {
	c := OneStage()
	c.Assigner = straying{anchors.NewMaxIoU(0.5, 0.4)}
	b := step(&c, 3, 3)
	b.Images[0].Truth = anchors.Truth{Box: []anchors.Box{{1, 1, 9, 9}}, Class: []int32{0}}
	var w Work
	c.Step(&w, b)
	b.Images[0].Truth = anchors.Truth{Box: []anchors.Box{{1, 1, 9, 9}, {4, 4, 20, 20}}, Class: []int32{0, 2}}
	assert.PanicsWithValue(t, "rpn: Step: image 0 (ID 3): the assigner labels candidate 5 as 99, with 2 ground truths: a label is the index of one, -1 for negative or -2 for ignored",
		func() { c.Step(&w, b) })
}

// given is an assigner of a user's own.
type given struct{ anchors.Assignment }

func (given) Needs() anchors.Need { return 0 }

func (g given) Assign(dst *anchors.Assignment, _ *anchors.Candidates, _ *anchors.Truth) {
	*dst = g.Assignment
}

func TestASamplerThatReadsClassesIsGivenSome(t *testing.T) {
	c := Objectness()
	c.Sampler = sampling.OHEM{Num: 8, NMSIoU: 0.5, NMSPerClass: true}
	b := step(&c, 1, 3)
	assert.NotPanics(t, func() { c.Step(&Work{}, b) })
	b.Images[0].Truth = anchors.Truth{Box: []anchors.Box{{1, 1, 9, 9}}}
	assert.PanicsWithValue(t, "rpn: Step: image 0 (ID 3): 0 classes for 1 ground truths, and the sampler reads them", func() { c.Step(&Work{}, b) })
	c.Sampler = sampling.OHEM{Num: 8}
	assert.NotPanics(t, func() { c.Step(&Work{}, b) })
}

func TestAPartThatIsANilPointerIsMissing(t *testing.T) {
	c := OneStage()
	c.Sampler = (*pointed)(nil)
	assert.ErrorContains(t, c.Validate(), "no sampler: choose one")
}

// pointed is a sampler by its pointer.
type pointed struct{ sampling.All }

func TestLogitsAtTheEndOfFloat32StepFinitely(t *testing.T) {
	for name, c := range every(t) {
		for _, cls := range []losses.Cls{c.Cls, losses.NewSoftmaxFocal(0.25, 2), losses.SoftmaxCE{}, losses.CE{}} {
			c.Cls = cls
			if c.Validate() != nil {
				continue
			}
			b := step(&c, 3, 3, 4)
			for i := range b.Logits {
				b.Logits[i] = []float32{3e38, -3e38, b.Logits[i], b.Logits[i]}[(i*i+i/7)%4]
			}
			var w Work
			v := c.Step(&w, b)
			sum := v.Cls + v.Box + v.Balance.LossPositives + v.Balance.LossNegatives + v.Balance.GradPositives + v.Balance.GradNegatives
			for _, g := range b.GradLogits {
				sum += float64(g)
			}
			assert.False(t, math.IsInf(sum, 0) || sum != sum, "%s, %T: %+v", name, cls, v)
		}
	}
}

func TestWhatTheAssignerNeedsIsNamed(t *testing.T) {
	c := OneStage()
	c.Assigner = anchors.MaxIoU{PosIoU: 0.5, NegIoU: 0.4, Straddle: anchors.StraddleDropped}
	for _, size := range [][2]float32{{0, 0}, {side, 0}, {0, side}} {
		b := step(&c, 3, 3)
		b.Anchors.Width, b.Anchors.Height = size[0], size[1]
		var w Work
		assert.PanicsWithValue(t, "rpn: Step: the assigner needs the image's size: set Width and Height of Anchors", func() { c.Step(&w, b) })
	}
	atss := OneStage()
	atss.Assigner = anchors.NewATSS()
	bare := step(&atss, 3, 3)
	bare.Anchors.Grid, bare.Anchors.Pyramid = nil, nil
	assert.PanicsWithValue(t, "rpn: Step: the assigner needs the grid of the anchors, and none is given: set Grid of Anchors", func() { atss.Step(&Work{}, bare) })
	b := step(&c, 0, 3)
	var w Work
	assert.PanicsWithValue(t, "rpn: Step: the batch has 0 classes: 1 for objectness, or those of the data", func() { c.Step(&w, b) })
	plain := OneStage()
	b = step(&plain, 3, 3)
	b.Anchors.Grid = b.Anchors.Grid[1:]
	assert.PanicsWithValue(t, "rpn: Step: Grid of Anchors has 8 anchors, and Box 40: take both of one pyramid and size, as anchors.Field does", func() { plain.Step(&Work{}, b) })
}

func TestAGridThatContradictsTheAnchorsIsRefusedByEveryStep(t *testing.T) {
	for _, assigner := range []anchors.Assigner{anchors.NewATSS(), anchors.NewMaxIoU(0.5, 0.4)} {
		c := OneStage()
		c.Assigner = assigner
		b := step(&c, 3, 3, 4)
		var w Work
		c.Step(&w, b)
		wrong := slices.Clone(b.Anchors.Grid)
		for l := range wrong {
			wrong[l].Stride *= 2
		}
		b.Anchors.Grid = wrong
		const want = ": the grid's level 0, of stride 16 with 4 x 4 cells of 2 anchors, contradicts the anchors: its cells lie 8 pixels apart"
		for name, call := range map[string]func(){
			"Step":    func() { c.Step(&w, b) },
			"Targets": func() { c.Targets(&w, b) },
			"Assign":  func() { c.Assign(&w, b, make([]int32, 2*len(b.Anchors.Box)), nil) },
			"Targets, labelled before": func() {
				labelled := *b
				labelled.GT, labelled.IoU = make([]int32, 2*len(b.Anchors.Box)), make([]float32, 2*len(b.Anchors.Box))
				c.Targets(&w, &labelled)
			},
		} {
			func() {
				defer func() { assert.Contains(t, fmt.Sprint(recover()), want, name) }()
				call()
			}()
		}
	}
}

func TestAnchorsThatAreNoBoxesAreNamedByTheFirstStep(t *testing.T) {
	const inverted = ", with a corner right of or below its opposite: a box is x1, y1, x2, y2, not x, y, width, height"
	c := OneStage()
	for want, box := range map[string]anchors.Box{
		"[30 30 8 8]" + inverted:               {30, 30, 8, 8},
		"[0 0 +Inf 8]: corners must be finite": {0, 0, float32(math.Inf(1)), 8},
	} {
		b := step(&c, 3, 3)
		b.Anchors.Box[5], b.Anchors.Grid = box, nil
		var w Work
		assert.PanicsWithValue(t, "rpn: Step: anchor 5 is "+want, func() { c.Step(&w, b) })
	}
}

// promoting is a part that leaves its work to what it embeds.
type promoting struct{ sampling.Sampler }

func TestAPartThatEmbedsNothingIsNamedByTheFirstStep(t *testing.T) {
	c := OneStage()
	b := step(&c, 3, 1)
	c.Sampler = promoting{}
	assert.PanicsWithValue(t, "rpn: Step: sampler.sampler: the sampling.Sampler that rpn.promoting embeds is nil, and its methods are called: set it, or write the methods", func() { c.Step(&Work{}, b) })
	c = OneStage()
	c.Cls = inFloat64{}
	assert.PanicsWithValue(t, "rpn: Step: cls.pointwise: the losses.Pointwise that rpn.inFloat64 embeds is nil, and its methods are called: set it, or write the methods", func() { c.Step(&Work{}, b) })
	c = OneStage()
	c.Sampler = promoting{sampling.All{}}
	assert.NotPanics(t, func() { c.Step(&Work{}, b) })
}

func TestWeightsOfOtherClassesAreNamedByTheFirstStepOfEachNumber(t *testing.T) {
	c := OneStage()
	c.Cls = losses.CE{ClassWeight: []float64{1, 2, 3}}
	var w Work
	assert.NotPanics(t, func() { c.Step(&w, step(&c, 3, 1)) })
	assert.PanicsWithValue(t, "rpn: Step: cls.class_weight: it has 3, and the classes are 4: expected 4, one for each class, or none", func() { c.Step(&w, step(&c, 4, 1)) })
	assert.PanicsWithValue(t, "rpn: Targets: cls.class_weight: it has 3, and the classes are 1: expected 1, one for each class, or none", func() { c.Targets(&w, step(&c, 1, 1)) })
	c.Cls = losses.SoftmaxFocal{Alpha: 0.25, BackgroundAlpha: 0.75, Gamma: 2, ClassAlpha: []float64{1, 2, 3, 4}}
	assert.NotPanics(t, func() { c.Step(&Work{}, step(&c, 3, 1)) })
	assert.PanicsWithValue(t, "rpn: Step: cls.class_alpha: it has 4, and the classes are 2: expected 2, one for each class, or 3 with the background's last, or none", func() { c.Step(&Work{}, step(&c, 2, 1)) })
}
