"""What papers' authors have published as files of a checkout, made importable without the frameworks that it is of: the files
are run as they are, beside stand-ins for what they import. The generators of golden values use it too."""

import importlib
import importlib.util
import os
import sys
import types

import torch
import torch.nn.functional as F


def module(name, path=None, **names):
    """A stand-in, or with a path a package whose files can be imported and whose __init__ is not run."""
    m = types.ModuleType(name)
    m.__path__ = [path] if path else []
    m.__dict__.update(names)
    sys.modules[name] = m
    return m


def load(name, path):
    """A file that is no part of a package."""
    spec = importlib.util.spec_from_file_location(name, path)
    m = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(m)
    return m


class Registry(dict):
    def register_module(self, *_, **__):
        return lambda cls: self.setdefault(cls.__name__, cls)

    def build(self, config):
        config = dict(config)
        return self[config.pop("type")](**config)


def load_tiny(folder, assigners, calculators, result):
    """Registers RFLA and NWD-RKA, written for mmdetection 2, and the similarities KL and NWD."""
    root = os.path.join(folder, "mmdet-rfla", "mmdet", "core", "bbox")
    module("turtle", back=None)  # which the file imports for nothing
    module("rfla", root)
    module("rfla.builder", BBOX_ASSIGNERS=assigners)
    module("rfla.assigners", os.path.join(root, "assigners"))
    module("rfla.assigners.assign_result", AssignResult=result)
    module("rfla.iou_calculators", os.path.join(root, "iou_calculators"), build_iou_calculator=calculators.build)
    module("rfla.iou_calculators.builder", IOU_CALCULATORS=Registry())
    calculators["KL"] = importlib.import_module("rfla.iou_calculators.metric_calculator").BboxDistanceMetric
    module("nwd", os.path.join(folder, "NWD", "mmdet", "core", "bbox", "iou_calculators"))
    module("nwd.builder", IOU_CALCULATORS=Registry())
    calculators["NWD"] = importlib.import_module("nwd.metric_calculator").BboxDistanceMetric
    importlib.import_module("rfla.assigners.ranking_assigner")
    importlib.import_module("rfla.assigners.hierarchical_assigner")


class Shift2Box:
    def get_deltas(self, shifts, boxes):
        return torch.cat([shifts - boxes[..., :2], boxes[..., 2:] - shifts], dim=-1)


def focal(logits, targets, alpha, gamma):
    """cvpods' sigmoid_focal_loss, which OTA imports."""
    p = torch.sigmoid(logits)
    ce = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    wrong = p * (1 - targets) + (1 - p) * targets
    return (alpha * targets + (1 - alpha) * (1 - targets)) * ce * wrong**gamma


def ota_head(path, classes, strides):
    """OTA's FCOS, of its file fcos.py, with what assigns of it alone."""
    for name in ("cvpods", "cvpods.modeling", "cvpods.modeling.meta_arch"):
        module(name)
    module("cvpods.layers", ShapeSpec=None, batched_nms=None, cat=torch.cat)
    module("cvpods.modeling.box_regression", Shift2BoxTransform=Shift2Box)
    module("cvpods.modeling.losses", iou_loss=None, sigmoid_focal_loss_jit=focal)
    module("cvpods.modeling.meta_arch.retinanet", permute_to_N_HWA_K=lambda x, k: x)
    module("cvpods.modeling.postprocessing", detector_postprocess=None)
    module("cvpods.structures", Boxes=None, ImageList=None, Instances=None)
    module("cvpods.utils", log_first_n=None)
    ota = load("ota", path)
    head = ota.FCOS.__new__(ota.FCOS)
    torch.nn.Module.__init__(head)
    head.num_classes, head.fpn_strides = classes, strides
    head.focal_loss_alpha, head.focal_loss_gamma = 0.25, 2.0
    head.shift2box_transform = Shift2Box()
    head.sinkhorn = ota.SinkhornDistance(eps=0.1, max_iter=50)
    head.reg_weight, head.top_candidates = 1.5, 20
    return head
