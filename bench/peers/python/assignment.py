"""Who is positive: torchvision's matcher on its matrix of IoUs."""

from torchvision.models.detection._utils import Matcher
from torchvision.ops import box_iou

from operation import Operation


def match(inputs, high, low):
    objects, candidates = inputs["objects"], inputs["candidates"]
    matcher = Matcher(high, low, allow_low_quality_matches=True)
    return Operation({"box_iou, Matcher": lambda: {"labels": matcher(box_iou(objects, candidates))}})
