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
	Register(Entry{
		Name:    "simota",
		Meaning: "each ground truth's cheapest candidates by predicted class and box, as many as its best IoUs sum to",
		Source:  "Ge 2021 (YOLOX); mmdetection SimOTAAssigner",
		New:     func() Assigner { return NewSimOTA() },
	})
	Register(Entry{
		Name:    "ota",
		Meaning: "optimal transport of ground truths and background to candidates at the cost of their predictions, by Sinkhorn",
		Source:  "Ge 2021 (OTA) and its published code",
		New:     func() Assigner { return NewOTA() },
	})
	Register(Entry{
		Name:    "task_aligned",
		Meaning: "each ground truth's best candidates by score and IoU together; soft targets by normalised alignment",
		Source:  "Feng 2021 (TOOD); mmdetection TaskAlignedAssigner",
		New:     func() Assigner { return NewTaskAligned() },
	})
	Register(Entry{
		Name:    "dynamic_soft",
		Meaning: "SimOTA's matching with soft class costs and a soft centre; soft targets by IoU",
		Source:  "Lyu 2022 (RTMDet); mmdetection DynamicSoftLabelAssigner",
		New:     func() Assigner { return NewDynamicSoft() },
	})
	Register(Entry{
		Name:    "hungarian",
		Meaning: "one candidate for each ground truth, at the least total cost of class, L1 and GIoU",
		Source:  "Carion 2020 (DETR); mmdetection HungarianAssigner",
		New:     func() Assigner { return NewHungarian() },
	})
	Register(Entry{
		Name:    "ssd_bipartite",
		Meaning: "the ground truth a candidate overlaps most, by one IoU threshold, and each ground truth's first best candidate",
		Source:  "Liu 2016 (SSD); ssd.pytorch match, mmdetection MaxIoUAssigner with gt_max_assign_all=False",
		New:     func() Assigner { return NewSSDBipartite() },
	})
	Register(Entry{
		Name:    "atss",
		Meaning: "each ground truth's nearest candidates of every level, above the mean plus deviation of their IoUs",
		Source:  "Zhang 2020 (ATSS); mmdetection ATSSAssigner",
		New:     func() Assigner { return NewATSS() },
	})
	Register(Entry{
		Name:    "uniform",
		Meaning: "each ground truth's few nearest candidates, as many for small objects as for large",
		Source:  "Chen 2021 (YOLOF); mmdetection UniformAssigner",
		New:     func() Assigner { return NewUniform() },
	})
	Register(Entry{
		Name:    "center_region",
		Meaning: "candidates around an object's centre, those around them ignored",
		Source:  "Zhu 2019 (FSAF); mmdetection CenterRegionAssigner",
		New:     func() Assigner { return NewCenterRegion() },
	})
	Register(Entry{
		Name:    "fcos",
		Meaning: "points near an object's centre, on the level that suits the distance to its farthest side",
		Source:  "Tian 2019 (FCOS); mmdetection FCOSHead",
		New:     func() Assigner { return NewFCOS() },
	})
	Register(Entry{
		Name:    "point",
		Meaning: "the points nearest to an object's centre, on the level that suits its size",
		Source:  "Yang 2019 (RepPoints); mmdetection PointAssigner",
		New:     func() Assigner { return NewPoint() },
	})
	Register(Entry{
		Name:    "nwd_rka",
		Meaning: "each ground truth's most similar candidates by the normalised Wasserstein distance, for tiny objects",
		Source:  "Wang 2021, Xu 2022 (NWD-RKA); the authors' RankingAssigner",
		New:     func() Assigner { return NewNWDRKA() },
	})
	Register(Entry{
		Name:    "rfla",
		Meaning: "each ground truth's most similar receptive fields, in two rounds, for tiny objects",
		Source:  "Xu 2022 (RFLA); the authors' HieAssigner",
		New:     func() Assigner { return NewRFLA() },
	})
}
