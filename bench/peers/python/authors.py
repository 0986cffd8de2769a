"""Assigners that their authors have published as files of a checkout, in the folder that PEERS_SOURCES names."""

import importlib
import os
import sys
import types

import torch
import torch.nn.functional as F

import openmmlab  # noqa: F401  whose base class of assigners both have
from operation import Operation

__version__ = "as checked out"
FOLDER = os.environ.get("PEERS_SOURCES", "")
if not os.path.isdir(FOLDER):
    raise ModuleNotFoundError("PEERS_SOURCES names no folder", name="sources")


def module(name, path=None, **names):
    m = types.ModuleType(name)
    m.__path__ = [path] if path else []
    m.__dict__.update(names)
    sys.modules[name] = m
    return m


class Registry(dict):
    def register_module(self, *_, **__):
        return lambda cls: self.setdefault(cls.__name__, cls)

    def build(self, config):
        config = dict(config)
        return self[config.pop("type")](**config)


class Result:
    def __init__(self, _, gt_inds, max_overlaps, **more):
        self.gt_inds = gt_inds


registry, calculators = Registry(), Registry()


def load_tiny():
    """RFLA and NWD-RKA, written for mmdetection 2."""
    root = os.path.join(FOLDER, "mmdet-rfla", "mmdet", "core", "bbox")
    module("turtle", back=None)  # which the file imports for nothing
    module("rfla", root)
    module("rfla.builder", BBOX_ASSIGNERS=registry)
    module("rfla.assigners", os.path.join(root, "assigners"))
    module("rfla.assigners.assign_result", AssignResult=Result)
    module("rfla.iou_calculators", os.path.join(root, "iou_calculators"), build_iou_calculator=calculators.build)
    module("rfla.iou_calculators.builder", IOU_CALCULATORS=Registry())
    metric = importlib.import_module("rfla.iou_calculators.metric_calculator").BboxDistanceMetric
    calculators["KL"] = metric
    nwd = os.path.join(FOLDER, "NWD", "mmdet", "core", "bbox", "iou_calculators")
    module("nwd", nwd)
    module("nwd.builder", IOU_CALCULATORS=Registry())
    calculators["NWD"] = importlib.import_module("nwd.metric_calculator").BboxDistanceMetric
    importlib.import_module("rfla.assigners.ranking_assigner")
    importlib.import_module("rfla.assigners.hierarchical_assigner")


def assigner(name, **options):
    if not registry:
        load_tiny()
    return registry[name](**options)


class Shift2Box:
    def get_deltas(self, shifts, boxes):
        return torch.cat([shifts - boxes[..., :2], boxes[..., 2:] - shifts], dim=-1)


def focal(logits, targets, alpha, gamma):
    """cvpods' sigmoid_focal_loss, which OTA imports."""
    p = torch.sigmoid(logits)
    ce = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    wrong = p * (1 - targets) + (1 - p) * targets
    return (alpha * targets + (1 - alpha) * (1 - targets)) * ce * wrong**gamma


def ota_head(classes, strides):
    for name in ("cvpods", "cvpods.modeling", "cvpods.modeling.meta_arch"):
        module(name)
    module("cvpods.layers", ShapeSpec=None, batched_nms=None, cat=torch.cat)
    module("cvpods.modeling.box_regression", Shift2BoxTransform=Shift2Box)
    module("cvpods.modeling.losses", iou_loss=None, sigmoid_focal_loss_jit=focal)
    module("cvpods.modeling.meta_arch.retinanet", permute_to_N_HWA_K=lambda x, k: x)
    module("cvpods.modeling.postprocessing", detector_postprocess=None)
    module("cvpods.structures", Boxes=None, ImageList=None, Instances=None)
    module("cvpods.utils", log_first_n=None)
    path = os.path.join(FOLDER, "OTA", "playground", "detection", "coco", "ota.res50.fpn.coco.800size.1x", "fcos.py")
    spec = importlib.util.spec_from_file_location("ota", path)
    published = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(published)
    head = published.FCOS.__new__(published.FCOS)
    torch.nn.Module.__init__(head)
    head.num_classes, head.fpn_strides = classes, strides
    head.focal_loss_alpha, head.focal_loss_gamma = 0.25, 2.0
    head.shift2box_transform = Shift2Box()
    head.sinkhorn = published.SinkhornDistance(eps=0.1, max_iter=50)
    head.reg_weight, head.top_candidates = 1.5, 20
    return head


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
    head = ota_head(logits.shape[1], strides)
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
