package roi

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/losses"
)

// naiveDetect lists every class of every region and suppresses.
func naiveDetect(c *Config, d Detect, rois []ROI, out Output) []anchors.Detection {
	columns, boxColumns := c.Cls.Link().Columns(out.Classes), c.BoxColumns(out.Classes)
	found := []anchors.Detection{}
	for r := range rois {
		scores := make([]float32, out.Classes)
		c.Cls.Link().Scores(scores, out.Logits[r*columns:(r+1)*columns])
		for k, score := range scores {
			deltas := out.Deltas[r*boxColumns : (r+1)*boxColumns]
			if c.PerClass {
				deltas = deltas[4*k:]
			}
			box := c.Coder.Decode(rois[r].Box, anchors.Delta(deltas)).Clip(out.Width, out.Height)
			if float64(score) >= d.MinScore && box.Valid() && min(float64(box.Width()), float64(box.Height())) >= d.MinLength {
				found = append(found, anchors.Detection{Box: box, Class: int32(k), Score: score})
			}
		}
	}
	return anchors.NMS(found, float32(d.NMSIoU), d.Keep)
}

func detectInput(c *Config, seed uint64) ([]ROI, Output) {
	var rois []ROI
	for _, p := range picture(seed).Proposals {
		rois = append(rois, ROI{Box: p})
	}
	n := len(rois)
	return rois, Output{
		Classes: classes, Width: 50, Height: 45,
		Logits: head(seed, n*c.Cls.Link().Columns(classes)), Deltas: head(seed+1, n*c.BoxColumns(classes)),
	}
}

func TestDetectIsThresholdSuppressionAndCut(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		var w DetectWork
		for seed := range uint64(30) {
			rois, out := detectInput(c, seed)
			for _, d := range []Detect{Detections(), {MinScore: 0.4, NMSIoU: 0.3, Keep: 4, MinLength: 9}, {Keep: 1000, NMSIoU: 1}} {
				want := naiveDetect(c, d, rois, out)
				got := c.Detect(&w, nil, d, rois, out)
				require.Equal(t, want, append([]anchors.Detection{}, got...))
				for _, f := range got {
					assert.True(t, f.Box[0] >= 0 && f.Box[1] >= 0 && f.Box[2] <= 50 && f.Box[3] <= 45)
				}
				assert.True(t, slices.IsSortedFunc(got, func(a, b anchors.Detection) int {
					if a.Score > b.Score {
						return -1
					}
					return 1
				}))
			}
		}
	})
}

func TestAScoreOfTheThresholdIsDetected(t *testing.T) {
	c := SecondStage()
	out := Output{Classes: 1, Width: 50, Height: 50, Logits: make([]float32, 2), Deltas: make([]float32, 4)}
	rois := []ROI{{Box: anchors.Box{1, 1, 9, 9}}}
	for least, want := range map[float64]int{0.5: 1, 0.500001: 0} {
		assert.Len(t, c.Detect(&DetectWork{}, nil, Detect{MinScore: least, NMSIoU: 0.5, Keep: 1}, rois, out), want)
	}
	for length, want := range map[float64]int{8: 1, 8.001: 0} {
		assert.Len(t, c.Detect(&DetectWork{}, nil, Detect{MinLength: length, NMSIoU: 0.5, Keep: 1}, rois, out), want)
	}
}

func TestDetectAppends(t *testing.T) {
	c := SecondStage()
	rois, out := detectInput(&c, 1)
	var w DetectWork
	sentinel := anchors.Detection{Score: 42}
	got := c.Detect(&w, []anchors.Detection{sentinel}, Detections(), rois, out)
	assert.Equal(t, sentinel, got[0])
	assert.Greater(t, len(got), 1)
}

func TestADivergedHeadDetectsNothing(t *testing.T) {
	c := SecondStage()
	rois, out := detectInput(&c, 1)
	for i := range out.Logits {
		out.Logits[i] = float32(math.NaN())
	}
	assert.Empty(t, c.Detect(&DetectWork{}, nil, Detect{NMSIoU: 0.5, Keep: 100}, rois, out))
}

func TestDetectStaysOffTheHeap(t *testing.T) {
	c := SecondStage()
	c.Cls = losses.Focal{Alpha: 0.25, Gamma: 2}
	rois, out := detectInput(&c, 1)
	var w DetectWork
	var dst []anchors.Detection
	run := func() { dst = c.Detect(&w, dst[:0], Detections(), rois, out) }
	run()
	assert.Zero(t, testing.AllocsPerRun(5, run))
}

func TestDetectPanicsWhereLengthsDisagree(t *testing.T) {
	c := SecondStage()
	rois, out := detectInput(&c, 1)
	out.Logits = out.Logits[4:]
	n := len(rois)
	assert.PanicsWithValue(t, fmt.Sprintf("roi: Detect: %d logits and %d deltas for %d regions with 4 and 4 columns", 4*n-4, 4*n, n), func() {
		c.Detect(&DetectWork{}, nil, Detections(), rois, out)
	})
}

func TestWhatCannotBecomeDetectionsIsNamed(t *testing.T) {
	image := Output{Classes: 1, Width: 8, Height: 8}
	for want, change := range map[string]func(*Config, *Detect, *Output){
		"keep is 0: expected at least 1; Detections has customary settings":             func(_ *Config, d *Detect, _ *Output) { d.Keep = 0 },
		"min_score is NaN: expected between 0 and 1; Detections has customary settings": func(_ *Config, d *Detect, _ *Output) { d.MinScore = math.NaN() },
		"nms_iou is 2: expected between 0 and 1; Detections has customary settings":     func(_ *Config, d *Detect, _ *Output) { d.NMSIoU = 2 },
		"no classification loss (cls), by which logits become scores":                   func(c *Config, _ *Detect, _ *Output) { c.Cls = nil },
		"coder.weights[0] is 0: expected above 0":                                       func(c *Config, _ *Detect, _ *Output) { c.Coder = anchors.Coder{} },
		"the output has 0 classes: 1 for objectness, or those of the data":              func(_ *Config, _ *Detect, o *Output) { o.Classes = 0 },
		"the image is 0 x 8: boxes are clipped to its Width and Height":                 func(_ *Config, _ *Detect, o *Output) { o.Width = 0 },
		"the image is 8 x NaN: boxes are clipped to its Width and Height":               func(_ *Config, _ *Detect, o *Output) { o.Height = float32(math.NaN()) },
	} {
		var w DetectWork
		valid := SecondStage()
		assert.Empty(t, valid.Detect(&w, nil, Detections(), nil, image))
		c, d, o := SecondStage(), Detections(), image
		change(&c, &d, &o)
		assert.PanicsWithValue(t, "roi: Detect: "+want, func() { c.Detect(&w, nil, d, nil, o) }, "of another configuration")
		assert.Equal(t, d != Detections() || o.Classes != 1 || o.Width != 8 || o.Height != 8,
			recovered(func() { valid.Detect(&w, nil, d, nil, o) }) != nil, "of the configuration that was found valid")
	}
}

// recovered returns what f panics with, nil if it does not.
func recovered(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}
