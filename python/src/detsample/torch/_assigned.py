"""Labels that a loader's workers gave the anchors, and what they follow from."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import List, Optional, Sequence, Tuple

import numpy as np
import torch
from numpy.typing import NDArray

from ..images import Images
from ..stage import DenseStage
from ..strategy import Strategy
from ._host import Floats
from ._targets import Target

# What a collate of detsample adds to a target: the labels of its anchors, their
# IoU, and what both follow from. All are tensors, so that a loop may move them to
# a device with the others, and float32 at most, which every device has.
GT, IOU, SOURCE = "detsample_gt", "detsample_iou", "detsample_source"

Labels = Tuple[NDArray[np.int32], NDArray[np.float32]]

_PICKED = 256  # anchors that stand for all


def label(targets: Sequence[Target], labels: Labels, sources: Sequence[Floats]) -> None:
    """Adds to each target the labels of its anchors."""
    for target, gt, iou, source in zip(targets, *labels, sources):
        target.update({GT: torch.from_numpy(gt), IOU: torch.from_numpy(iou), SOURCE: torch.from_numpy(source)})


def labels_of(
    targets: Sequence[Target], stage: DenseStage, anchors: Floats, images: Images, size: Tuple[float, float], inexact: float,
) -> Tuple[Optional[Labels], str]:
    """The labels that a loader's workers gave, if they did and these follow
    from what the loop has; else what differs. inexact is the relative rounding
    of the anchors, which automatic mixed precision has in the loop alone."""
    if not any(GT in t for t in targets):
        return None, ""
    if not all(key in t for t in targets for key in (GT, IOU, SOURCE)):
        return None, "some of the images alone"
    gt, iou, made = ([t[key].cpu().numpy() for t in targets] for key in (GT, IOU, SOURCE))
    for before, now in zip(made, sources_of(stage, anchors, images, size)):
        other = _other(before, now, inexact)
        if other:
            return None, other
    return (np.ascontiguousarray(np.stack(gt)), np.ascontiguousarray(np.stack(iou))), ""


def sources_of(stage: DenseStage, anchors: Floats, images: Images, size: Tuple[float, float]) -> List[Floats]:
    """What each image's labels follow from, in rows of five: the assigner's
    configuration, as a digest of integers that float32 holds; width and height
    of the batch, and of the image where its padding does not count; how many
    anchors, ground truths and crowds there are; some of the anchors; and the
    ground truths with their classes, and the crowds."""
    digest, n = _digest(stage.strategy, stage.name), len(anchors)
    picked = anchors[(np.arange(min(n, _PICKED)) * (0.6180339887498949 * n) % max(n, 1)).astype(np.int64)]
    sources = []
    for i, (first, end) in enumerate(zip(images.starts, images.starts[1:])):
        crowds = np.zeros((0, 4), np.float32) if images.ignore is None else images.ignore[images.ignore_starts[i]:images.ignore_starts[i + 1]]
        truths = end - first
        rows = np.zeros((3 + len(picked) + truths + len(crowds), 5), np.float32)
        rows[0] = digest
        rows[1] = [*size, *((0, 0) if images.sizes is None else images.sizes[i]), 0]
        rows[2] = [n, truths, len(crowds), 0, 0]
        rows[3:, :4] = np.concatenate([picked, images.boxes[first:end], crowds])
        rows[3 + len(picked):3 + len(picked) + truths, 4] = images.classes[first:end]
        sources.append(rows)
    return sources


@lru_cache(maxsize=8)
def _digest(strategy: Strategy, stage: str) -> Tuple[int, ...]:
    """The configuration of a stage's assigner as integers that float32 holds,
    once for each strategy: a training step asks for it, and it does not change."""
    assigner = json.dumps(strategy.values[stage]["assigner"], sort_keys=True)
    digest = hashlib.blake2b(assigner.encode("utf-8"), digest_size=15).digest()
    return tuple(int.from_bytes(digest[k:k + 3], "little") for k in range(0, 15, 3))


def _other(made: Floats, now: Floats, inexact: float) -> str:
    """In what the source of labels that were made is another than now."""
    if made.shape[1:] != now.shape[1:] or (made[0] != now[0]).any():
        return "another assigner"
    if (made[1, 2:] != now[1, 2:]).any():
        return "images of another size, or whose padding counts otherwise"
    if now[1, :2].any() and (made[1, :2] != now[1, :2]).any():
        return f"a batch of {made[1, 0]:g} x {made[1, 1]:g} pixels, which has {now[1, 0]:g} x {now[1, 1]:g}"
    if made[2, 0] != now[2, 0]:
        return f"{made[2, 0]:g} anchors of an image, which has {now[2, 0]:g}"
    objects = 3 + min(int(now[2, 0]), _PICKED)
    grid = now[3:objects]
    if not _near(made[3:objects], grid, 2 * inexact * float(np.abs(grid).max(initial=0))):
        return "other anchors"
    if made.shape != now.shape or not _near(made[objects:], now[objects:], 1e-6 * (1 + np.abs(now[objects:]))):
        return "other boxes or classes of the objects"
    return ""


def _near(made: Floats, now: Floats, by: object) -> bool:
    """Whether numbers differ by no more than rounding, which devices have each
    its own of. NaN does."""
    return bool((np.abs(made - now) <= by).all())
