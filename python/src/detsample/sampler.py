"""Samplers written in Python."""

from __future__ import annotations

from typing import Any, Callable, List, Sequence, Tuple, Union

import numpy as np
from numpy.typing import NDArray

from .errors import DetsampleError
from .images import whole

Indices = NDArray[Any]


class Candidates:
    """One image's candidates, as a sampler sees them, to read and not to change:
    gt (n), the index of the ground truth, -1 for background or -2 for ignored;
    iou (n) with the ground truth that each overlaps most; box (n, 4); hardness
    (n), the classification loss by these labels, towards 1 where an assigner
    gives soft targets too, which is evaluated once it is asked for; truth_class,
    the classes of the ground truths. Candidates are anchors, or in the second
    stage the proposals and, if configured, the ground truth."""

    def __init__(self, gt: NDArray[np.int32], iou: NDArray[np.float32], box: NDArray[np.float32], truth_class: NDArray[np.int32],
                 hardness: Callable[[], NDArray[np.float32]]) -> None:
        self.gt, self.iou, self.box, self.truth_class = map(_read_only, (gt, iou, box, truth_class))
        self._hardness = hardness

    @property
    def hardness(self) -> NDArray[np.float32]:
        found: NDArray[np.float32] = _read_only(self._hardness())
        return found

    @property
    def positives(self) -> Indices:
        return np.flatnonzero(self.gt >= 0)

    @property
    def negatives(self) -> Indices:
        return np.flatnonzero(self.gt == -1)


def _read_only(array: NDArray[Any]) -> Any:
    view = array.view()
    view.flags.writeable = False
    return view


# A sampler returns the candidates that count, positives and negatives, and
# their weights, 1 without them. rng is keyed by seed, step and image.
Sampler = Callable[[Candidates, np.random.Generator], Union[Indices, Tuple[Indices, NDArray[Any]]]]


class Sample:
    """What a sampler took of each image of a batch, as the library reads it."""

    def __init__(self, taken: List[Any], counts: Sequence[int]) -> None:
        index: List[Any] = []
        weight: List[Any] = []
        for i, (one, n) in enumerate(zip(taken, counts)):
            at, w = _pair(i, one)
            order = np.argsort(at, kind="stable")
            at = at[order]
            for wrong in at[(at < 0) | (at >= n)][:1]:
                raise DetsampleError(f"the sampler returned index {wrong} of image {i}, which has {n} candidates: expected 0 to {n - 1}")
            for twice in at[1:][at[1:] == at[:-1]][:1]:
                raise DetsampleError(f"the sampler returned index {twice} twice of image {i}: expected a candidate once at most, and its weight to say how "
                                 "much it counts")
            index.append(at)
            weight.append(w[order])
        self.starts = np.cumsum([0, *map(len, index)], dtype=np.int64)
        self.index = np.concatenate([np.zeros(0, np.int32), *index])
        self.weight = np.concatenate([np.zeros(0, np.float32), *weight])


def _pair(image: int, taken: Any) -> Tuple[NDArray[np.int32], NDArray[np.float32]]:
    """What a sampler returned of an image, as indices and weights."""
    if isinstance(taken, tuple) and len(taken) != 2:
        raise ValueError(f"the sampler returned a tuple of {len(taken)} of image {image}: expected indices, or a pair of them and their weights")
    at, w = taken if isinstance(taken, tuple) else (taken, None)
    at = np.asarray(at)
    if at.ndim != 1 or len(at) and at.dtype.kind not in "iu":
        raise ValueError(f"the sampler returned indices of shape {at.shape} and type {at.dtype} of image {image}: expected a list of indices as integers")
    at = whole(f"indices that the sampler returned of image {image}", at)
    weight = np.ones(len(at), np.float32) if w is None else np.asarray(w)
    if weight.shape != at.shape or len(at) and weight.dtype.kind not in "fiu":
        raise ValueError(f"the sampler returned {len(at)} indices with weights of shape {weight.shape} and type {weight.dtype} of image {image}: "
                         "expected a number for each")
    return at, weight.astype(np.float32)


def take(sampler: Sampler, candidates: Sequence[Candidates], key: Sequence[int], ids: NDArray[np.uint64]) -> Sample:
    """Calls a sampler for every image of a batch. key are the seed and the step,
    and the stage where it is not the first."""
    taken = [sampler(c, np.random.default_rng([*(k % (1 << 64) for k in key[:2]), int(i), *key[2:]])) for c, i in zip(candidates, ids)]
    return Sample(taken, [len(c.gt) for c in candidates])


class Once:
    """What a function returns, which is called once at most."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make, self._made = make, None

    def __call__(self) -> Any:
        if self._made is None:
            self._made = self._make()
        return self._made
