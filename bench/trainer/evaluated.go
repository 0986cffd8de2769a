package trainer

import "detsample/bench/cocoeval"

// Evaluated takes in what an evaluation after some images found: the figures,
// those of each class, and a point of the curve. names are the classes', and
// place says which one a class of the evaluation is.
func (r *Run) Evaluated(images int, found *cocoeval.Result, names []string, place func(class int32) int) {
	r.Figures = figuresOf(found.Summary())
	r.Curve = append(r.Curve, Point{Images: images, AP: r.AP, AP50: r.AP50, APS: r.APS})
	r.Classes = make([]ClassFigures, len(names))
	for _, c := range found.PerClass() {
		k := place(c.Class)
		r.Classes[k] = ClassFigures{Class: names[k], Objects: c.GroundTruths, AP: c.AP, AP50: c.AP50}
	}
}
