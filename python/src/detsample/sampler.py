"""Samplers written in Python."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Tuple, Union

import numpy as np
from numpy.typing import NDArray

from .images import Images

Indices = NDArray[Any]


class Candidates:
    """One image's candidates, as a sampler sees them: gt (n), the index of the
    ground truth, -1 for background or -2 for ignored; iou (n) with the ground
    truth that each overlaps most; box (n, 4); hardness (n), the classification
    loss, which is evaluated once it is asked for; truth_class, the classes of
    the ground truths."""

    def __init__(self, gt: NDArray[np.int32], iou: NDArray[np.float32], box: NDArray[np.float32], truth_class: NDArray[np.int32],
                 hardness: Callable[[], NDArray[np.float32]]) -> None:
        self.gt, self.iou, self.box, self.truth_class = gt, iou, box, truth_class
        self._hardness = hardness

    @property
    def hardness(self) -> NDArray[np.float32]:
        return self._hardness()

    @property
    def positives(self) -> Indices:
        return np.flatnonzero(self.gt >= 0)

    @property
    def negatives(self) -> Indices:
        return np.flatnonzero(self.gt == -1)


# A sampler returns the candidates that count, positives and negatives, and
# their weights, 1 without them. rng is keyed by seed, step and image.
Sampler = Callable[[Candidates, np.random.Generator], Union[Indices, Tuple[Indices, NDArray[Any]]]]


class Sample:
    """What a sampler took of each image of a batch, as the library reads it."""

    def __init__(self, taken: List[Any]) -> None:
        index: List[Any] = []
        weight: List[Any] = []
        for one in taken:
            at, w = one if isinstance(one, tuple) else (one, None)
            at = np.asarray(at)
            w = np.ones(len(at), np.float32) if w is None else np.asarray(w, np.float32)
            if at.ndim != 1 or w.shape != at.shape or len(at) and at.dtype.kind not in "iu":
                raise ValueError(f"a sampler returned indices of shape {at.shape} and type {at.dtype} with weights of shape {w.shape}: "
                                 "expected one of each candidate, indices as integers")
            order = np.argsort(at, kind="stable")
            index.append(at[order].astype(np.int32))
            weight.append(w[order])
        self.starts = np.cumsum([0, *map(len, index)], dtype=np.int64)
        self.index = np.concatenate([np.zeros(0, np.int32), *index])
        self.weight = np.concatenate([np.zeros(0, np.float32), *weight])


def take(
    sampler: Sampler, gt: NDArray[np.int32], iou: NDArray[np.float32], box: NDArray[np.float32], images: Images, seed: int, step: int,
    hardness: Callable[[], NDArray[np.float32]],
) -> Sample:
    """Calls a sampler for every image of a batch. hardness gives that of all
    candidates, and is called once at most."""
    every: Optional[NDArray[np.float32]] = None

    def of(i: int) -> NDArray[np.float32]:
        nonlocal every
        if every is None:
            every = hardness()
        one: NDArray[np.float32] = every[i]
        return one

    taken = []
    for i in range(images.count):
        classes = images.classes[images.starts[i]:images.starts[i + 1]]
        c = Candidates(gt[i], iou[i], box, classes, lambda i=i: of(i))  # type: ignore[misc]
        taken.append(sampler(c, np.random.default_rng([seed, step, int(images.ids[i])])))
    return Sample(taken)
