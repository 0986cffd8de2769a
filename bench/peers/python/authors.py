"""Assigners that their authors have published as files of a checkout, in the folder that PEERS_SOURCES names."""

import os
import types

import torch

import openmmlab  # noqa: F401  whose base class of assigners both have
import published
from operation import Operation

__version__ = "as checked out"
FOLDER = os.environ.get("PEERS_SOURCES", "")
if not os.path.isdir(FOLDER):
    raise ModuleNotFoundError("PEERS_SOURCES names no folder", name="sources")
OTA = os.path.join(FOLDER, "OTA", "playground", "detection", "coco", "ota.res50.fpn.coco.800size.1x", "fcos.py")


class Result:
    def __init__(self, _, gt_inds, max_overlaps, **more):
        self.gt_inds = gt_inds


registry, calculators = published.Registry(), published.Registry()


def assigner(name, **options):
    if not registry:
        published.load_tiny(FOLDER, registry, calculators, Result)
    return registry[name](**options)


class Target:
    def __init__(self, boxes, classes):
        centres = torch.stack([(boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2], 1)
        self.gt_boxes = types.SimpleNamespace(tensor=boxes, get_centers=lambda: centres)
        self.gt_classes = classes

    def __len__(self):
        return len(self.gt_classes)


def ota(inputs, levels, strides):
    """get_ground_truth of OTA's FCOS. It returns classes, so every object is made a class of its own to tell which it was
    that a candidate went to, at the end, when nothing is timed."""
    centres = torch.stack([inputs["candidates"][:, ::2].mean(1), inputs["candidates"][:, 1::2].mean(1)], 1)
    b, objects, classes = inputs["decoded"], inputs["objects"], inputs["class"]
    delta = torch.cat([centres - b[:, :2], b[:, 2:] - centres], 1)
    logits = inputs["scores"].double().logit().float()
    head = published.ota_head(OTA, logits.shape[1], strides)
    stride = torch.tensor(strides, dtype=torch.float32).repeat_interleave(torch.tensor(levels))
    reached = reachable(centres, stride, objects)
    shifts = [list(centres.split(levels))]
    target = Target(objects[reached], classes[reached])
    split = lambda x: [t[None] for t in x.split(levels)]  # noqa: E731
    boxes, quality, scores = split(delta), split(delta[:, :1]), split(logits)

    def way():
        return head.get_ground_truth(shifts, [target], scores, boxes, quality)

    def results(way):
        supplier, largest = [], torch.max

        def spy(*args, **kwargs):
            found = largest(*args, **kwargs)
            if kwargs.get("dim") == 0:
                supplier.append(found[1])
            return found

        torch.max = spy
        try:
            way()
        finally:
            torch.max = largest
        which = torch.cat([reached, torch.tensor([-1])])
        return {"labels": which[supplier[0]]}

    return Operation({"get_ground_truth": way}, results)


def reachable(centres, stride, objects):
    """The objects with a candidate in their region. Another's unit the published code spreads over the whole image."""
    found = []
    for g, b in enumerate(objects):
        inside = torch.minimum(centres - b[:2], b[2:] - centres).amin(1) > 0.01
        near = ((centres - (b[:2] + b[2:]) / 2).abs() < 2.5 * stride[:, None]).all(1)
        if (inside & near).any():
            found.append(g)
    return torch.tensor(found)
