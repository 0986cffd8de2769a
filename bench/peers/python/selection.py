"""Which candidates count. Labels are -1 for negatives, here made the peers'."""

import torch
from torchvision.models.detection._utils import BalancedPositiveNegativeSampler

from operation import Operation


def balanced(inputs):
    labels = [(inputs["labels"] >= 0).float()]  # as torchvision's RPN has them
    integers = [labels[0].long()]  # as its second stage has them
    sampler = BalancedPositiveNegativeSampler(256, 0.5)

    def results(way):
        positive, negative = way()
        return {"counts": torch.stack([positive[0].sum(), negative[0].sum()])}

    return Operation({
        "BalancedPositiveNegativeSampler on floats": lambda: sampler(labels),
        "BalancedPositiveNegativeSampler on integers": lambda: sampler(integers),
    }, results)


def ssd(inputs):
    """The hard negatives of torchvision's SSD.compute_loss, which has no function of its own for them."""
    cls_loss, foreground_idxs = inputs["hardness"][None], inputs["labels"][None] >= 0

    def way():
        num_negative = 3 * foreground_idxs.sum(1, keepdim=True)
        negative_loss = cls_loss.clone()
        negative_loss[foreground_idxs] = -float("inf")
        values, idx = negative_loss.sort(1, descending=True)
        return idx.sort(1)[1] < num_negative

    return Operation({"as SSD.compute_loss": way}, lambda way: {"kept": (way() | foreground_idxs)[0].nonzero()[:, 0]})


def ssd_by_topk(inputs):
    """The same without sorting, as one might write it for a single image."""
    loss, foreground = inputs["hardness"], inputs["labels"] >= 0

    def way():
        negative = loss.masked_fill(foreground, -float("inf"))
        return negative.topk(3 * int(foreground.sum()), sorted=False)[1]

    def results(way):
        return {"kept": torch.cat([way(), foreground.nonzero()[:, 0]]).sort()[0]}

    return Operation({"masked_fill, topk": way}, results)


def ohem(inputs):
    loss = inputs["hardness"]
    return Operation({
        "topk": lambda: loss.topk(512)[1],
        "topk, unsorted": lambda: loss.topk(512, sorted=False)[1],
    }, lambda way: {"kept": way().sort()[0]})
