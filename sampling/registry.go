package sampling

import "detsample/internal/registry"

// Entry describes a sampler to the configuration layer: its name, a line of
// meaning, its source, and New, which returns it with its defaults. The
// exported fields of what New returns are its parameters.
type Entry = registry.Entry[Sampler]

// Samplers holds every registered sampler.
var Samplers = registry.New[Sampler]("sampler")

// Register makes a sampler available by name in configurations. It panics if
// the name is empty or taken.
func Register(e Entry) { Samplers.Register(e) }

func init() {
	Register(Entry{
		Name:    "all",
		Meaning: "every candidate that is not ignored",
		Source:  "Lin 2017; mmdetection PseudoSampler",
		New:     func() Sampler { return All{} },
	})
	Register(Entry{
		Name:    "random",
		Meaning: "a fixed number drawn uniformly, positives up to a fraction, negatives to fill",
		Source:  "Ren 2015; mmdetection RandomSampler, detectron2 subsample_labels, py-faster-rcnn",
		New:     func() Sampler { return NewRandom(256, 0.5) },
	})
	Register(Entry{
		Name:    "instance_balanced",
		Meaning: "a fixed number, of positives about as many for every ground truth, negatives uniformly",
		Source:  "Pang 2019 (Libra R-CNN); mmdetection InstanceBalancedPosSampler",
		New:     func() Sampler { return NewInstanceBalanced(512, 0.25) },
	})
	Register(Entry{
		Name:    "iou_balanced",
		Meaning: "a fixed number, positives uniformly, negatives evenly over their IoU with the ground truth",
		Source:  "Pang 2019 (Libra R-CNN); mmdetection IoUBalancedNegSampler (as_coded)",
		New:     func() Sampler { return NewIoUBalanced(512, 0.25) },
	})
	Register(Entry{
		Name:    "combined",
		Meaning: "the positives of one sampler and the negatives of another",
		Source:  "Pang 2019 (Libra R-CNN); mmdetection CombinedSampler",
		New:     func() Sampler { return NewCombined(512, 0.25) },
	})
	Register(Entry{
		Name:    "hard_negative",
		Meaning: "all positives and the hardest negatives, n for each positive",
		Source:  "Liu 2016 (SSD); torchvision SSD, ssd.pytorch, mmdetection SSDHead",
		New:     func() Sampler { return NewHardNegative(3) },
	})
	Register(Entry{
		Name:    "ohem",
		Meaning: "the candidates of highest loss, positive or negative alike",
		Source:  "Shrivastava 2016",
		New:     func() Sampler { return NewOHEM(64) },
	})
	Register(Entry{
		Name:    "ohem_caffe",
		Meaning: "the candidates of highest classification and box loss in the whole batch, after suppression",
		Source:  "Shrivastava 2016; its Caffe code",
		New: func() Sampler {
			return OHEM{Num: 64, PerBatch: true, BoxHardness: 1, NMSIoU: 0.7, NMSPerClass: true}
		},
	})
	Register(Entry{
		Name:    "hard_example_miner",
		Meaning: "the candidates of highest classification and box loss, after suppression of decoded boxes",
		Source:  "Shrivastava 2016; TensorFlow object_detection HardExampleMiner (both, 0.05, 0.06)",
		New: func() Sampler {
			return OHEM{Num: 64, BoxHardness: 1.2, NMSIoU: 0.7, NMSDecoded: true}
		},
	})
	Register(Entry{
		Name:    "ohem_balanced",
		Meaning: "the positives and the negatives of highest loss, positives up to a fraction",
		Source:  "mmdetection OHEMSampler",
		New:     func() Sampler { return NewBalancedOHEM(512, 0.25) },
	})
	Register(Entry{
		Name:    "soft_ohem",
		Meaning: "a fixed number drawn in proportion to a power of the loss",
		Source:  "detsample; Efraimidis 2006",
		New:     func() Sampler { return NewSoftOHEM(512) },
	})
	Register(Entry{
		Name:    "importance",
		Meaning: "all positives, and negatives drawn and weighed by their gradient so that its mean is that of all",
		Source:  "detsample; Horvitz 1952, Katharopoulos 2018",
		New:     func() Sampler { return NewImportance(512) },
	})
	Register(Entry{
		Name:    "score_hlr",
		Meaning: "negatives chosen and weighed by the rank of their scores among overlapping ones",
		Source:  "Cao 2020 (PISA, ISR-N); mmdetection ScoreHLRSampler",
		New:     func() Sampler { return NewScoreHLR(512, 0.25) },
	})
	Register(Entry{
		Name:    "isr_p",
		Meaning: "another sampler's positives weighed by the rank of their predicted IoU",
		Source:  "Cao 2020 (PISA, ISR-P); mmdetection isr_p",
		New:     func() Sampler { return NewISRP(All{}) },
	})
	Register(Entry{
		Name:    "expectation",
		Meaning: "every candidate, negatives weighed by their chance under random sampling",
		Source:  "TensorFlow object_detection ExpectedLossWeights",
		New:     func() Sampler { return NewExpectation(3) },
	})
}
