package roi

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

func TestNaNInAFirstStepIsNamedByItsImage(t *testing.T) {
	const why = ": the first step must be given numbers; check that the head's output was written, its initial weights, and its input"
	c := strategies()["ohem"]
	for _, spoil := range []struct {
		want          string
		mining        bool
		logits, delta int // which of the output is NaN, -1 for none
	}{
		{"roi: Sample: a logit is NaN, column 1 of region 2, in image 0 (ID 3)" + why, true, 2*4 + 1, -1},
		{"roi: Loss: a logit is NaN, column 3 of region 1, in image 0 (ID 3)" + why, false, 1*4 + 3, -1},
		{"roi: Loss: a delta is NaN, column 2 of region ", false, -1, 2},
	} {
		run := func(step uint64) (message any) {
			defer func() { message = recover() }()
			var w Work
			s := scored{c: &c}
			b := Batch{Classes: classes, Images: []Image{picture(3), picture(4)}, Key: sampling.Key{Step: step}}
			c.Step(&w, &b, func(rois []ROI, mining bool) (logits, deltas []float32) {
				logits, deltas = s.head(rois, mining)
				if mining != spoil.mining {
					return logits, deltas
				}
				if spoil.logits >= 0 {
					logits[spoil.logits] = float32(math.NaN())
				}
				for i := range deltas {
					if spoil.delta >= 0 && i%4 == spoil.delta {
						deltas[i] = float32(math.NaN())
					}
				}
				return logits, deltas
			})
			return nil
		}
		assert.Contains(t, run(1), spoil.want)
		assert.Nil(t, run(2), "a run that is gone on with may have diverged")
	}
}

func TestProposalsThatAreNoBoxesAreNamed(t *testing.T) {
	const inverted = ", with a corner right of or below its opposite: a box is x1, y1, x2, y2, not x, y, width, height"
	for want, b := range map[string]anchors.Box{
		"[30 30 10 40]" + inverted:            {30, 30, 10, 40},
		"[NaN 0 1 1]: corners must be finite": {float32(math.NaN()), 0, 1, 1},
	} {
		c := SecondStage()
		m := picture(3)
		m.Proposals[2] = b
		var w Work
		w.Reset(classes)
		assert.PanicsWithValue(t, "roi: Join: image 0 (ID 3): proposal 2 is "+want, func() { c.Join(&w, m) })
	}
}

func TestAStepWithoutAHeadIsNamed(t *testing.T) {
	c := SecondStage()
	assert.PanicsWithValue(t, "roi: Step: no head: it runs the network on the sampled regions", func() { c.Step(&Work{}, &Batch{Classes: classes}, nil) })
}

// stray is an assigner of a user's own that labels by an object too many.
type stray struct{}

func (stray) Needs() anchors.Need { return 0 }

func (stray) Assign(dst *anchors.Assignment, c *anchors.Candidates, t *anchors.Truth) {
	dst.Reset(len(c.Box))
	dst.GT[1] = int32(len(t.Box))
}

func TestAnAssignersLabelsAreLookedAt(t *testing.T) {
	c := SecondStage()
	c.Assigner = stray{}
	var w Work
	w.Reset(classes)
	assert.PanicsWithValue(t, "roi: Join: image 0 (ID 3): the assigner labels candidate 1 as 1, with 1 ground truths: a label is the index of one, -1 for negative or -2 for ignored",
		func() {
			c.Join(&w, Image{ID: 3, Truth: anchors.Truth{Box: []anchors.Box{{0, 0, 9, 9}}, Class: []int32{0}}, Proposals: []anchors.Box{{0, 0, 9, 9}}})
		})
}

// straying is an assigner of a user's own that is wrong in crowded images alone.
type straying struct{ anchors.MaxIoU }

func (s straying) Assign(dst *anchors.Assignment, c *anchors.Candidates, t *anchors.Truth) {
	if s.MaxIoU.Assign(dst, c, t); len(t.Box) > 1 {
		dst.GT[0] = int32(len(t.Box))
	}
}

func TestTheLabelsOfAnAssignerOfOnesOwnAreLookedAtInEveryStep(t *testing.T) {
	c := SecondStage()
	c.Assigner = straying{anchors.NewMaxIoU(0.5, 0.5)}
	one := picture(3)
	one.Truth = anchors.Truth{Box: []anchors.Box{{0, 0, 9, 9}}, Class: []int32{0}}
	var w Work
	s := scored{c: &c}
	b := Batch{Classes: classes, Images: []Image{one}}
	c.Step(&w, &b, s.head)
	crowded := one
	crowded.Truth = anchors.Truth{Box: []anchors.Box{{0, 0, 9, 9}, {20, 20, 29, 29}}, Class: []int32{0, 1}}
	b.Images = []Image{one, crowded}
	assert.PanicsWithValue(t, "roi: Join: image 1 (ID 3): the assigner labels candidate 0 as 2, with 2 ground truths: a label is the index of one, -1 for negative or -2 for ignored",
		func() { c.Step(&w, &b, s.head) })
}

func TestAConfigurationThatIsNotValidIsNamedByItsFirstUse(t *testing.T) {
	bad := SecondStage()
	bad.ClsWeight, bad.BoxWeight = 0, 0
	const none = ": cls_weight and box_weight are both 0: nothing would be learned; set them to 1"
	valid := SecondStage()
	var w Work
	step(&valid, &w, 3)
	w.Reset(classes)
	assert.PanicsWithValue(t, "roi: Join"+none, func() { bad.Join(&w, picture(3)) }, "of another configuration")
	assert.PanicsWithValue(t, "roi: Sample"+none, func() { bad.Sample(&w, nil, nil, sampling.Key{}) })
	assert.PanicsWithValue(t, "roi: Step"+none, func() {
		bad.Step(&w, &Batch{Classes: classes}, func([]ROI, bool) ([]float32, []float32) { return nil, nil })
	})
}

func TestBothWaysOfAnAlignLookAtTheirRegions(t *testing.T) {
	f := Features{N: 1, H: 2, W: 2, C: 1, Data: make([]float32, 4)}
	a := Align{Size: 1, Sampling: 1, Scale: 1}
	stray := []ROI{{Box: anchors.Box{0, 0, 1, 1}, Image: 1}}
	assert.PanicsWithValue(t, "roi: Align.Forward: region 0 is of image 1 of 1", func() { a.Forward(make([]float32, 1), f, stray) })
	assert.PanicsWithValue(t, "roi: Align.Backward: region 0 is of image 1 of 1", func() { a.Backward(make([]float32, 4), make([]float32, 1), f, stray) })
}

func TestWeightsOfOtherClassesAreNamed(t *testing.T) {
	c := SecondStage()
	c.Cls = losses.SoftmaxCE{ClassWeight: []float64{1, 2, 3, 0.5}}
	var w Work
	w.Reset(3)
	assert.NotPanics(t, func() { c.Join(&w, picture(3)) })
	w.Reset(5)
	assert.PanicsWithValue(t, "roi: Join: cls.class_weight: it has 4, and the classes are 5: expected 5, one for each class, or 6 with the background's last, or none", func() { c.Join(&w, picture(3)) })
	w.Reset(4)
	assert.NotPanics(t, func() { c.Join(&w, picture(3)) }, "the background weighs 1")
}
