package interchange

// denseHead is what is known of a head of mmdetection that looks at every
// anchor or point.
type denseHead struct {
	cls, box, coder, assigner string // what the class has where the configuration is silent, in Python
	boxKey                    string // of the box loss, "" for loss_bbox
	norm                      headNorm
	reduction                 string // that the head expects of its losses, "" for 'mean'
	decoded                   decoding
	targets                   targets
	activated                 bool   // it gives its losses probabilities in place of logits
	sigmoid                   bool   // it has no output for the background, whatever the loss
	points                    bool   // candidates are points: coded by distances, there
	anchors                   string // the generator of anchors where the configuration is silent
	pointwise                 string // the generator of points of a head that has strides alone
	assign                    func(m *mmdetReader, s *stage, head, cfg *block) error
	unmapped                  map[string]string // fields that change the loss and have nothing here
	aside                     map[string]string
	notes                     []string
	brings                    []string // what the class has by itself beside the notes, which no file need say
}

// headNorm is what a head divides its losses by.
type headNorm uint8

const (
	bySampler   headNorm = iota // sampled candidates, or positives after PseudoSampler, an image without them as one
	byPositives                 // positives of the batch
	byQuality                   // the sum of the soft targets
	headNormROI                 // sampled candidates, in a second stage
)

// decoding is whether a head's box loss is of boxes or of deltas.
type decoding uint8

const (
	deltasUnless decoding = iota // deltas, unless reg_decoded_bbox
	boxesUnless                  // boxes, unless reg_decoded_bbox is False
	boxesAlways
)

// targets is what a head gives its classification loss to learn.
type targets uint8

const (
	classOnly  targets = iota
	andQuality         // a tuple
	perClass
)

func (t targets) String() string {
	return []string{"the class of each candidate, without a quality", "a class and a quality of each candidate", "a target for each class"}[t]
}

const (
	pseudo       = "dict(type='PseudoSampler')"
	focalDefault = "dict(type='FocalLoss', use_sigmoid=True, gamma=2.0, alpha=0.25, loss_weight=1.0)"
	ceDefault    = "dict(type='CrossEntropyLoss', use_sigmoid=True, loss_weight=1.0)"
	smoothNinth  = "dict(type='SmoothL1Loss', beta=0.1111111111111111, loss_weight=1.0)"
	unitCoder    = "dict(type='DeltaXYWHBBoxCoder')"
	pointCoder   = "dict(type='DistancePointBBoxCoder')"
)

var (
	anchorHead   = denseHead{cls: ceDefault, box: smoothNinth, coder: unitCoder, anchors: anchorDefault}
	retinaHead   = denseHead{cls: ceDefault, box: smoothNinth, coder: unitCoder, anchors: retinaDefault}
	centerness   = "a second output says how central a candidate is, with a loss of its own"
	byCentrality = "the box loss of a candidate is weighted by how central it is, and divided by the sum of those weights"
)

// denseHeads are the heads that become a dense stage.
var denseHeads = map[string]denseHead{
	"AnchorHead": anchorHead, "RetinaHead": retinaHead, "RetinaSepBNHead": anchorHead, "RPNHead": anchorHead,
	"YOLOFHead": {cls: ceDefault, box: smoothNinth, coder: unitCoder, anchors: anchorDefault, decoded: boxesAlways, sigmoid: true,
		notes:  []string{"there a second output says whether there is an object and enters the classification's logits"},
		brings: []string{"there candidates are of one level of the pyramid alone"}},
	"PISARetinaHead": retinaHead,
	"SSDHead":        {coder: unitCoder, assign: (*mmdetReader).ssd},
	"PISASSDHead":    {coder: unitCoder, assign: (*mmdetReader).ssd},
	"FSAFHead": {cls: ceDefault, box: smoothNinth, coder: unitCoder, norm: byPositives, reduction: "'none'", decoded: boxesUnless, points: true, anchors: retinaDefault,
		aside: map[string]string{"score_threshold": "how it is logged"},
		notes: []string{"there each object learns at one level of the pyramid alone, the one where its loss is least at that step (online feature selection); here at every level"}},
	"ATSSHead": {cls: ceDefault, box: smoothNinth, coder: unitCoder, anchors: anchorDefault, decoded: boxesUnless,
		unmapped: map[string]string{"loss_centerness": centerness}, notes: []string{byCentrality}, brings: []string{"there " + centerness}},
	"GFLHead": {cls: ceDefault, box: smoothNinth, coder: pointCoder, anchors: anchorDefault, decoded: boxesAlways, targets: andQuality, points: true,
		unmapped: map[string]string{
			"loss_dfl": "a loss of each side's distribution beside that of the box",
			"reg_max":  "each side is the mean of a distribution over so many distances",
		},
		notes: []string{"there the box loss of a positive is weighted by its highest class score, and divided by the sum of those weights"}},
	"VFNetHead": {cls: "dict(type='VarifocalLoss', use_sigmoid=True, alpha=0.75, gamma=2.0, iou_weighted=True, loss_weight=1.0)",
		box: "dict(type='GIoULoss', loss_weight=2.0)", boxKey: "loss_bbox_refine", coder: unitCoder, norm: byPositives, decoded: boxesAlways, targets: perClass, points: true,
		assign: (*mmdetReader).vfnet, anchors: vfnetDefault,
		unmapped: map[string]string{
			"loss_bbox":       "a loss of the boxes before they are refined, beside that of the refined ones",
			"loss_centerness": "nothing: the head removes it",
			"gradient_mul":    "how much of the refined boxes' gradient reaches the first ones",
			"bbox_norm_type":  "how distances are scaled",
		},
		aside: map[string]string{"sync_num_pos": "how processes share the number of positives", "regress_ranges": "nothing beside use_atss=True",
			"center_sampling": "nothing beside use_atss=True", "center_sample_radius": "nothing beside use_atss=True"},
		notes: []string{"there the box losses are weighted by the IoU of the boxes"}},
	"TOODHead": {cls: ceDefault, box: smoothNinth, coder: unitCoder, anchors: anchorDefault, norm: byQuality, decoded: boxesAlways,
		targets: andQuality, activated: true, assign: (*mmdetReader).tood,
		unmapped: map[string]string{"initial_loss_cls": "another loss in the first initial_epoch epochs"},
		aside:    map[string]string{"anchor_type": "what candidates are"},
		notes:    []string{"there the box loss is weighted by the soft targets"}},
	"FCOSHead": fcosHead, "NASFCOSHead": fcosHead,
	"YOLOXHead": {cls: "dict(type='CrossEntropyLoss', use_sigmoid=True, reduction='sum', loss_weight=1.0)",
		box: "dict(type='IoULoss', mode='square', eps=1e-16, reduction='sum', loss_weight=5.0)", coder: pointCoder, norm: byPositives,
		reduction: "'sum'", decoded: boxesAlways, targets: perClass, sigmoid: true, points: true, pointwise: yoloxPoints, assigner: "dict(type='SimOTAAssigner')",
		unmapped: map[string]string{
			"loss_obj": "a second output says whether there is an object, from every candidate; the classes learn from the positives alone",
			"loss_l1":  "an L1 loss of the deltas in the last epochs",
		},
		notes: []string{
			"there whether there is an object is an output with a loss of its own over all candidates, and the classes learn from positives alone, towards the IoU; here the classes learn from all candidates"}},
	"RTMDetHead": rtmdetHead, "RTMDetSepBNHead": rtmdetHead,
}

var fcosHead = denseHead{cls: focalDefault, box: "dict(type='IoULoss', loss_weight=1.0)", coder: pointCoder, norm: byPositives, decoded: boxesAlways,
	points: true, pointwise: fcosPoints, assign: (*mmdetReader).fcos,
	unmapped: map[string]string{"loss_centerness": centerness},
	aside:    map[string]string{"norm_on_bbox": "how distances are scaled", "centerness_on_reg": "which branch holds an output"},
	notes:    []string{byCentrality}, brings: []string{"there " + centerness}}

var rtmdetHead = denseHead{cls: ceDefault, box: smoothNinth, coder: unitCoder, norm: byQuality, decoded: boxesAlways,
	targets: andQuality, points: true, anchors: anchorDefault,
	unmapped: map[string]string{"loss_centerness": "nothing unless with_objectness", "with_objectness": "a second output says whether there is an object"},
	notes:    []string{"there the box loss is weighted by the soft targets"}}

// refusedHeads are heads whose way of learning has no place in a strategy.
var refusedHeads = map[string]string{
	"AutoAssignHead":         "who is positive is learned with the detector, as a weight of every point, in a loss that is one with it",
	"FreeAnchorRetinaHead":   "who is positive is learned with the detector, as the likelihood of a bag of anchors",
	"PAAHead":                "who is positive is decided after the losses are known, by a mixture that is fitted to them",
	"LADHead":                "a teacher's losses decide who is positive (PAA and distillation)",
	"LDHead":                 "a teacher's boxes are distilled",
	"DDODHead":               "classification and boxes have assigners of their own",
	"FoveaHead":              "its assignment by the centre of an object and the range of its size is not here",
	"RepPointsHead":          "two assigners for two stages of points",
	"SABLRetinaHead":         "boxes are found by buckets",
	"GARetinaHead":           "the shapes of anchors are learned",
	"GARPNHead":              "the shapes of anchors are learned",
	"GuidedAnchorHead":       "the shapes of anchors are learned",
	"CascadeRPNHead":         "proposals in several stages",
	"StageCascadeRPNHead":    "proposals in several stages",
	"EmbeddingRPNHead":       "proposals are learned queries (Sparse R-CNN)",
	"CornerHead":             "objects are pairs of corners on a heat map",
	"CentripetalHead":        "objects are pairs of corners on a heat map",
	"CenterNetHead":          "objects are peaks of a heat map",
	"CenterNetUpdateHead":    "objects are peaks of a heat map",
	"YOLOV3Head":             "cells are responsible for objects, with four losses",
	"YOLACTHead":             "it learns masks with the boxes",
	"ATSSVLFusionHead":       "classes are words (GLIP)",
	"CondInstBboxHead":       "it learns masks with the boxes",
	"BoxInstBboxHead":        "it learns masks with the boxes",
	"RTMDetInsHead":          "it learns masks with the boxes",
	"RTMDetInsSepBNHead":     "it learns masks with the boxes",
	"SOLOHead":               "masks without boxes",
	"DecoupledSOLOHead":      "masks without boxes",
	"DecoupledSOLOLightHead": "masks without boxes",
	"SOLOV2Head":             "masks without boxes",
	"DETRHead":               queries, "DeformableDETRHead": queries, "ConditionalDETRHead": queries, "DABDETRHead": queries, "DINOHead": queries,
	"DDQDETRHead": queries, "GroundingDINOHead": queries, "MaskFormerHead": queries, "Mask2FormerHead": queries,
	"CoDINOHead": queries, "CoDeformDETRHead": queries,
}

const queries = "queries are matched one to one with objects (DETR); there are no dense candidates to sample"

// refusedRoIHeads are second stages that have no place in a strategy.
var refusedRoIHeads = map[string]string{
	"SparseRoIHead":         queries,
	"GridRoIHead":           "boxes are found by points of a grid",
	"MultiInstanceRoIHead":  "a proposal stands for two objects (CrowdDet)",
	"SABLHead":              "boxes are found by buckets",
	"DIIHead":               queries,
	"MultiInstanceBBoxHead": "a proposal stands for two objects (CrowdDet)",
}

// roiHeads are the second stages that become ours, and boxHeads their heads.
var (
	roiHeads = map[string]string{
		"StandardRoIHead": "", "DoubleHeadRoIHead": "", "PISARoIHead": "", "CascadeRoIHead": "", "HybridTaskCascadeRoIHead": "", "SCNetRoIHead": "",
		"MaskScoringRoIHead": "", "PointRendRoIHead": "", "TridentRoIHead": "", "DynamicRoIHead": "",
	}
	boxHeads = map[string]string{
		"BBoxHead": "", "ConvFCBBoxHead": "", "Shared2FCBBoxHead": "", "Shared4Conv1FCBBoxHead": "", "DoubleConvFCBBoxHead": "", "SCNetBBoxHead": "",
	}
)
