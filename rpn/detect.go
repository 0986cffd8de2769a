package rpn

import (
	"fmt"

	"detsample/anchors"
	"detsample/internal/stage"
)

// Detect says how a dense head's output becomes detections.
type Detect struct {
	MinScore  float64 `range:"[0,1]" doc:"score below which a candidate is dropped"`
	PreNMS    int     `param:"pre_nms" range:"[1,)" doc:"candidates of highest score that enter suppression"`
	NMSIoU    float64 `param:"nms_iou" range:"[0,1]" doc:"overlap beyond which the lower-scored of one class is dropped"`
	Keep      int     `range:"[1,)" doc:"detections kept per image"`
	MinLength float64 `range:"[0,)" doc:"side in pixels below which a box is dropped"`
}

// Proposals returns the settings that make a region proposal network's output
// the second stage's input: the keep best after suppression at 0.7 (Ren et
// al. 2015), of twice as many.
func Proposals(keep int) Detect {
	return Detect{PreNMS: 2 * keep, NMSIoU: 0.7, Keep: keep, MinLength: 1}
}

// Detections returns the settings for a one-stage detector's final output:
// the 1000 best above 0.05, suppression at 0.5, 100 kept (RetinaNet; Lin et
// al. 2017).
func Detections() Detect {
	return Detect{MinScore: 0.05, PreNMS: 1000, NMSIoU: 0.5, Keep: 100, MinLength: 1}
}

// Output is a head's output for one image.
type Output struct {
	Classes       int
	Logits        []float32 // (anchors, Cls.Link().Columns(Classes))
	Deltas        []float32 // (anchors, 4)
	Width, Height float32   // of the image, to which boxes are clipped
}

// Detect appends an image's detections to dst, in falling score, and returns
// it. Equal scores keep the order of their anchors and classes. It panics if
// the output's lengths disagree with the anchors, if it is of no class or of an
// image without a size, and if the configuration or d has a value that it may
// not have.
func (c *Config) Detect(w *DetectWork, dst []anchors.Detection, d Detect, cand []anchors.Box, out Output) []anchors.Detection {
	if w.checked != c || w.settings != d {
		stage.CheckDetect("rpn: Detect", c.Cls, c.Coder, d)
		w.checked, w.settings = c, d
	}
	stage.CheckOutput("rpn: Detect", out.Classes, out.Width, out.Height)
	columns := c.Cls.Link().Columns(out.Classes)
	if len(out.Logits) != len(cand)*columns || len(out.Deltas) != len(cand)*4 {
		panic(fmt.Sprintf("rpn: Detect: %d logits and %d deltas for %d anchors with %d columns",
			len(out.Logits), len(out.Deltas), len(cand), columns))
	}
	w.found = w.found[:0]
	for _, at := range w.best.of(c.Cls.Link(), d, out) {
		entry, score := w.best.entries[at], w.best.scores[at]
		a := int(entry) / out.Classes
		delta := anchors.Delta(out.Deltas[4*a : 4*a+4])
		box := c.Coder.Decode(cand[a], delta).Clip(out.Width, out.Height)
		if float64(box.Width()) < d.MinLength || float64(box.Height()) < d.MinLength || !box.Valid() {
			continue
		}
		w.found = append(w.found, anchors.Detection{Box: box, Class: entry % int32(out.Classes), Score: score})
	}
	return append(dst, w.suppressor.NMS(w.found, float32(d.NMSIoU), d.Keep)...)
}

// DetectWork is the memory of [Config.Detect], which allocates nothing once
// warm.
type DetectWork struct {
	best  best
	found []anchors.Detection

	suppressor anchors.Suppressor

	checked  *Config // found able to detect, by
	settings Detect
}
