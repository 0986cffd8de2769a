package losses

import "detsample/internal/registry"

var (
	clsLosses = registry.Shared[Cls]("classification loss")
	boxLosses = registry.Shared[Box]("box loss")
	norms     = registry.Shared[Norm]("normaliser")
)

// RegisterCls makes a classification loss available in configurations by its
// name, which is lower_snake, with a line of meaning and its source, such as a
// paper and its year. fresh returns it with its defaults. It panics if the name
// is malformed or taken.
//
// The exported fields of the struct that fresh returns are its parameters, and
// their tags param, range, oneof, per and doc describe them; a method Explain has
// its formula and use: all as in [detsample/sampling.Register].
func RegisterCls(name, meaning, source string, fresh func() Cls) {
	clsLosses.Add(name, meaning, source, fresh)
}

// RegisterBox is [RegisterCls] of a box loss.
func RegisterBox(name, meaning, source string, fresh func() Box) {
	boxLosses.Add(name, meaning, source, fresh)
}

// RegisterNorm is [RegisterCls] of a normaliser.
func RegisterNorm(name, meaning, source string, fresh func() Norm) {
	norms.Add(name, meaning, source, fresh)
}

func init() {
	RegisterCls("ce", "sigmoid cross entropy: every candidate by its own log loss",
		"binary cross entropy", func() Cls { return CE{} })
	RegisterCls("alpha_ce", "sigmoid cross entropy, positives weighted by alpha and negatives by 1-alpha",
		"Lin 2017, section 3.1", func() Cls { return AlphaCE{Alpha: 0.75} })
	RegisterCls("focal", "sigmoid cross entropy times (1-p_t)^gamma, so that easy candidates fade",
		"Lin 2017; torchvision sigmoid_focal_loss", func() Cls { return Focal{Alpha: 0.25, Gamma: 2} })
	RegisterCls("softmax_ce", "softmax cross entropy with a background class",
		"Girshick 2015", func() Cls { return SoftmaxCE{} })
	RegisterCls("softmax_focal", "softmax cross entropy times (1-p_t)^gamma, objects and background weighted apart",
		"Lin 2017; zimenglan Caffe layer, mmcv softmax_focal_loss", func() Cls { return NewSoftmaxFocal(0.25, 2) })
	RegisterCls("ghm_c", "sigmoid cross entropy over the density of its gradients",
		"Li 2019; mmdetection GHMC", func() Cls { return GHMC{Bins: 10} })
	RegisterCls("softmax_alpha_ce", "softmax cross entropy, objects weighted by alpha and background by 1-alpha",
		"Lin 2017, section 3.1", func() Cls { return SoftmaxAlphaCE{Alpha: 0.75} })
	RegisterCls("linear_focal", "cross entropy of a stretched and shifted margin, FL*",
		"Lin 2017, appendix A; LINEAR in zimenglan's Caffe layer", func() Cls { return LinearFocal{Gamma: 2, Beta: 1} })
	RegisterCls("quality_focal", "focal loss towards the quality of the candidate's box",
		"Li 2020, Generalized Focal Loss; mmdetection QualityFocalLoss", func() Cls { return QualityFocal{Beta: 2} })
	RegisterCls("varifocal", "positives towards and by their quality at full strength, only negatives focused",
		"Zhang 2021, VarifocalNet; mmdetection VarifocalLoss", func() Cls { return NewVarifocal(0.75, 2) })
	RegisterCls("gaussian_focal", "focal loss against a heat map, negatives near a peak count less",
		"Law 2018, CornerNet; mmdetection GaussianFocalLoss", func() Cls { return GaussianFocal{Alpha: 2, Gamma: 4} })
	RegisterCls("asymmetric", "positives and negatives focused apart, easiest negatives cut off",
		"Ben-Baruch 2021; the authors' AsymmetricLoss", func() Cls { return Asymmetric{GammaNeg: 4, GammaPos: 1, Clip: 0.05} })
	RegisterCls("class_balanced", "sigmoid cross entropy, rows weighted by their class's effective number of examples",
		"Cui 2019; the authors' CB_loss", func() Cls { return ClassBalanced{Effective: Effective{Beta: 0.9999}} })
	RegisterCls("softmax_class_balanced", "softmax cross entropy, rows weighted by their class's effective number of examples",
		"Cui 2019; the authors' CB_loss", func() Cls { return SoftmaxClassBalanced{Effective: Effective{Beta: 0.9999}} })
	RegisterCls("eqlv2", "sigmoid cross entropy, classes balanced by the gradients they got so far",
		"Tan 2021; mmdetection EQLV2Loss", func() Cls { return EQLv2{Gamma: 12, Mu: 0.8, Alpha: 4} })
	RegisterCls("equalized_focal", "focal loss, classes focused by the gradients they got so far",
		"Li 2022; United-Perception equalized_focal_loss", func() Cls { return EqualizedFocal{Alpha: 0.25, Gamma: 2, Scale: 8} })
	RegisterCls("seesaw", "softmax cross entropy, rarer classes spared and mistaken ones pushed",
		"Wang 2021; mmdetection SeesawLoss", func() Cls { return Seesaw{P: 0.8, Q: 2, Epsilon: 0.01} })
	RegisterCls("label_smoothing", "softmax cross entropy with part of the target spread over all columns",
		"Szegedy 2016; PyTorch cross_entropy", func() Cls { return LabelSmoothing{Epsilon: 0.1} })
	RegisterCls("bootstrapped_ce", "softmax cross entropy that trusts the label in part and its own opinion in part",
		"Reed 2015", func() Cls { return Bootstrapped{Beta: 0.95} })
	RegisterCls("average_precision", "1 minus the precision at each positive, pushed by error",
		"Chen 2019; RankSort repository APLoss", func() Cls { return AveragePrecision{Delta: 1} })
	RegisterCls("rank_sort", "positives above negatives and among themselves by quality, pushed by error",
		"Oksuz 2021; the authors' RankSort", func() Cls { return RankSort{Delta: 0.5} })
	RegisterBox("smooth_l1", "parabola below beta, line above, on the deltas",
		"Girshick 2015", func() Box { return SmoothL1{Beta: 1.0 / 9} })
	RegisterBox("giou", "generalised IoU of the decoded box",
		"Rezatofighi 2019", func() Box { return GIoU{} })
	RegisterBox("l1", "absolute error of the deltas",
		"detectron2, beta 0", func() Box { return L1{} })
	RegisterBox("huber", "parabola of curvature 1 below delta, line above, on the deltas",
		"Huber 1964; PyTorch", func() Box { return Huber{Delta: 1} })
	RegisterBox("balanced_l1", "L1 whose small errors count more and large ones no more than gamma, on the deltas",
		"Pang 2019 (Libra R-CNN); mmdetection", func() Box { return NewBalancedL1(0.5, 1.5) })
	RegisterBox("ghm_r", "smoothed L1 of the deltas over the density of its gradients",
		"Li 2019; mmdetection GHMR", func() Box { return GHMR{Mu: 0.02, Bins: 10, Momentum: 0.7} })
	RegisterBox("iou", "IoU of the decoded box, by its logarithm, itself or its square",
		"Yu 2016 (UnitBox); mmdetection IoULoss", func() Box { return IoU{} })
	RegisterBox("diou", "IoU of the decoded box and the distance of the centres",
		"Zheng 2020; torchvision", func() Box { return DIoU{} })
	RegisterBox("ciou", "diou and the difference of the aspect ratios",
		"Zheng 2020; torchvision", func() Box { return CIoU{FromIoU: 0} })
	RegisterBox("eiou", "diou and the differences of width and height",
		"Zhang 2021", func() Box { return EIoU{} })
	RegisterBox("siou", "IoU of the decoded box, the angle and distance of the centres, and the shape",
		"Gevorgyan 2022; mmdetection SIoULoss, neg_gamma", func() Box { return SIoU{Theta: 4} })
	RegisterBox("extended_iou", "IoU of the decoded box that goes on below 0 where boxes do not meet",
		"Peng 2021; mmdetection EIoULoss", func() Box { return ExtendedIoU{Smooth: 0.1} })
	RegisterBox("nwd", "Wasserstein distance of the boxes as Gaussians, for tiny objects",
		"Wang 2021", func() Box { return NWD{C: 12.8} })
	RegisterNorm("sampled", "the number of sampled candidates",
		"Ren 2015", func() Norm { return BySampled{} })
	RegisterNorm("positives", "the number of sampled positives, at least 1",
		"Lin 2017, Liu 2016", func() Norm { return ByPositives{} })
	RegisterNorm("valid", "the number of candidates that are not ignored",
		"mmdetection's avg_non_ignore", func() Norm { return ByValid{} })
	RegisterNorm("fixed", "a constant for each image",
		"detectron2 RPN", func() Norm { return ByFixed{PerImage: 256} })
	RegisterNorm("elements", "the number of logits, or of deltas, that the loss compares",
		"Li 2019", func() Norm { return ByElements{} })
	RegisterNorm("valid_bins", "elements, which of ghm_c and ghm_r leaves the mean over the bins that are not empty of each bin's mean",
		"Li 2019; mmdetection GHMC, GHMR", func() Norm { return ByElements{} })
	RegisterNorm("moving_average", "the running mean of the number of positives, so that batches of few objects do not count more",
		"detectron2 RetinaNet", func() Norm { return MovingAverage{Momentum: 0.9, Initial: 100} })
	RegisterNorm("per_image", "another normaliser for each image apart, then the mean over images",
		"torchvision RetinaNet", func() Norm { return PerImage{Of: ByPositives{}} })
	RegisterNorm("caffe_full", "the number of all candidates, sampled or not, ignored or not",
		"Caffe FULL", func() Norm { return ByCandidates{} })
	RegisterNorm("caffe_valid", "sampled: to Caffe what the sampler leaves out has the ignore label",
		"Caffe VALID", func() Norm { return BySampled{} })
	RegisterNorm("caffe_batch_size", "the number of images",
		"Caffe BATCH_SIZE", func() Norm { return ByFixed{PerImage: 1} })
	RegisterNorm("caffe_none", "1: the sum stays as it is",
		"Caffe NONE", func() Norm { return ByOne{} })
	explain()
}
