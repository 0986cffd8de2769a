"""Anchors, coding and suppression."""

import torch
from torchvision.models.detection._utils import BoxCoder
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.ops import nms as suppress

from operation import Operation


def anchors(inputs):
    grids, cells = inputs["grids"].long().tolist(), inputs["cells"]
    generator = AnchorGenerator(sizes=((1,),) * len(cells), aspect_ratios=((1.0,),) * len(cells))
    generator.cell_anchors = list(cells)
    sizes = [[height, width] for height, width, _ in grids]
    strides = [[torch.tensor(stride), torch.tensor(stride)] for _, _, stride in grids]
    return Operation({"AnchorGenerator.grid_anchors, cat": lambda: {"anchors": torch.cat(generator.grid_anchors(sizes, strides))}})


CODER = BoxCoder((1.0, 1.0, 1.0, 1.0))


def encode(inputs):
    objects, candidates = inputs["objects"], inputs["candidates"]
    traced = torch.jit.trace(CODER.encode_single, (objects, candidates), check_trace=False)
    return Operation({
        "BoxCoder.encode_single": lambda: {"deltas": CODER.encode_single(objects, candidates)},
        "BoxCoder.encode_single, traced": lambda: {"deltas": traced(objects, candidates)},
    })


def decode(inputs):
    deltas, candidates = inputs["deltas"], inputs["candidates"]

    traced = torch.jit.trace(CODER.decode_single, (deltas, candidates), check_trace=False)
    return Operation({
        "BoxCoder.decode_single": lambda: {"boxes": CODER.decode_single(deltas, candidates)},
        "BoxCoder.decode_single, traced": lambda: {"boxes": traced(deltas, candidates)},
    })


def nms(inputs):
    boxes, scores = inputs["boxes"], inputs["scores"]
    return Operation({"nms": lambda: {"kept": suppress(boxes, scores, 0.7)}})
