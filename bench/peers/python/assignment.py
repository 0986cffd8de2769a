"""Who is positive: torchvision's matcher on its matrix of IoUs."""

import torch
from torchvision.models.detection._utils import Matcher
from torchvision.ops import box_iou

from operation import Operation


def match(inputs, high, low):
    objects, candidates = inputs["objects"], inputs["candidates"]
    matcher = Matcher(high, low, allow_low_quality_matches=True)
    scripted = torch.jit.script(box_iou)
    return Operation({
        "box_iou, Matcher": lambda: {"labels": matcher(box_iou(objects, candidates))},
        "box_iou scripted, Matcher": lambda: {"labels": matcher(scripted(objects, candidates))},
    })
