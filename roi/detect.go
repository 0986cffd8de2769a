package roi

import (
	"fmt"

	"detsample/anchors"
	"detsample/internal/stage"
)

// Detect says how the head's output becomes detections.
type Detect struct {
	MinScore  float64 `range:"[0,1]" doc:"score below which a class is dropped"`
	NMSIoU    float64 `param:"nms_iou" range:"[0,1]" doc:"overlap beyond which the lower-scored of one class is dropped"`
	Keep      int     `range:"[1,)" doc:"detections kept per image"`
	MinLength float64 `range:"[0,)" doc:"side in pixels below which a box is dropped"`
}

// Detections returns the customary settings: scores above 0.05, suppression
// at 0.5, 100 kept (detectron2, torchvision).
func Detections() Detect { return Detect{MinScore: 0.05, NMSIoU: 0.5, Keep: 100, MinLength: 1} }

// Output is the head's output for one image's regions.
type Output struct {
	Classes       int
	Logits        []float32 // (regions, Cls.Link().Columns(Classes))
	Deltas        []float32 // (regions, BoxColumns(Classes))
	Width, Height float32   // of the image, to which boxes are clipped
}

// DetectWork is the memory of [Config.Detect], which allocates nothing once
// warm.
type DetectWork struct {
	row   []float32
	found []anchors.Detection

	suppressor anchors.Suppressor

	checked  *Config // found able to detect, by
	settings Detect
}

// Detect appends an image's detections to dst, in falling score, and returns
// it. Equal scores keep the order of their regions and classes. It panics if
// the output's lengths disagree with the regions, if it is of no class or of an
// image without a size, and if the configuration or d has a value that it may
// not have.
func (c *Config) Detect(w *DetectWork, dst []anchors.Detection, d Detect, rois []ROI, out Output) []anchors.Detection {
	if w.checked != c || w.settings != d {
		stage.CheckDetect("roi: Detect", c.Cls, c.Coder, d)
		w.checked, w.settings = c, d
	}
	stage.CheckOutput("roi: Detect", out.Classes, out.Width, out.Height)
	columns, boxColumns := c.Cls.Link().Columns(out.Classes), c.BoxColumns(out.Classes)
	if len(out.Logits) != len(rois)*columns || len(out.Deltas) != len(rois)*boxColumns {
		panic(fmt.Sprintf("roi: Detect: %d logits and %d deltas for %d regions with %d and %d columns",
			len(out.Logits), len(out.Deltas), len(rois), columns, boxColumns))
	}
	if cap(w.row) < out.Classes {
		w.row = make([]float32, out.Classes)
	}
	w.row, w.found = w.row[:out.Classes], w.found[:0]
	for r, region := range rois {
		c.Cls.Link().Scores(w.row, out.Logits[r*columns:(r+1)*columns])
		for k, score := range w.row {
			if !(float64(score) >= d.MinScore && score > 0) { // NaN too
				continue
			}
			at := r * boxColumns
			if c.PerClass {
				at += 4 * k
			}
			box := c.Coder.Decode(region.Box, anchors.Delta(out.Deltas[at:at+4])).Clip(out.Width, out.Height)
			if float64(box.Width()) < d.MinLength || float64(box.Height()) < d.MinLength || !box.Valid() {
				continue
			}
			w.found = append(w.found, anchors.Detection{Box: box, Class: int32(k), Score: score})
		}
	}
	return append(dst, w.suppressor.NMS(w.found, float32(d.NMSIoU), d.Keep)...)
}
