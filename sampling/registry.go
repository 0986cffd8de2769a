package sampling

import "detsample/internal/registry"

var registered = registry.Shared[Sampler]("sampler")

// Register makes a sampler available in configurations by its name, which is
// lower_snake, with a line of meaning and its source, such as a paper and its
// year. fresh returns it with its defaults. It panics if the name is malformed
// or taken.
//
// The exported fields of the struct that fresh returns are its parameters.
// Their tags say how a configuration writes them and what it may write:
//
//	param:"nms_iou"     the key, where that is not the field's name in lower_snake;
//	                    "-" hides the field
//	range:"[0,1]"       where a number lies, or each of a list; "(0," excludes 0,
//	                    and ",)" has no bound
//	oneof:"mean|sum"    the only values allowed
//	per:"class"         a list has one for each class of the data, or none;
//	                    "column" allows a last one for the background
//	doc:"..."           a line of help
//
// A method Validate() error is called after these, for what ties several
// parameters together. An embedded struct's fields count as the sampler's own.
//
// A method Explain() (formula, when string) adds what the sampler computes, in the
// names of its parameters and a line or several, and a sentence or two on what it is
// for: for the list of what has its name and for pages. Either may be empty.
func Register(name, meaning, source string, fresh func() Sampler) {
	registered.Add(name, meaning, source, fresh)
}

func init() {
	Register("all", "every candidate that is not ignored",
		"Lin 2017; mmdetection PseudoSampler", func() Sampler { return All{} })
	Register("random", "a fixed number drawn uniformly: positives up to a fraction, filled up with negatives",
		"Ren 2015; mmdetection RandomSampler, detectron2 subsample_labels, py-faster-rcnn", func() Sampler { return NewRandom(256, 0.5) })
	Register("instance_balanced", "a fixed number: about as many positives for every ground truth, negatives drawn uniformly",
		"Pang 2019 (Libra R-CNN); mmdetection InstanceBalancedPosSampler", func() Sampler { return InstanceBalanced{Quota{Num: 512, PositiveFraction: 0.25}} })
	Register("iou_balanced", "a fixed number: positives drawn uniformly, negatives evenly over their IoU with the ground truth",
		"Pang 2019 (Libra R-CNN); mmdetection IoUBalancedNegSampler (as_coded)", func() Sampler { return NewIoUBalanced(512, 0.25) })
	Register("combined", "the positives of one sampler and the negatives of another",
		"Pang 2019 (Libra R-CNN); mmdetection CombinedSampler", func() Sampler { return NewCombined(512, 0.25) })
	Register("hard_negative", "all positives and the hardest negatives, n for each positive",
		"Liu 2016 (SSD); torchvision SSD, ssd.pytorch, mmdetection SSDHead", func() Sampler { return HardNegative{Ratio: 3} })
	Register("ohem", "the candidates of highest loss, positive or negative alike",
		"Shrivastava 2016", func() Sampler { return OHEM{Num: 64} })
	Register("ohem_caffe", "the candidates of highest classification and box loss in the whole batch, after suppression",
		"Shrivastava 2016; its Caffe code", func() Sampler {
			return OHEM{Num: 64, PerBatch: true, BoxHardness: 1, NMSIoU: 0.7, NMSPerClass: true}
		})
	Register("hard_example_miner", "the candidates of highest classification and box loss, after suppression of decoded boxes",
		"Shrivastava 2016; TensorFlow object_detection HardExampleMiner (both, 0.05, 0.06)", func() Sampler {
			return OHEM{Num: 64, BoxHardness: 1.2, NMSIoU: 0.7, NMSDecoded: true}
		})
	Register("ohem_balanced", "the positives and the negatives of highest loss, positives up to a fraction",
		"mmdetection OHEMSampler", func() Sampler { return BalancedOHEM{Quota{Num: 512, PositiveFraction: 0.25}} })
	Register("soft_ohem", "a fixed number drawn in proportion to a power of the loss",
		"detsample; Efraimidis 2006", func() Sampler { return NewSoftOHEM(512) })
	Register("importance", "all positives, and negatives drawn and weighed by their gradient so that its mean is that of all",
		"detsample; Horvitz 1952, Katharopoulos 2018", func() Sampler { return NewImportance(512) })
	Register("score_hlr", "negatives chosen and weighed by the rank of their scores among overlapping ones",
		"Cao 2020 (PISA, ISR-N); mmdetection ScoreHLRSampler", func() Sampler { return NewScoreHLR(512, 0.25) })
	Register("isr_p", "another sampler's positives weighed by the rank of their predicted IoU",
		"Cao 2020 (PISA, ISR-P); mmdetection isr_p", func() Sampler { return NewISRP(All{}) })
	Register("expectation", "every candidate, negatives weighed by their chance under random sampling",
		"TensorFlow object_detection ExpectedLossWeights", func() Sampler { return Expectation{Ratio: 3} })
	explain()
}
