"""The losses that torch evaluates itself, where the head's output lies: each
the formula of the library's, tested to agree with it."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Mapping, Optional, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

# Of rows of logits (n, columns), their classes (n, -1 background): losses (n).
ClsRows = Callable[[Tensor, Tensor], Tensor]
# Of boxes (n, 4) against their truths, both in the loss's space: losses (n).
BoxRows = Callable[[Tensor, Tensor], Tensor]


def cls_rows(values: Mapping[str, Any]) -> Optional[ClsRows]:
    """The classification loss that a strategy's "cls" describes; None where
    torch has no form of it here."""
    kind = values["type"]
    if kind == "ce":
        return partial(_sigmoid, hit=1.0, miss=1.0, gamma=0.0, class_weight=values.get("class_weight") or ())
    if kind == "alpha_ce":
        return partial(_sigmoid, hit=values["alpha"], miss=1 - values["alpha"], gamma=0.0)
    if kind == "focal":
        alpha = values["alpha"]
        hit, miss = (alpha, 1 - alpha) if alpha >= 0 else (1.0, 1.0)
        return partial(_sigmoid, hit=hit, miss=miss, gamma=values["gamma"])
    if kind == "softmax_ce":
        return partial(_softmax, object_=1.0, background=1.0, gamma=0.0, weight=values.get("class_weight") or ())
    if kind == "softmax_alpha_ce":
        return partial(_softmax, object_=values["alpha"], background=1 - values["alpha"], gamma=0.0)
    if kind == "softmax_focal":
        return partial(_softmax, object_=values["alpha"], background=values["background_alpha"], gamma=values["gamma"],
                       weight=values.get("class_alpha") or ())
    return None


def box_rows(values: Mapping[str, Any]) -> Optional[BoxRows]:
    """The box loss that a strategy's "box" describes; None likewise."""
    kind = values["type"]
    if kind == "l1":
        return partial(_smooth_l1, beta=0.0)
    if kind == "smooth_l1":
        return partial(_smooth_l1, beta=values["beta"])
    if kind == "huber":
        return partial(_huber, delta=values["delta"])
    if kind == "giou":
        return _giou
    if kind == "diou":
        return _diou
    return None


def _sigmoid(
    logits: Tensor, row_class: Tensor, hit: float, miss: float, gamma: float, class_weight: Sequence[float] = (),
) -> Tensor:
    positive = torch.nonzero(row_class >= 0).squeeze(1)
    target = torch.zeros_like(logits)
    target[positive, row_class[positive]] = 1
    loss = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    if gamma != 0:
        p = torch.sigmoid(logits)
        loss = loss * (p + target - 2 * p * target) ** gamma  # 1 - p_t
    if hit != 1 or miss != 1:
        loss = loss * (miss + (hit - miss) * target)
    if class_weight:
        loss = loss * (1 + (_weights(class_weight, 1.0, logits)[: logits.shape[1]] - 1) * target)
    return loss.sum(1)


def _softmax(
    logits: Tensor, row_class: Tensor, object_: float, background: float, gamma: float, weight: Sequence[float] = (),
) -> Tensor:
    last = logits.shape[1] - 1  # the background's column
    column = torch.where(row_class < 0, torch.full_like(row_class, last), row_class)
    loss = F.cross_entropy(logits, column, reduction="none")
    if gamma != 0:
        loss = loss * (-torch.expm1(-loss)) ** gamma
    alpha = _weights(weight, object_, logits)
    if len(weight) <= last:
        alpha[last] = background
    return loss * alpha[column]


def _weights(weight: Sequence[float], otherwise: float, logits: Tensor) -> Tensor:
    """A weight for each column."""
    full = torch.full((logits.shape[1],), float(otherwise), dtype=logits.dtype, device=logits.device)
    n = min(len(weight), len(full))
    full[:n] = torch.tensor(list(weight[:n]), dtype=logits.dtype, device=logits.device)
    return full


def _smooth_l1(box: Tensor, truth: Tensor, beta: float) -> Tensor:
    if beta == 0:
        return F.l1_loss(box, truth, reduction="none").sum(1)
    return F.smooth_l1_loss(box, truth, beta=beta, reduction="none").sum(1)


def _huber(box: Tensor, truth: Tensor, delta: float) -> Tensor:
    return delta * _smooth_l1(box, truth, delta)


def _iou(box: Tensor, truth: Tensor) -> Sequence[Tensor]:
    """IoU, union, and width and height of the hull."""
    area = (box[:, 2:] - box[:, :2]).prod(1) + (truth[:, 2:] - truth[:, :2]).prod(1)
    shared = (torch.min(box[:, 2:], truth[:, 2:]) - torch.max(box[:, :2], truth[:, :2])).clamp(min=0).prod(1)
    union = area - shared
    hull = torch.max(box[:, 2:], truth[:, 2:]) - torch.min(box[:, :2], truth[:, :2])
    return shared / union, union, hull


def _giou(box: Tensor, truth: Tensor) -> Tensor:
    iou, union, hull = _iou(box, truth)
    return 2 - iou - union / hull.prod(1)


def _diou(box: Tensor, truth: Tensor) -> Tensor:
    iou, _, hull = _iou(box, truth)
    centres = (box[:, :2] + box[:, 2:] - truth[:, :2] - truth[:, 2:]) / 2
    return 1 - iou + (centres**2).sum(1) / (hull**2).sum(1)


def encode(candidate: Tensor, box: Tensor, weights: Sequence[float]) -> Tensor:
    """The deltas that decode to box."""
    size, centre = candidate[:, 2:] - candidate[:, :2], (candidate[:, :2] + candidate[:, 2:]) / 2
    moved = ((box[:, :2] + box[:, 2:]) / 2 - centre) / size
    scaled = torch.log((box[:, 2:] - box[:, :2]) / size)
    return torch.cat([moved, scaled], 1) * torch.tensor(list(weights), dtype=box.dtype, device=box.device)


def decode(candidate: Tensor, deltas: Tensor, weights: Sequence[float], max_scale: float) -> Tensor:
    """The boxes that deltas describe."""
    size, centre = candidate[:, 2:] - candidate[:, :2], (candidate[:, :2] + candidate[:, 2:]) / 2
    by = deltas / torch.tensor(list(weights), dtype=deltas.dtype, device=deltas.device)
    centre, half = centre + by[:, :2] * size, torch.exp(by[:, 2:].clamp(max=max_scale)) * size / 2
    return torch.cat([centre - half, centre + half], 1)
