"""mmdetection's losses, assigners and samplers, without its detectors, which need operators of mmcv that are compiled for
one version of PyTorch. Of these, one is used here: nms_match, with torchvision's nms in its place."""

import importlib
import importlib.util
import os
import sys
import types
import warnings

import torch
import torchvision
from torchvision.ops import box_iou

warnings.filterwarnings("ignore", module="mmdet|mmengine|mmcv|torch")


def nms_match(dets, iou_threshold):
    """Groups of boxes, each with one that is kept, first, and those that it suppresses, in falling order of score."""
    boxes, scores = dets[:, :4], dets[:, 4]
    kept = torchvision.ops.nms(boxes, scores, iou_threshold)
    first = (box_iou(boxes, boxes[kept]) >= iou_threshold).float().argmax(1)
    first[kept] = torch.arange(len(kept))
    order = scores.argsort(descending=True, stable=True)
    order = order[first[order].argsort(stable=True)]
    return order.split(first.bincount(minlength=len(kept)).tolist())


class Operators(types.ModuleType):
    """Stands for mmcv.ops, which mmcv-lite does not have: any name can be imported of it."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return nms_match if name == "nms_match" else None


def stand_in(name):
    sys.modules[name] = Operators(name)


def folder(name):
    """A package of mmdetection whose modules can be imported and whose __init__ is not run."""
    package = types.ModuleType(name)
    package.__path__ = [os.path.join(importlib.util.find_spec("mmdet").submodule_search_locations[0], *name.split(".")[1:])]
    sys.modules[name] = package


import mmdet  # noqa: E402, F401

if importlib.util.find_spec("mmcv._ext") is None:
    for name in ("mmcv.ops", "mmcv.ops.roi_align", "mmcv.ops.nms"):
        stand_in(name)
for name in ("mmdet.models", "mmdet.models.losses", "mmdet.models.task_modules"):
    folder(name)

from mmdet.models.task_modules import assigners  # noqa: E402
from mmengine.structures import InstanceData  # noqa: E402, F401


def loss(module):
    """A module of mmdetection's losses."""
    return importlib.import_module("mmdet.models.losses." + module)


def assigner(name, **options):
    return getattr(assigners, name)(**options)


def sampler(module, name):
    return getattr(importlib.import_module("mmdet.models.task_modules.samplers." + module), name)
