"""Annotated images of a batch."""

from __future__ import annotations

import hashlib
import operator
from typing import Any, Optional, Sequence, Union

import numpy as np
from numpy.typing import ArrayLike

from . import _library, _struct

ImageID = Union[int, str]


def image_key(identity: Any) -> int:
    """An image's identity as a number of 64 bits: an integer as it is, a text
    by its hash."""
    if isinstance(identity, str):
        return int.from_bytes(hashlib.blake2b(identity.encode("utf-8"), digest_size=8).digest(), "little")
    try:
        return operator.index(identity) % (1 << 64)
    except TypeError:
        raise TypeError(f"an image's identity is {identity!r}: expected an integer or a text") from None


def integer(name: str, value: Any) -> int:
    """The value, if it is one integer."""
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is {value!r}: expected an integer") from None


def whole(name: str, values: Any, dtype: Any = np.int32) -> Any:
    """The values as integers of a type, if they are: none is rounded or wraps."""
    array = np.asarray(values)
    if array.size == 0:
        return np.zeros(array.shape, dtype)
    limits = np.iinfo(dtype)
    integral = array.dtype.kind in "iu" or array.dtype.kind == "f" and np.isfinite(array).all() and (array == np.floor(array)).all()
    if not integral:
        raise TypeError(f"{name} are {array.dtype}: expected integers")
    if array.min() < limits.min or array.max() > limits.max:
        raise ValueError(f"{name} go from {array.min()} to {array.max()}: expected {limits.min} to {limits.max}")
    return np.ascontiguousarray(array, dtype)


class Images:
    """Ground truth of a batch: for each image its boxes (n, 4), x1 y1 x2 y2 in
    pixels, its classes (n) from 0, its identity in the data set, which is part
    of the random key, and regions without negatives (crowds), if any. sizes
    (n, 2) are width and height, in this order, of images that a batch pads: a
    dense stage ignores anchors of cells that begin beyond, which a grid says.
    Without a grid it ignores those whose centre does not lie within the image,
    which real ones at its border may do, unless size says that the batch is no
    larger. An image whose ground truth lies beyond it is refused."""

    def __init__(
        self, boxes: Sequence[ArrayLike], classes: Optional[Sequence[ArrayLike]], ids: Sequence[ImageID],
        ignore: Optional[Sequence[ArrayLike]] = None, sizes: Optional[ArrayLike] = None,
    ) -> None:
        self.count = len(boxes)
        if len(ids) != self.count or classes is not None and len(classes) != self.count or ignore is not None and len(ignore) != self.count:
            raise ValueError(f"{self.count} images' boxes, {len(ids)} ids, {self.count if classes is None else len(classes)} classes, "
                             f"{self.count if ignore is None else len(ignore)} ignore: expected as many of each")
        self.ids = np.array([image_key(i) for i in ids], np.uint64)
        self.boxes, self.starts = joined(boxes, "boxes")
        if classes is None:  # objectness
            self.classes = np.zeros(len(self.boxes), np.int32)
        else:
            lists = [whole(f"classes of image {i}", c) for i, c in enumerate(classes)]
            for i, (c, first, last) in enumerate(zip(lists, self.starts, self.starts[1:])):
                if c.shape != (last - first,):
                    raise ValueError(f"image {i}: {last - first} boxes, and classes of shape {c.shape}")
            self.classes = np.concatenate([np.zeros(0, np.int32), *lists])
        self.ignore: Any = None
        self.ignore_starts: Any = None
        if ignore is not None:
            self.ignore, self.ignore_starts = joined(ignore, "regions to ignore")
        self.sizes = None if sizes is None else whole("sizes", sizes)
        if self.sizes is not None and self.sizes.shape != (self.count, 2):
            raise ValueError(f"sizes have shape {self.sizes.shape}: expected width and height of each of {self.count} images")

    def one(self, i: int) -> "Images":
        """Image i alone."""
        here = slice(self.starts[i], self.starts[i + 1])
        ignore = None if self.ignore is None else [self.ignore[self.ignore_starts[i]:self.ignore_starts[i + 1]]]
        sizes = None if self.sizes is None else self.sizes[i:i + 1]
        return Images([self.boxes[here]], [self.classes[here]], [int(self.ids[i])], ignore, sizes)

    def struct(self) -> _struct.Annotations:
        a = _library.address
        return _struct.Annotations(
            images=self.count, image_id=a(self.ids), truths=a(self.starts), truth_box=a(self.boxes),
            truth_class=a(self.classes), ignores=a(self.ignore_starts), ignore_box=a(self.ignore))


def joined(boxes: Sequence[ArrayLike], name: str) -> Any:
    """Lists of boxes one after another, and where each begins."""
    lists = [_boxes(f"{name} of image {i}", b) for i, b in enumerate(boxes)]
    starts = np.concatenate([[0], np.cumsum([len(b) for b in lists], dtype=np.int64)]).astype(np.int64)
    return np.ascontiguousarray(np.concatenate([np.zeros((0, 4), np.float32), *lists])), starts


def _boxes(name: str, boxes: ArrayLike) -> Any:
    array = np.asarray(boxes)
    if array.size == 0:
        return np.zeros((0, 4), np.float32)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name} are {array.dtype}: expected numbers")
    if array.ndim != 2 or array.shape[1] != 4:
        raise ValueError(f"{name} have shape {array.shape}: expected (n, 4)")
    with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused as such
        return array.astype(np.float32, copy=False)
