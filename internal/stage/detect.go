package stage

import (
	"fmt"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/losses"
)

// CheckDetect panics, on behalf of the named function, unless a head's output
// can become detections: by a classification loss, whose link makes scores of
// logits, a coder, and settings within their ranges.
func CheckDetect(function string, cls losses.Cls, coder anchors.Coder, settings any) {
	if missing(cls) {
		panic(function + ": no classification loss (cls), by which logits become scores")
	}
	if err := registry.Check(struct{ Coder anchors.Coder }{coder}); err != nil {
		panic(function + ": " + err.Error())
	}
	if err := registry.Check(settings); err != nil {
		panic(function + ": " + err.Error() + "; Detections has customary settings")
	}
}

// CheckOutput panics, on behalf of the named function, unless a head's output is
// of some classes and of an image with a size.
func CheckOutput(function string, classes int, width, height float32) {
	if classes < 1 {
		panic(fmt.Sprintf("%s: the output has %d classes: 1 for objectness, or those of the data", function, classes))
	}
	if !(width > 0 && height > 0) {
		panic(fmt.Sprintf("%s: the image is %v x %v: boxes are clipped to its Width and Height", function, width, height))
	}
}
