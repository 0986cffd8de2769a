package sampling

// explain gives the registered samplers their formulas and uses. P and N are the
// positives and negatives of an image, h the hardness (classification loss) of a
// candidate, and a weight that is not named is 1.
func explain() {
	is := registered.Explain
	is("all", "weight 1 for every candidate that is not ignored",
		"With a loss that fades easy candidates by itself, such as focal. Under cross entropy nearly all of the loss is of easy background. Divide by positives.")
	is("random", "positives: uniformly, at most floor(num positive_fraction)\nnegatives: uniformly, to fill num",
		"The default of both stages of Faster R-CNN: cheap, and without the head's output. Where there are few positives the rest of num is easy background: 1:1 becomes 1:50. In the second stage min_negative_iou 0.1 leaves out background that is far from any object.")
	is("instance_balanced", "positives: at most round(k/G)+1 of each of the G ground truths that have any, k = floor(num positive_fraction)\nnegatives: uniformly, to fill num",
		"For images in which large objects have so many positives that small ones are seldom drawn. It changes nothing while all positives fit into the quota.")
	is("iou_balanced", "positives: uniformly, at most floor(num positive_fraction)\nnegatives: as many from each of the bins of equal width in IoU",
		"To find hard negatives of the second stage without a forward pass over all proposals: overlap with an object stands in for the loss.")
	is("combined", "the positives that sampler positive keeps, with the negatives that sampler negative keeps",
		"For two halves that suit each other, as in Libra R-CNN. Both need the same num and positive_fraction.")
	is("hard_negative", "positives: all\nnegatives: the max(floor(ratio P), min_negatives) of largest h",
		"For dense heads under cross entropy, above all over softmax (SSD). Moderately hard negatives outside the ratio teach nothing, nor does an image without objects unless min_negatives is set. Divide by positives.")
	is("ohem", "the num of largest h + box_hardness h_box, positive or negative alike; after suppression by nms_iou",
		"For second stages with many easy proposals. It needs the head's output for every proposal, which is one more forward pass. Positives are hard, too, and take many of the places: num has to be several times their number in an image, or few negatives are learned from. It takes wrong annotations first, as they have the largest loss.")
	is("ohem_caffe", "the num of largest h + h_box of the whole batch; suppression of IoU above nms_iou within a class",
		"For mining over a whole batch: its images compete for num, and easy ones give their places to hard ones. The authors' released code ranks and suppresses in the same way, but keeps 64 of each image: per_batch false, or preset caffe-ohem.")
	is("hard_example_miner", "the num of largest h + 1.2 h_box of an image; suppression of predicted boxes of IoU above nms_iou",
		"To reproduce TensorFlow's second stage.")
	is("ohem_balanced", "positives: the floor(num positive_fraction) of largest h\nnegatives: those of largest h, to fill num",
		"For mining that keeps the ratio of random sampling. Where positives are few, num is filled with negatives however easy they are.")
	is("soft_ohem", "num draws without replacement, candidate i in proportion to h_i^(1/temperature)",
		"For a middle way between mining and uniform draws: wrong annotations do not take every place, and moderately hard candidates have their share. temperature 0 is ohem.")
	is("importance", "positives: all\nnegatives: each with probability pi = min(1, c ((1-uniform) g/sum(g) + uniform/N)), sum pi = negatives, weight 1/pi; g is the size of its gradient",
		"For the expected gradient of all candidates from a few hundred, under any loss, where the backward pass over all of them is what costs. The mean weight is 1, so the picture is a flat line. Divide by positives, not by what was sampled.")
	is("score_hlr", "positives: uniformly, at most floor(num positive_fraction)\nnegatives: the first k by rank within groups of overlapping predictions, the j-th of m weighs (bias + (1-bias)(m-j)/m)^power, then scaled to the same sum of losses",
		"For second stages that should learn from distinct false positives instead of many copies of one. It needs the head's scores and boxes of every proposal.")
	is("isr_p", "the sample of another sampler; its j-th positive of m by rank of predicted IoU weighs (bias + (1-bias)(m-j)/m)^power, then scaled to the same sum of losses",
		"To learn most from the candidates that will become detections. It needs predicted boxes.")
	is("expectation", "positives: 1\nnegatives: min(1, max(ratio P, min_negatives)/N)",
		"For the mean of random sampling at ratio without its noise, at the cost of evaluating every candidate.")
}
