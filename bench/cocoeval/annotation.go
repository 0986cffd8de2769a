package cocoeval

import (
	"fmt"
	"math"

	"detsample/bench/annotations"
)

// GroundTruth is an annotated object.
type GroundTruth struct {
	Image int64
	// Class is a category id or index; any value.
	Class int32
	// Box is {x, y, width, height} in pixels, as COCO files have it. It is
	// float64 and not an anchors.Box because converting to float32 corners
	// and back would move overlaps across thresholds.
	Box [4]float64
	// Area in square pixels sorts the object into the area ranges. COCO
	// states the area of the segmentation, which is less than the box's.
	Area float64
	// Crowd marks a region holding many objects: ignored, matched by
	// intersection over detection area and by any number of detections.
	Crowd bool
	// Ignore marks an object that need not be found, such as a difficult one
	// of Pascal VOC: it is matched by IoU, once, and counts neither way.
	Ignore bool
	// Unmatched marks an object that is used up by what matches it and missed all
	// the same, as pycocotools has it of one whose id is 0.
	Unmatched bool
}

// ToFind reports whether g is an object to be found: neither a crowd nor to be ignored.
func (g *GroundTruth) ToFind() bool { return !g.Crowd && !g.Ignore }

// Detection is a scored box of a detector. A box without positive width and
// height overlaps nothing and so is a false positive.
type Detection = annotations.Detection

func validateAnnotations(gts []GroundTruth, dts []Detection) error {
	for i := range gts {
		g := &gts[i]
		if !finiteBox(&g.Box) {
			return fmt.Errorf("cocoeval: ground truth %d (image %d, class %d): box %v is not finite; drop it or repair it", i, g.Image, g.Class, g.Box)
		}
		if !finite(g.Area) {
			return fmt.Errorf("cocoeval: ground truth %d (image %d, class %d): area is %v; use width times height where none is known", i, g.Image, g.Class, g.Area)
		}
	}
	for i := range dts {
		d := &dts[i]
		if !finiteBox(&d.Box) {
			return fmt.Errorf("cocoeval: detection %d (image %d, class %d): box %v is not finite; has training diverged?", i, d.Image, d.Class, d.Box)
		}
		if !finite(d.Score) {
			return fmt.Errorf("cocoeval: detection %d (image %d, class %d): score is %v; has training diverged?", i, d.Image, d.Class, d.Score)
		}
	}
	return nil
}

// v-v == 0 would not do: where v is a product, a machine that fuses it with the
// difference gets the product's rounding.
func finite(v float64) bool { return math.Abs(v) <= math.MaxFloat64 }

// finiteBox reports whether position, far corner and area are all finite.
func finiteBox(b *[4]float64) bool {
	sum := math.Abs(b[0]) + math.Abs(b[1]) + math.Abs(b[2]) + math.Abs(b[3])
	return finite(sum) && finite(b[2]*b[3])
}
