"""Makes the peers' source files importable without their frameworks: the files
are run as they are, and what they import is replaced by the least that will do."""

import ast
import importlib
import os
import re
import sys
import types

import numpy as np
import torch

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))

from published import load_tiny  # noqa: E402


def module(name, path=None, **names):
    m = types.ModuleType(name)
    if path is not None:
        m.__path__ = [path]
    m.__dict__.update(names)
    sys.modules[name] = m
    return m


class Registry(dict):
    def register_module(self, *_, **__):
        def register(cls):
            self[cls.__name__] = cls
            return cls
        return register

    def build(self, config):
        if not isinstance(config, dict):
            return config
        config = dict(config)
        return self[config.pop("type")](**config)


class Instances(types.SimpleNamespace):
    def __contains__(self, name):
        return hasattr(self, name)

    def __len__(self):
        return len(self.bboxes)


class Result:
    def __init__(self, num_gts, gt_inds, max_overlaps, labels=None, **_):
        self.gt_inds, self.labels, self.extra = gt_inds, labels, {}

    def set_extra_property(self, name, value):
        self.extra[name] = value


def corners_to_centres(b):
    return torch.cat([(b[:, :2] + b[:, 2:]) / 2, b[:, 2:] - b[:, :2]], 1)


def stable_topk(x, k, dim=-1, largest=True, sorted=True):
    """torch.topk leaves open which of equal values it takes: take the first."""
    values, index = torch.sort(x, dim=dim, descending=largest, stable=True)
    return values.narrow(dim, 0, k), index.narrow(dim, 0, k)


def stable_sort(x, dim=-1, descending=False):
    """Without stable, torch.sort orders equal values anyhow if there are many."""
    return torch.sort(x, dim=dim, descending=descending, stable=True)


def load(peers):
    torch.topk = torch.Tensor.topk = stable_topk
    torch.Tensor.sort = stable_sort
    torch.set_num_threads(1)  # the order of repeated writes through an index
    registry = Registry()
    root = os.path.join(peers, "mmdet")
    tasks = "mmdet.models.task_modules"
    module("mmengine", "")
    module("mmengine.structures", InstanceData=Instances)
    module("mmdet", root)
    module("mmdet.registry", TASK_UTILS=registry)
    module("mmdet.utils", ConfigType=dict, util_mixins=types.SimpleNamespace(NiceRepr=object))
    module("mmdet.structures", os.path.join(root, "structures"))
    module("mmdet.structures.bbox", os.path.join(root, "structures", "bbox"))
    overlaps = importlib.import_module("mmdet.structures.bbox.bbox_overlaps").bbox_overlaps
    module("mmdet.structures.bbox", os.path.join(root, "structures", "bbox"), bbox_overlaps=overlaps,
           get_box_tensor=lambda b: b, bbox_xyxy_to_cxcywh=corners_to_centres)
    module("mmdet.models", os.path.join(root, "models"))
    module(tasks, os.path.join(root, "models", "task_modules"))
    module(tasks + ".assigners", os.path.join(root, "models", "task_modules", "assigners"))
    module(tasks + ".assigners.assign_result", AssignResult=Result)
    for name in ("iou2d_calculator", "max_iou_assigner", "atss_assigner", "uniform_assigner",
                 "center_region_assigner", "point_assigner"):
        importlib.import_module(f"{tasks}.assigners.{name}")
    load_tiny(peers, registry, registry, Result)
    module("detectron2", "")
    module("detectron2.layers", nonzero_tuple=lambda x: x.nonzero(as_tuple=True))
    return types.SimpleNamespace(
        mmdet=registry, fcos=fcos(root), caffe=caffe(peers),
        detectron2=loose(peers, "detectron2/detectron2/modeling/matcher.py").Matcher,
        ssd=loose(peers, "ssd.pytorch/layers/box_utils.py").match)


def loose(peers, path):
    """A file that needs nothing but torch."""
    with open(os.path.join(peers, path)) as f:
        m = types.ModuleType(path)
        exec(compile(f.read(), path, "exec"), m.__dict__)
        return m


def fcos(root):
    """The method of FCOSHead that chooses targets, without the head."""
    with open(os.path.join(root, "models", "dense_heads", "fcos_head.py")) as f:
        tree = ast.parse(f.read())
    method = next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == "_get_targets_single")
    names = {"torch": torch, "INF": 1e8}
    code = ast.Module(body=ast.parse("from __future__ import annotations").body + [method], type_ignores=[])
    exec(compile(code, "fcos_head.py", "exec"), names)
    return names["_get_targets_single"]


def legacy_overlaps(boxes, query):
    """The overlaps of py-faster-rcnn, whose corners are the last pixels inside."""
    boxes, query = boxes[:, None, :], query[None, :, :]
    w = np.minimum(boxes[..., 2], query[..., 2]) - np.maximum(boxes[..., 0], query[..., 0]) + 1
    h = np.minimum(boxes[..., 3], query[..., 3]) - np.maximum(boxes[..., 1], query[..., 1]) + 1
    inter = w.clip(0) * h.clip(0)
    def area(b):
        return (b[..., 2] - b[..., 0] + 1) * (b[..., 3] - b[..., 1] + 1)
    return inter / (area(boxes) + area(query) - inter)


def caffe(peers):
    """py-faster-rcnn's layer, with its Python 2 print statements taken out."""
    np.float = float
    train = types.SimpleNamespace(
        RPN_FG_FRACTION=1, RPN_BATCHSIZE=10**9, RPN_BBOX_INSIDE_WEIGHTS=(1, 1, 1, 1), RPN_POSITIVE_WEIGHT=-1)
    module("caffe", Layer=object)
    module("yaml", load=lambda text: text)
    module("fast_rcnn", "")
    module("fast_rcnn.config", cfg=types.SimpleNamespace(TRAIN=train))
    module("fast_rcnn.bbox_transform", bbox_transform=lambda anchors, truth: truth)
    module("generate_anchors", generate_anchors=lambda scales: scales)
    module("utils", "")
    module("utils.cython_bbox", bbox_overlaps=legacy_overlaps)
    path = os.path.join(peers, "py-faster-rcnn", "lib", "rpn", "anchor_target_layer.py")
    with open(path) as f:
        text = re.sub(r"(?m)^( +)print (np\.hstack\(\((?:.|\n)*?\n +\)\)|.*)$", r"\1pass", f.read())
    layer = types.ModuleType("anchor_target_layer")
    exec(compile(text, path, "exec"), layer.__dict__)
    return types.SimpleNamespace(Layer=layer.AnchorTargetLayer, train=train)
