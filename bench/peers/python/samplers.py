"""mmdetection's samplers. Labels are -1 for negatives, here made mmdetection's; ground truth does not join the candidates."""

import torch

from openmmlab import InstanceData, assigners, sampler
from operation import Operation


class Given:
    """Stands for a detector's head, whose losses and predictions are there already."""

    with_shared_head = False
    bbox_roi_extractor = None
    shared_head = None

    def __init__(self, hardness, logits=None, decoded=None):
        self.bbox_head = self.bbox_coder = self
        self.hardness, self.logits, self.decoded = hardness, logits, decoded
        self.num_classes = 80

    def _bbox_forward(self, _, rois):
        which = rois[:, 1].long()  # boxes here begin at their own index
        if self.logits is None:
            return {"cls_score": rois[:, 1:2]}
        self.last = self.hardness[which]
        return {"cls_score": self.logits[which], "bbox_pred": self.decoded[which]}

    def loss(self, cls_score, **_):
        return {"loss_cls": self.hardness[cls_score[:, 0].long()] if self.logits is None else self.last}

    def decode(self, _, boxes):
        return boxes


def sampled(inputs, s, kept=False):
    gt = inputs["labels"]
    n = len(gt)
    index = torch.arange(n, dtype=torch.float32)
    boxes = InstanceData(priors=torch.stack([index, torch.zeros(n), index + 1, torch.ones(n)], 1))
    objects = int(gt.max()) + 1
    truth = InstanceData(bboxes=torch.tensor([[0.0, 0, 1, 1]]).repeat(objects, 1), labels=torch.zeros(objects, dtype=torch.long))
    result = assigners.AssignResult(objects, torch.where(gt == -2, -1, gt + 1), inputs["iou"], torch.where(gt >= 0, 0, -1))

    def way():
        return s.sample(result, boxes, truth, feats=None)

    def results(way):
        r, *weights = r if isinstance(r := way(), tuple) else (r,)
        found = {"counts": torch.tensor([len(r.pos_inds), len(r.neg_inds)])}
        if kept:
            found["kept"] = torch.cat([r.pos_inds, r.neg_inds]).sort()[0]
        for w in weights:
            found["weight"] = w[r.neg_inds.argsort()]
        return found

    return Operation({"sample": way}, results)


def ohem(inputs):
    return sampled(inputs, sampler("ohem_sampler", "OHEMSampler")(
        512, 0.25, Given(inputs["hardness"]), add_gt_as_proposals=False), kept=True)


def instance_balanced(inputs):
    """With negatives drawn uniformly."""
    return sampled(inputs, sampler("combined_sampler", "CombinedSampler")(
        dict(type="InstanceBalancedPosSampler"), dict(type="RandomSampler"), num=512, pos_fraction=0.25, add_gt_as_proposals=False))


def iou_balanced(inputs):
    """With positives drawn uniformly."""
    return sampled(inputs, sampler("combined_sampler", "CombinedSampler")(
        dict(type="RandomSampler"), dict(type="IoUBalancedNegSampler"), num=512, pos_fraction=0.25, add_gt_as_proposals=False))


def libra(inputs):
    return sampled(inputs, sampler("combined_sampler", "CombinedSampler")(
        dict(type="InstanceBalancedPosSampler"), dict(type="IoUBalancedNegSampler", num_bins=3), num=512, pos_fraction=0.25,
        add_gt_as_proposals=False))


def score_hlr(inputs):
    """Compared in float64, as it orders by the sum of a rank and a score, and float32 has no room for both."""
    decoded = inputs["decoded"][:, None].expand(-1, 80, -1).flatten(1)  # a head's boxes of each class

    def of(kind):
        head = Given(*(x.to(kind) for x in (inputs["hardness"], inputs["logits"], decoded)))
        return sampled(inputs, sampler("score_hlr_sampler", "ScoreHLRSampler")(512, 0.25, head, add_gt_as_proposals=False), kept=True)

    timed, exact = of(torch.float32), of(torch.float64)
    return Operation(timed.ways, lambda _: exact.results(exact.ways["sample"]))
