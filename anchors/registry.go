package anchors

import "detsample/internal/registry"

// Entry describes an assigner to the configuration layer: its name, a line
// of meaning, its source, and New, which returns it with its defaults. The
// exported fields of what New returns are its parameters.
type Entry = registry.Entry[Assigner]

// Assigners holds every registered assigner.
var Assigners = registry.New[Assigner]("assigner")

// Register makes an assigner available by name in configurations. It panics
// if the name is empty or taken.
func Register(e Entry) { Assigners.Register(e) }

func init() {
	Register(Entry{
		Name:    "max_iou",
		Meaning: "the ground truth a candidate overlaps most, by two IoU thresholds, with forced low-quality matches",
		Source:  "Ren 2015; mmdetection MaxIoUAssigner, detectron2 Matcher",
		New:     func() Assigner { return NewMaxIoU(0.5, 0.4) },
	})
}
