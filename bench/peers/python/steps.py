"""Whole training steps of torchvision's Faster R-CNN, from the outputs of its
network to their gradients."""

import torch
from torchvision.models.detection.roi_heads import RoIHeads, fastrcnn_loss
from torchvision.models.detection.rpn import RegionProposalNetwork

from operation import Operation

ALL = 1 << 30  # a number of samples that takes all there are


def rpn(inputs):
    anchors, objects = inputs["anchors"], inputs["objects"]
    logits, deltas = inputs["logits"].requires_grad_(), inputs["deltas"].requires_grad_()
    images = len(objects)
    targets = [{"boxes": boxes} for boxes in objects]

    def step(sampled):
        network = RegionProposalNetwork(None, None, 0.7, 0.3, sampled, 0.5, {}, {}, 0.7)

        def way():
            logits.grad = deltas.grad = None
            labels, matched = network.assign_targets_to_anchors([anchors] * images, targets)
            regression = network.box_coder.encode(matched, [anchors] * images)
            with torch.enable_grad():
                losses = network.compute_loss(logits, deltas, labels, regression)
                sum(losses).backward()
            return losses

        return way

    def results(_):
        classification, box = step(ALL)()
        return {"classification": classification.detach(), "box": box.detach(),
                "logit gradient": logits.grad, "delta gradient": deltas.grad}

    return Operation({"assign_targets_to_anchors, encode, compute_loss, autograd": step(256)}, results)


def roi(inputs):
    proposals, objects = list(inputs["proposals"]), inputs["objects"]
    classes = inputs["class"].view(len(objects), -1) + 1  # the background is class 0 here
    logits = inputs["logits"].roll(1, 1)
    rows, columns = logits.shape
    deltas = torch.cat([torch.zeros(rows, 1, 4), inputs["deltas"]], 1).view(rows, 4 * columns)
    targets = [{"boxes": boxes, "labels": labels} for boxes, labels in zip(objects, classes)]

    def step(sampled):
        heads = RoIHeads(None, None, None, 0.5, 0.5, sampled, 0.25, None, 0.05, 0.5, 100)
        n = min(rows, sampled * len(objects))
        x, d = logits[:n].clone().requires_grad_(), deltas[:n].clone().requires_grad_()

        def way():
            x.grad = d.grad = None
            _, _, labels, regression = heads.select_training_samples(list(proposals), targets)
            with torch.enable_grad():
                losses = fastrcnn_loss(x, d, labels, regression)
                sum(losses).backward()
            return losses, x.grad, d.grad

        return way

    def results(_):
        (classification, box), x, d = step(ALL)()
        return {"classification": classification.detach(), "box": box.detach(),
                "logit gradient": x.roll(-1, 1), "delta gradient": d.view(rows, columns, 4)[:, 1:]}

    return Operation({"select_training_samples, fastrcnn_loss, autograd": step(512)}, results)
