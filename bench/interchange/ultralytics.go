package interchange

import (
	"path/filepath"
	"strings"
)

// fromUltralytics makes a strategy of the training arguments of Ultralytics'
// detectors from YOLOv8 on. Of who is positive they say nothing: that is in the
// program, as are most of the losses.
func fromUltralytics(path string, root *node, _ Options) (Imported, error) {
	d := &draft{library: "ultralytics", path: path, name: strategyName(path), header: []string{
		"From " + filepath.Base(path) + ", training arguments of Ultralytics.",
		"Who is positive is in its program, not in its arguments.",
	}}
	b := d.block("", root)
	if n := b.dict.get("task"); n != nil {
		if n.kind != text || n.text != "detect" {
			return Imported{}, refuse(b.place("task"), "task is %s: only detect has a strategy here", n.short())
		}
		b.record("task", Mapped, "dense", "")
	}
	if n := b.dict.get("model"); n != nil && n.kind == text {
		name := strings.ToLower(n.text[strings.LastIndexAny(n.text, `/\`)+1:])
		switch {
		case strings.HasPrefix(name, "rtdetr"), strings.HasPrefix(name, "rt-detr"):
			return Imported{}, refuse(b.place("model"), "%s has no strategy here: %s", n.text, queries)
		case strings.HasPrefix(name, "yolov10"), strings.HasPrefix(name, "yolo26"):
			return Imported{}, refuse(b.place("model"), "%s has no strategy here: it learns from two assignments at once, many to one and one to one", n.text)
		}
		b.record("model", Ignored, "", "the network's")
	}
	const from = "ultralytics' v8DetectionLoss"
	s := d.stage("dense", from)
	s.set("assigner", &typed{name: "task_aligned", from: from, params: []setting{
		{"topk", int64(10), from}, {"alpha", 0.5, from}, {"beta", 6.0, from}, {"ignore_iof", int64(1), "there are no ignore regions"}}}, "")
	s.set("sampler", "all", from)
	s.set("cls", &typed{name: "quality_focal", from: "cross entropy towards soft targets", params: []setting{{"beta", int64(0), from}}}, "")
	weight, weightFrom, err := b.number("cls", 0.5)
	if err != nil {
		return Imported{}, err
	}
	b.record("cls", Mapped, "dense.cls_weight", "")
	s.set("cls_weight", weight, weightFrom)
	s.set("box", &typed{name: "ciou", from: from, params: []setting{{"from_iou", int64(0), from}}}, "")
	if weight, weightFrom, err = b.number("box", 7.5); err != nil {
		return Imported{}, err
	}
	b.record("box", Mapped, "dense.box_weight", "")
	s.set("box_weight", weight, weightFrom)
	s.set("norm", "positives", "")
	s.set("coder", &typed{params: []setting{{"weights", []float64{1, 1, 1, 1}, ""}}}, "")
	b.record("dfl", Unmapped, "", "weight of a loss of each side's distribution, which no stage has (losses.DistributionFocal is for a head of one's own)")
	if n := b.dict.get("cls_pw"); n != nil {
		if n.isNumber() && n.float() == 0 {
			b.record("cls_pw", Mapped, "", "classes weigh alike")
		} else {
			b.record("cls_pw", Unmapped, "", "classes are weighted by how rare they are")
		}
	}
	b.record("single_cls", Ignored, "", "the data's")
	d.note("both losses are divided by the sum of the soft targets there; here by the number of positives")
	d.note("the box loss is weighted by the soft targets there")
	d.note("the loss is multiplied by the number of images there")
	d.note("boxes are coded by the distances of their sides there, as distributions")
	b.rest(Ignored, notSampling)
	return d.finish()
}
