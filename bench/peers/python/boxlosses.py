"""Losses of the positives' boxes, value and gradient by the deltas of all candidates."""

import torch
import torch.nn.functional as F

from losses import mmdetection, ways
from operation import Operation


def of_deltas(inputs, loss, name):
    deltas, rows, encoded = inputs["deltas"], inputs["rows"], inputs["encoded"]
    return Operation(ways(deltas, lambda x: loss(x[rows], encoded), name))


def of_boxes(inputs, loss, name):
    deltas, rows, anchors, truth = inputs["deltas"], inputs["rows"], inputs["anchors"], inputs["truth"]
    size, centre = anchors[:, 2:] - anchors[:, :2], (anchors[:, :2] + anchors[:, 2:]) / 2
    limit = torch.log(torch.tensor(1000 / 16)).item()

    def decoded(x):
        x = x[rows]
        middle, half = centre + x[:, :2] * size, size * x[:, 2:].clamp(max=limit).exp() / 2
        return torch.cat([middle - half, middle + half], 1)

    return Operation(ways(deltas, lambda x: loss(decoded(x), truth), name))


def named(module, name, **options):
    function = getattr(mmdetection(module), name)
    return lambda x, y: function(x, y, reduction="sum", **options)


def l1(inputs):
    return of_deltas(inputs, named("smooth_l1_loss", "l1_loss"), "l1_loss")


def smooth_l1(inputs):
    return of_deltas(inputs, named("smooth_l1_loss", "smooth_l1_loss", beta=1.0), "smooth_l1_loss")


def huber(inputs):
    return of_deltas(inputs, lambda x, y: F.huber_loss(x, y, reduction="sum"), "huber_loss")


def balanced_l1(inputs):
    return of_deltas(inputs, named("balanced_l1_loss", "balanced_l1_loss", alpha=0.5, gamma=1.5, beta=1.0), "balanced_l1_loss")


def ghm_r(inputs):
    harmonised, every = mmdetection("ghm_loss").GHMR(mu=0.02, bins=10, momentum=0), torch.ones_like(inputs["encoded"])
    return of_deltas(inputs, lambda x, y: harmonised(x, y, every) * y.numel(), "GHMR")


def iou(inputs):
    return of_boxes(inputs, named("iou_loss", "iou_loss", mode="log"), "iou_loss")


def giou(inputs):
    return of_boxes(inputs, named("iou_loss", "giou_loss"), "giou_loss")


def diou(inputs):
    return of_boxes(inputs, named("iou_loss", "diou_loss"), "diou_loss")


def ciou(inputs):
    return of_boxes(inputs, named("iou_loss", "ciou_loss"), "ciou_loss")


def extended_iou(inputs):
    return of_boxes(inputs, named("iou_loss", "eiou_loss"), "eiou_loss")


def siou(inputs):
    return of_boxes(inputs, named("iou_loss", "siou_loss", neg_gamma=True), "siou_loss")


def overlap(p, t):
    """IoU, and width and height of the hull."""
    shared = (torch.minimum(p[:, 2:], t[:, 2:]) - torch.maximum(p[:, :2], t[:, :2])).clamp(min=0).prod(1)
    union = (p[:, 2:] - p[:, :2]).prod(1) + (t[:, 2:] - t[:, :2]).prod(1) - shared
    return shared / union, torch.maximum(p[:, 2:], t[:, 2:]) - torch.minimum(p[:, :2], t[:, :2])


def apart(p, t):
    """The vector between the centres, and the difference of the sizes."""
    return (p[:, :2] + p[:, 2:] - t[:, :2] - t[:, 2:]) / 2, (p[:, 2:] - p[:, :2]) - (t[:, 2:] - t[:, :2])


def eiou(inputs):
    def loss(p, t):
        iou, hull = overlap(p, t)
        centres, sizes = apart(p, t)
        return (1 - iou + centres.square().sum(1) / hull.square().sum(1) + (sizes / hull).square().sum(1)).sum()

    return of_boxes(inputs, loss, "formula")


def nwd(inputs):
    def loss(p, t):
        centres, sizes = apart(p, t)
        return (1 - torch.exp(-(centres.square().sum(1) + sizes.square().sum(1) / 4).sqrt() / 12.8)).sum()

    return of_boxes(inputs, loss, "formula")
