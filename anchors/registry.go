package anchors

import "detsample/internal/registry"

var registered = registry.Shared[Assigner]("assigner")

// RegisterAssigner makes an assigner available in configurations by its name,
// which is lower_snake, with a line of meaning and its source, such as a paper
// and its year. fresh returns it with its defaults. It panics if the name is
// malformed or taken.
//
// The exported fields of the struct that fresh returns are its parameters, and
// their tags param, range, oneof, per and doc describe them; a method Explain has
// its formula and use: all as in [detsample/sampling.Register].
func RegisterAssigner(name, meaning, source string, fresh func() Assigner) {
	registered.Add(name, meaning, source, fresh)
}

func init() {
	RegisterAssigner("max_iou", "the ground truth a candidate overlaps most, by two IoU thresholds, with forced low-quality matches",
		"Ren 2015; mmdetection MaxIoUAssigner, detectron2 Matcher", func() Assigner { return NewMaxIoU(0.5, 0.4) })
	RegisterAssigner("simota", "each ground truth's cheapest candidates by predicted class and box, as many as its best IoUs sum to",
		"Ge 2021 (YOLOX); mmdetection SimOTAAssigner", func() Assigner { return NewSimOTA() })
	RegisterAssigner("ota", "optimal transport of ground truths and background to candidates at the cost of their predictions, by Sinkhorn",
		"Ge 2021 (OTA) and its published code", func() Assigner { return NewOTA() })
	RegisterAssigner("task_aligned", "each ground truth's best candidates by score and IoU together; soft targets by normalised alignment",
		"Feng 2021 (TOOD); mmdetection TaskAlignedAssigner", func() Assigner { return NewTaskAligned() })
	RegisterAssigner("dynamic_soft", "SimOTA's matching with soft class costs and a soft centre; soft targets by IoU",
		"Lyu 2022 (RTMDet); mmdetection DynamicSoftLabelAssigner", func() Assigner { return NewDynamicSoft() })
	RegisterAssigner("hungarian", "one candidate for each ground truth, at the least total cost of class, L1 and GIoU",
		"Carion 2020 (DETR); mmdetection HungarianAssigner", func() Assigner { return NewHungarian() })
	RegisterAssigner("ssd_bipartite", "the ground truth a candidate overlaps most, by one IoU threshold, and each ground truth's first best candidate",
		"Liu 2016 (SSD); ssd.pytorch match, mmdetection MaxIoUAssigner with gt_max_assign_all=False", func() Assigner { return NewSSDBipartite() })
	RegisterAssigner("atss", "each ground truth's nearest candidates of every level, above the mean plus deviation of their IoUs",
		"Zhang 2020 (ATSS); mmdetection ATSSAssigner", func() Assigner { return NewATSS() })
	RegisterAssigner("uniform", "each ground truth's few nearest candidates, as many for small objects as for large",
		"Chen 2021 (YOLOF); mmdetection UniformAssigner", func() Assigner { return NewUniform() })
	RegisterAssigner("center_region", "candidates around an object's centre, those around them ignored",
		"Zhu 2019 (FSAF); mmdetection CenterRegionAssigner", func() Assigner { return NewCenterRegion() })
	RegisterAssigner("fcos", "points near an object's centre, on the level that suits the distance to its farthest side",
		"Tian 2019 (FCOS); mmdetection FCOSHead", func() Assigner { return NewFCOS() })
	RegisterAssigner("point", "the points nearest to an object's centre, on the level that suits its size",
		"Yang 2019 (RepPoints); mmdetection PointAssigner", func() Assigner { return NewPoint() })
	RegisterAssigner("nwd_rka", "each ground truth's most similar candidates by the normalised Wasserstein distance, for tiny objects",
		"Wang 2021, Xu 2022 (NWD-RKA); the authors' RankingAssigner", func() Assigner { return NewNWDRKA() })
	RegisterAssigner("rfla", "each ground truth's most similar receptive fields, in two rounds, for tiny objects",
		"Xu 2022 (RFLA); the authors' HieAssigner", func() Assigner { return NewRFLA() })
	explain()
}
