"""torchvision's targets as the library's ground truth."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..errors import DetsampleError
from ..images import Images

Target = Dict[str, Any]


def images_of(
    targets: Sequence[Target], offset: int = 0, classes: Optional[int] = None, sizes: Optional[Sequence[Tuple[int, int]]] = None,
) -> Images:
    """Ground truth of a batch. A label is one of the head's classes plus
    offset; without classes nobody tells objects apart, and labels are not
    looked at. Boxes whose iscrowd is 1 are regions without negatives. sizes are
    width and height of images that the batch pads."""
    targets = _dictionaries(targets)
    ids = [_identity(i, t) for i, t in enumerate(targets)]
    boxes = _lists(targets, "boxes", torch.float32)
    labels = None if classes is None else _lists(targets, "labels", torch.int64)
    crowd = _crowds(targets)
    if labels is not None and classes is not None:
        _check_labels(targets, boxes, labels, crowd, range(offset, offset + classes))
        labels = [k - offset for k in labels]
    if crowd is None:
        return Images(boxes, labels, ids, None, sizes)
    return Images(
        [b[~c] for b, c in zip(boxes, crowd)], None if labels is None else [k[~c] for k, c in zip(labels, crowd)], ids,
        [b[c] for b, c in zip(boxes, crowd)] if any(c.any() for c in crowd) else None, sizes)


def _dictionaries(targets: Any) -> List[Target]:
    """The targets, if they are one for each image."""
    if isinstance(targets, Mapping) or not isinstance(targets, Iterable):
        raise TypeError(f"targets is a {type(targets).__name__}: expected a list of a dictionary for each image")
    listed = list(targets)
    for i, t in enumerate(listed):
        if not isinstance(t, Mapping):
            raise TypeError(f"targets[{i}] is a {type(t).__name__}: expected a dictionary of boxes, labels and image_id")
    return listed


def _tensor(i: int, key: str, value: Any) -> Tensor:
    """What a target holds, if it is an array."""
    try:
        return torch.as_tensor(value)
    except (RuntimeError, TypeError, ValueError):
        raise TypeError(f"targets[{i}] has {key} {value!r:.60}: expected a tensor") from None


def _check_labels(
    targets: List[Target], boxes: List[NDArray[Any]], labels: List[NDArray[Any]], crowd: Optional[List[NDArray[np.bool_]]], known: range,
) -> None:
    """Refuses labels that the head has no column for, by the numbers that the
    targets have."""
    for i, (b, k) in enumerate(zip(boxes, labels)):
        if k.shape != b.shape[:1]:
            raise ValueError(f"targets[{i}] has {len(b)} boxes, and labels of shape {k.shape}: expected one for each")
        wrong = (k < known.start) | (k >= known.stop)
        if crowd is not None:
            wrong &= ~crowd[i]
        if not wrong.any():
            continue
        at = int(wrong.argmax())
        expected = f"{known[0]} to {known[-1]}, the head's classes" if len(known) > 1 else f"{known[0]}, the head's only class"
        background = "; 0 is the background's" if known.start == 1 and k[at] == 0 else ""
        raise DetsampleError(f"targets[{i}] labels[{at}] is {k[at]}, of image_id {_identity(i, targets[i])}: expected {expected}{background}")


def places_of(targets: List[Target]) -> Optional[List[NDArray[np.int64]]]:
    """Where each image's ground truths of images_of() lie in its target, which
    has crowds among them; None where they lie as they are."""
    crowd = _crowds(targets)
    return None if crowd is None else [np.flatnonzero(~c) for c in crowd]


def _crowds(targets: List[Target]) -> Optional[List[NDArray[np.bool_]]]:
    """Which boxes of each target are crowds, None if no target says."""
    if not any("iscrowd" in t for t in targets):
        return None
    counts = [len(t["boxes"]) for t in targets]
    crowd = [
        np.asarray(_tensor(i, "iscrowd", t.get("iscrowd", torch.zeros(n))).cpu()).astype(bool) for i, (t, n) in enumerate(zip(targets, counts))]
    for i, (c, n) in enumerate(zip(crowd, counts)):
        if c.shape != (n,):
            raise ValueError(f"targets[{i}] has {n} boxes, and iscrowd of shape {c.shape}: expected one for each")
    return crowd


def _identity(i: int, target: Target) -> Any:
    identity = target.get("image_id")
    if identity is None:
        raise KeyError(f"targets[{i}] has no image_id, which the random key needs: set it to the image's identity in the data set, "
                       "such as torch.tensor([index])")
    if isinstance(identity, str):
        return identity
    if isinstance(identity, int):
        if not -(1 << 63) <= identity < 1 << 64:
            raise ValueError(f"targets[{i}] has image_id {identity}: expected an integer of 64 bits, or a text")
        return identity
    try:
        number = torch.as_tensor(identity)
    except (RuntimeError, TypeError, ValueError):
        raise TypeError(f"targets[{i}] has image_id {identity!r:.60}: expected one integer, or a text") from None
    if number.numel() != 1 or number.is_floating_point() or number.is_complex():
        raise TypeError(f"targets[{i}] has image_id {identity}: expected one integer, or a text")
    return int(number)


def _lists(targets: List[Target], key: str, dtype: torch.dtype) -> List[NDArray[Any]]:
    """A tensor of each target, brought here in one piece. Labels are never
    rounded to integers."""
    for i, t in enumerate(targets):
        if key not in t:
            raise KeyError(f"targets[{i}] has no {key}")
    lists = [_tensor(i, key, t[key]).detach() for i, t in enumerate(targets)]
    for i, found in enumerate(lists):
        if found.is_complex() or found.is_floating_point() and not dtype.is_floating_point and found.numel() > 0:
            raise TypeError(f"targets[{i}] has {key} of {found.dtype}: expected {dtype}")
    if not lists or all(t.device.type == "cpu" for t in lists):
        return [t.to(dtype).numpy() for t in lists]
    whole = torch.cat(lists).to(dtype).cpu().numpy()
    return np.split(whole, np.cumsum([len(t) for t in lists])[:-1])


def anchors_of(anchors: List[Tensor]) -> Tensor:
    """The anchors, which are those of every image of a batch."""
    first = anchors[0]
    if any(a.shape != first.shape for a in anchors):
        raise ValueError(f"images of a batch have {[len(a) for a in anchors]} anchors: expected as many of each")
    return first
