package losses

import "detsample/internal/registry"

// ClsEntry, BoxEntry and NormEntry describe a classification loss, a box loss
// and a normaliser to the configuration layer: name, a line of meaning,
// source, and New, which returns it with its defaults. The exported fields of
// what New returns are its parameters.
type (
	ClsEntry  = registry.Entry[Cls]
	BoxEntry  = registry.Entry[Box]
	NormEntry = registry.Entry[Norm]
)

// The registered losses and normalisers.
var (
	ClsLosses = registry.New[Cls]("classification loss")
	BoxLosses = registry.New[Box]("box loss")
	Norms     = registry.New[Norm]("normaliser")
)

// RegisterCls makes a classification loss available by name in
// configurations. It panics if the name is empty or taken.
func RegisterCls(e ClsEntry) { ClsLosses.Register(e) }

// RegisterBox makes a box loss available by name in configurations. It panics
// if the name is empty or taken.
func RegisterBox(e BoxEntry) { BoxLosses.Register(e) }

// RegisterNorm makes a normaliser available by name in configurations. It
// panics if the name is empty or taken.
func RegisterNorm(e NormEntry) { Norms.Register(e) }

func init() {
	for _, e := range []ClsEntry{
		{Name: "ce", Meaning: "sigmoid cross entropy: every candidate by its own log loss", Source: "binary cross entropy", New: func() Cls { return CE{} }},
		{Name: "alpha_ce", Meaning: "sigmoid cross entropy, positives weighted by alpha and negatives by 1-alpha", Source: "Lin 2017, section 3.1", New: func() Cls { return NewAlphaCE(0.75) }},
		{Name: "focal", Meaning: "sigmoid cross entropy times (1-p_t)^gamma, so that easy candidates fade", Source: "Lin 2017; torchvision sigmoid_focal_loss", New: func() Cls { return NewFocal(0.25, 2) }},
		{Name: "softmax_ce", Meaning: "softmax cross entropy with a background class", Source: "Girshick 2015", New: func() Cls { return SoftmaxCE{} }},
		{Name: "softmax_focal", Meaning: "softmax cross entropy times (1-p_t)^gamma, objects and background weighted apart", Source: "Lin 2017; zimenglan Caffe layer, mmcv softmax_focal_loss", New: func() Cls { return NewSoftmaxFocal(0.25, 2) }},
		{Name: "ghm_c", Meaning: "sigmoid cross entropy over the density of its gradients", Source: "Li 2019; mmdetection GHMC", New: func() Cls { return NewGHMC(10) }},
		{Name: "softmax_alpha_ce", Meaning: "softmax cross entropy, objects weighted by alpha and background by 1-alpha", Source: "Lin 2017, section 3.1", New: func() Cls { return NewSoftmaxAlphaCE(0.75) }},
		{Name: "linear_focal", Meaning: "cross entropy of a stretched and shifted margin, FL*", Source: "Lin 2017, appendix A; LINEAR in zimenglan's Caffe layer", New: func() Cls { return NewLinearFocal(2, 1) }},
		{Name: "quality_focal", Meaning: "focal loss towards the quality of the candidate's box", Source: "Li 2020, Generalized Focal Loss; mmdetection QualityFocalLoss", New: func() Cls { return NewQualityFocal(2) }},
		{Name: "varifocal", Meaning: "positives towards and by their quality at full strength, only negatives focused", Source: "Zhang 2021, VarifocalNet; mmdetection VarifocalLoss", New: func() Cls { return NewVarifocal(0.75, 2) }},
		{Name: "gaussian_focal", Meaning: "focal loss against a heat map, negatives near a peak count less", Source: "Law 2018, CornerNet; mmdetection GaussianFocalLoss", New: func() Cls { return NewGaussianFocal(2, 4) }},
		{Name: "asymmetric", Meaning: "positives and negatives focused apart, easiest negatives cut off", Source: "Ben-Baruch 2021; the authors' AsymmetricLoss", New: func() Cls { return NewAsymmetric(4, 1, 0.05) }},
		{Name: "class_balanced", Meaning: "sigmoid cross entropy, rows weighted by their class's effective number of examples", Source: "Cui 2019; the authors' CB_loss", New: func() Cls { return NewClassBalanced(0.9999, nil) }},
		{Name: "softmax_class_balanced", Meaning: "softmax cross entropy, rows weighted by their class's effective number of examples", Source: "Cui 2019; the authors' CB_loss", New: func() Cls { return NewSoftmaxClassBalanced(0.9999, nil) }},
		{Name: "eqlv2", Meaning: "sigmoid cross entropy, classes balanced by the gradients they got so far", Source: "Tan 2021; mmdetection EQLV2Loss", New: func() Cls { return NewEQLv2(12, 0.8, 4) }},
		{Name: "equalized_focal", Meaning: "focal loss, classes focused by the gradients they got so far", Source: "Li 2022; United-Perception equalized_focal_loss", New: func() Cls { return NewEqualizedFocal(0.25, 2, 8) }},
		{Name: "seesaw", Meaning: "softmax cross entropy, rarer classes spared and mistaken ones pushed", Source: "Wang 2021; mmdetection SeesawLoss", New: func() Cls { return NewSeesaw(0.8, 2, 0.01) }},
		{Name: "label_smoothing", Meaning: "softmax cross entropy with part of the target spread over all columns", Source: "Szegedy 2016; PyTorch cross_entropy", New: func() Cls { return NewLabelSmoothing(0.1) }},
		{Name: "bootstrapped_ce", Meaning: "softmax cross entropy that trusts the label in part and its own opinion in part", Source: "Reed 2015", New: func() Cls { return NewBootstrapped(0.95) }},
		{Name: "average_precision", Meaning: "1 minus the precision at each positive, pushed by error", Source: "Chen 2019; RankSort repository APLoss", New: func() Cls { return NewAveragePrecision(1) }},
		{Name: "rank_sort", Meaning: "positives above negatives and among themselves by quality, pushed by error", Source: "Oksuz 2021; the authors' RankSort", New: func() Cls { return NewRankSort(0.5) }},
	} {
		RegisterCls(e)
	}
	for _, e := range []BoxEntry{
		{Name: "smooth_l1", Meaning: "parabola below beta, line above, on the deltas", Source: "Girshick 2015", New: func() Box { return NewSmoothL1(1.0 / 9) }},
		{Name: "giou", Meaning: "generalised IoU of the decoded box", Source: "Rezatofighi 2019", New: func() Box { return GIoU{} }},
		{Name: "l1", Meaning: "absolute error of the deltas", Source: "detectron2, beta 0", New: func() Box { return L1{} }},
		{Name: "huber", Meaning: "parabola of curvature 1 below delta, line above, on the deltas", Source: "Huber 1964; PyTorch", New: func() Box { return NewHuber(1) }},
		{Name: "balanced_l1", Meaning: "L1 whose small errors count more and large ones no more than gamma, on the deltas", Source: "Pang 2019 (Libra R-CNN); mmdetection", New: func() Box { return NewBalancedL1(0.5, 1.5) }},
		{Name: "ghm_r", Meaning: "smoothed L1 of the deltas over the density of its gradients", Source: "Li 2019; mmdetection GHMR", New: func() Box { return NewGHMR(0.02, 10, 0.7) }},
		{Name: "iou", Meaning: "IoU of the decoded box, by its logarithm, itself or its square", Source: "Yu 2016 (UnitBox); mmdetection IoULoss", New: func() Box { return NewIoU("log") }},
		{Name: "diou", Meaning: "IoU of the decoded box and the distance of the centres", Source: "Zheng 2020; torchvision", New: func() Box { return DIoU{} }},
		{Name: "ciou", Meaning: "diou and the difference of the aspect ratios", Source: "Zheng 2020; torchvision", New: func() Box { return NewCIoU(0) }},
		{Name: "eiou", Meaning: "diou and the differences of width and height", Source: "Zhang 2021", New: func() Box { return EIoU{} }},
		{Name: "siou", Meaning: "IoU of the decoded box, the angle and distance of the centres, and the shape", Source: "Gevorgyan 2022; mmdetection SIoULoss, neg_gamma", New: func() Box { return NewSIoU(4) }},
		{Name: "extended_iou", Meaning: "IoU of the decoded box that goes on below 0 where boxes do not meet", Source: "Peng 2021; mmdetection EIoULoss", New: func() Box { return NewExtendedIoU(0.1) }},
		{Name: "nwd", Meaning: "Wasserstein distance of the boxes as Gaussians, for tiny objects", Source: "Wang 2021", New: func() Box { return NewNWD(12.8) }},
	} {
		RegisterBox(e)
	}
	for _, e := range []NormEntry{
		{Name: "sampled", Meaning: "the number of sampled candidates", Source: "Ren 2015", New: func() Norm { return BySampled{} }},
		{Name: "positives", Meaning: "the number of sampled positives, at least 1", Source: "Lin 2017, Liu 2016", New: func() Norm { return ByPositives{} }},
		{Name: "valid", Meaning: "the number of candidates that are not ignored", Source: "mmdetection's avg_non_ignore", New: func() Norm { return ByValid{} }},
		{Name: "fixed", Meaning: "a constant for each image", Source: "detectron2 RPN", New: func() Norm { return ByFixed{PerImage: 256} }},
		{Name: "elements", Meaning: "the number of logits, or of deltas, that the loss compares", Source: "Li 2019", New: func() Norm { return ByElements{} }},
		{Name: "valid_bins", Meaning: "elements, which of ghm_c and ghm_r leaves the mean over the bins that are not empty of each bin's mean", Source: "Li 2019; mmdetection GHMC, GHMR", New: func() Norm { return ByElements{} }},
		{Name: "moving_average", Meaning: "the running mean of the number of positives, so that batches of few objects do not count more", Source: "detectron2 RetinaNet", New: func() Norm { return NewMovingAverage(0.9, 100) }},
		{Name: "per_image", Meaning: "another normaliser for each image apart, then the mean over images", Source: "torchvision RetinaNet", New: func() Norm { return NewPerImage(ByPositives{}) }},
		{Name: "caffe_full", Meaning: "the number of all candidates, sampled or not, ignored or not", Source: "Caffe FULL", New: func() Norm { return ByCandidates{} }},
		{Name: "caffe_valid", Meaning: "sampled: to Caffe what the sampler leaves out has the ignore label", Source: "Caffe VALID", New: func() Norm { return BySampled{} }},
		{Name: "caffe_batch_size", Meaning: "the number of images", Source: "Caffe BATCH_SIZE", New: func() Norm { return ByFixed{PerImage: 1} }},
		{Name: "caffe_none", Meaning: "1: the sum stays as it is", Source: "Caffe NONE", New: func() Norm { return ByOne{} }},
	} {
		RegisterNorm(e)
	}
}
