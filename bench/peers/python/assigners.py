"""Who is positive: assigners of mmdetection, of Ultralytics and of papers' authors."""

import torch

from operation import Operation


def labels(result):
    """mmdetection's: 0 is negative, 1 the first object, -1 ignored; here -1, 0 and -2."""
    found = result.gt_inds - 1
    return {"labels": torch.where(found == -2, -2, found)}


def assigned(assigner, **arguments):
    """The ways to assign: as it stands, and with its matrix of IoUs compiled."""
    from compiling import compiled, compiles

    found = {"assign": lambda: assigner.assign(**arguments)}
    if compiles() and hasattr(assigner, "iou_calculator"):
        eager, fast = assigner.iou_calculator, compiled(assigner.iou_calculator)

        def with_compiled():
            assigner.iou_calculator = fast
            try:
                return assigner.assign(**arguments)
            finally:
                assigner.iou_calculator = eager

        found["assign, IoUs compiled"] = with_compiled
    return found


def truths(inputs):
    from openmmlab import InstanceData

    return InstanceData(bboxes=inputs["objects"], labels=inputs["class"])


def predictions(inputs, points=None, logits=False):
    from openmmlab import InstanceData

    scores = inputs["scores"]
    if logits:
        scores = scores.double().logit().float()
    return InstanceData(priors=inputs["candidates"] if points is None else points, bboxes=inputs["decoded"], scores=scores)


def centred(boxes):
    return torch.stack([(boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2], 1)


def points(inputs, levels, strides):
    """Centres with their strides, twice, as mmdetection's points have them."""
    stride = torch.tensor(strides, dtype=torch.float32).repeat_interleave(torch.tensor(levels))
    return torch.cat([centred(inputs["candidates"]), stride[:, None], stride[:, None]], 1)


def atss(inputs, levels, **_):
    from openmmlab import InstanceData, assigner

    return Operation(assigned(assigner("ATSSAssigner", topk=9), pred_instances=InstanceData(priors=inputs["candidates"]),
                              num_level_priors=levels, gt_instances=truths(inputs)), lambda way: labels(way()))


def point(inputs, levels, strides, **_):
    from openmmlab import InstanceData, assigner

    priors = points(inputs, levels, strides)[:, :3]
    return Operation(assigned(assigner("PointAssigner", scale=4, pos_num=3), pred_instances=InstanceData(priors=priors),
                              gt_instances=truths(inputs)), lambda way: labels(way()))


def simota(inputs, levels, strides, **_):
    from openmmlab import assigner

    return Operation(assigned(assigner("SimOTAAssigner"), pred_instances=predictions(inputs, points(inputs, levels, strides)),
                              gt_instances=truths(inputs)), lambda way: labels(way()))


def dynamic_soft(inputs, levels, strides, **_):
    from openmmlab import assigner

    def results(way):
        r = way()
        return labels(r) | {"quality": torch.where(r.gt_inds > 0, r.max_overlaps, torch.zeros(()))}

    return Operation(assigned(assigner("DynamicSoftLabelAssigner"), pred_instances=predictions(inputs, points(inputs, levels, strides), True),
                              gt_instances=truths(inputs)), results)


def task_aligned(inputs, **_):
    from openmmlab import assigner

    return Operation(assigned(assigner("TaskAlignedAssigner", topk=13), pred_instances=predictions(inputs),
                              gt_instances=truths(inputs), alpha=1, beta=6), lambda way: labels(way()))


def uniform(inputs, **_):
    from openmmlab import InstanceData, assigner

    a = assigner("UniformAssigner", pos_ignore_thr=0.15, neg_ignore_thr=0.7, match_times=4)
    p = InstanceData(priors=inputs["candidates"], decoder_priors=inputs["decoded"])
    return Operation(assigned(a, pred_instances=p, gt_instances=truths(inputs)), lambda way: labels(in_order(way)))


def in_order(way):
    """What way returns where writes through an index with repetitions go in order, which PyTorch leaves open."""
    write = torch.Tensor.__setitem__

    def one_by_one(self, index, value):
        if isinstance(index, torch.Tensor) and index.dtype == torch.long and index.dim() == 1:
            for i, v in zip(index.tolist(), value.tolist()):
                write(self, i, v)
        else:
            write(self, index, value)

    torch.Tensor.__setitem__ = one_by_one
    try:
        return way()
    finally:
        torch.Tensor.__setitem__ = write


def hungarian(inputs, width, height, **_):
    from openmmlab import assigner

    costs = [dict(type="FocalLossCost", weight=2.0), dict(type="BBoxL1Cost", weight=5.0, box_format="xywh"),
             dict(type="IoUCost", iou_mode="giou", weight=2.0)]
    return Operation(assigned(assigner("HungarianAssigner", match_costs=costs), pred_instances=predictions(inputs, logits=True),
                              gt_instances=truths(inputs), img_meta={"img_shape": (height, width)}), lambda way: labels(way()))


def ultralytics(inputs, **_):
    """Ultralytics' assigner, by IoU where it takes CIoU, which is dearer; objects are not enlarged."""
    from aligned import TaskAlignedAssigner
    from ultralytics.utils.metrics import bbox_iou

    class ByIoU(TaskAlignedAssigner):
        def iou_calculation(self, truth, predicted):
            return bbox_iou(truth, predicted, xywh=False).squeeze(-1).clamp_(0)

    objects, classes = inputs["objects"][None], inputs["class"][None, :, None]
    scores, decoded, centres = inputs["scores"][None], inputs["decoded"][None], centred(inputs["candidates"])
    a = ByIoU(topk=13, num_classes=scores.shape[-1], alpha=1.0, beta=6.0, stride=[1])
    mask = torch.ones(1, objects.shape[1], 1)

    def results(way):
        _, _, target_scores, positive, which = way()
        return {"labels": torch.where(positive[0], which[0], -1), "quality": target_scores[0].amax(-1)}

    return Operation({"TaskAlignedAssigner": lambda: a(scores, decoded, centres, classes, objects, mask)}, results)


def rfla(inputs, **_):
    import authors

    a = authors.assigner("HieAssigner", iou_calculator={"type": "KL"}, topk=[2, 1], ratio=0.9)
    boxes, objects, classes = inputs["candidates"], inputs["objects"], inputs["class"]
    return Operation({"assign": lambda: a.assign(boxes.clone(), objects, None, classes)}, lambda way: labels(way()))


def nwd_rka(inputs, **_):
    import authors

    a = authors.assigner("RankingAssigner", neg_iou_thr=0.8, iou_calculator={"type": "NWD"}, assign_metric="wasserstein", topk=2)
    boxes, objects, classes = inputs["candidates"], inputs["objects"], inputs["class"]
    return Operation({"assign": lambda: a.assign(boxes, objects, None, classes)}, lambda way: labels(way()))


def ota(inputs, levels, strides, **_):
    import authors

    return authors.ota(inputs, levels, strides)
