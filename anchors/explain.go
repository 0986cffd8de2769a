package anchors

// explain gives the registered assigners their formulas and uses. c is a
// candidate, b its predicted box and g a ground truth.
func explain() {
	is := registered.Explain
	is("max_iou", "max_g IoU(c, g) >= pos_iou: positive, of the g it overlaps most\nneg_floor <= max_g IoU < neg_iou: negative;  else ignored\nthe best candidates of each g with IoU >= min_pos_iou are positive in any case (forced)",
		"For anchor boxes that were made for the objects: RetinaNet, region proposal networks, second stages. Objects smaller than the smallest anchor get forced matches alone.")
	is("ssd_bipartite", "max_g IoU(c, g) >= iou: positive;  else negative\nthe first best candidate of each g is positive in any case",
		"For SSD. Nothing is ignored, so candidates just below iou are hard negatives.")
	is("atss", "of the topk candidates of each level nearest to g's centre, those inside g with IoU >= mean + deviation of their IoUs",
		"For thresholds that fit each object by itself, with nothing to tune to sizes and ratios. It needs the pyramid.")
	is("uniform", "the match_times candidates nearest to g by predicted box, and by their own; IoU < pos_ignore_iou: ignored",
		"For one feature map, on which large objects have many more candidates than small ones (YOLOF). It needs predictions.")
	is("center_region", "centre inside g and IoF(c, core) > min_pos_iof: positive of the smallest such g;  IoF(c, shadow) > min_pos_iof: ignored",
		"For anchor-free branches that learn from the middle of an object alone (FSAF).")
	is("fcos", "centre within center_radius strides of g's, and largest distance to g's sides within the level's range up to max_reach strides",
		"For anchor-free heads: candidates are points, so there are no anchor sizes to fit. Objects below half a stride may hold no point.")
	is("point", "the num points nearest to g's centre on the level of stride 2^floor(log2(sqrt(w h)/scale))",
		"For heads that learn from very few positives for each object, all in its middle (RepPoints).")
	is("simota", "the k(g) of least cls_weight BCE(p, g) - iou_weight log IoU(b, g), centre in or near g;  k(g) = sum of the candidate_topk best IoUs",
		"For heads whose own predictions are good enough to choose by (YOLOX), after a start in which centres decide. It needs predictions.")
	is("ota", "the plan of least cost that carries k(g) units of each g, and the background's, to the candidates, by Sinkhorn at entropy eps",
		"Like simota, but solved for all objects together: for crowds, at many times the cost. It needs predictions.")
	is("task_aligned", "the topk inside g of largest p^alpha IoU(b, g)^beta;  soft targets by the normalised alignment",
		"With quality_focal or varifocal, so that what scores high has the best box (TOOD). It needs predictions.")
	is("dynamic_soft", "as simota at the cost BCE(p, y) (y-p)^2 - iou_weight log IoU + 10^(distance - soft_center_radius);  soft targets by IoU",
		"With quality_focal (RTMDet). It needs predictions.")
	is("hungarian", "one candidate for each g at the least total of cls_weight class + l1_weight L1(b, g) - giou_weight GIoU(b, g)",
		"For detectors without suppression (DETR): there is one positive for each object, so positives are very few. It needs predictions.")
	is("nwd_rka", "the topk of each g of largest exp(-W(c, g)/nwd_scale), W the Wasserstein distance;  similarity >= neg_similarity: ignored",
		"For objects of a few pixels, which no anchor overlaps enough. nwd_scale should be the mean of sqrt(width height) of your objects, in pixels as trained.")
	is("rfla", "the topk of each g by similarity of receptive fields, then second_topk with fields shrunk by ratio;  similarity >= neg_similarity: ignored",
		"Like nwd_rka, but by what a cell sees in place of anchor boxes.")
}
