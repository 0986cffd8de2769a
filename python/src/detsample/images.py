"""Annotated images of a batch."""

from __future__ import annotations

import hashlib
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
    return int(identity) % (1 << 64)


class Images:
    """Ground truth of a batch: for each image its boxes (n, 4), x1 y1 x2 y2 in
    pixels, its classes (n) from 0, its identity in the data set, which is part
    of the random key, and regions without negatives (crowds), if any. sizes
    (n, 2) are width and height of images that a batch pads: a dense stage
    ignores anchors of cells that begin beyond."""

    def __init__(
        self, boxes: Sequence[ArrayLike], classes: Optional[Sequence[ArrayLike]], ids: Sequence[ImageID],
        ignore: Optional[Sequence[ArrayLike]] = None, sizes: Optional[ArrayLike] = None,
    ) -> None:
        self.count = len(boxes)
        if len(ids) != self.count or classes is not None and len(classes) != self.count or ignore is not None and len(ignore) != self.count:
            raise ValueError(f"{self.count} images' boxes, {len(ids)} ids, {self.count if classes is None else len(classes)} classes, "
                             f"{self.count if ignore is None else len(ignore)} ignore: expected as many of each")
        self.ids = np.array([image_key(i) for i in ids], np.uint64)
        self.boxes, self.starts = _joined(boxes)
        if classes is None:  # objectness
            self.classes = np.zeros(len(self.boxes), np.int32)
        else:
            lists = [np.asarray(c) for c in classes]
            for i, (c, first, last) in enumerate(zip(lists, self.starts, self.starts[1:])):
                if c.shape != (last - first,):
                    raise ValueError(f"image {i}: {last - first} boxes, and classes of shape {c.shape}")
            self.classes = np.ascontiguousarray(np.concatenate([np.zeros(0), *lists]), np.int32)
        self.ignore: Any = None
        self.ignore_starts: Any = None
        if ignore is not None:
            self.ignore, self.ignore_starts = _joined(ignore)
        self.sizes = None if sizes is None else np.ascontiguousarray(sizes, np.int32)
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


def _joined(boxes: Sequence[ArrayLike]) -> Any:
    """Lists of boxes one after another, and where each begins."""
    lists = [np.asarray(b, np.float32).reshape(-1, 4) for b in boxes]
    starts = np.concatenate([[0], np.cumsum([len(b) for b in lists], dtype=np.int64)]).astype(np.int64)
    return np.ascontiguousarray(np.concatenate([np.zeros((0, 4), np.float32), *lists])), starts
