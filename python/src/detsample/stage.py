"""A stage of a detector over numpy arrays."""

from __future__ import annotations

import ctypes
from ctypes import byref, c_double, c_int64, c_size_t, c_uint64
from dataclasses import dataclass
from typing import Any, List, Optional, Sequence, Tuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _library, _struct
from .balance import Balance
from .errors import DetsampleError
from .images import Images, _joined
from .sampler import Sample, Sampler, take
from .strategy import Strategy

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

_STAGES = {"dense": 1, "rpn": 2, "roi": 3}


@dataclass
class Step:
    """A stage's loss, cls + box, with its gradients and what it came from."""

    cls: float
    box: float
    grad_logits: Floats
    grad_deltas: Floats
    balance: Balance


@dataclass
class Targets:
    """What a step teaches: the stage's loss is the sum over rows of weight
    times the classification loss of a row, and likewise over box_rows. A row
    is image * anchors + anchor, in the second stage a region."""

    rows: Ints
    weight: Floats
    row_class: Ints  # a class, or -1 for background
    quality: Optional[Floats]  # soft targets, None where they are hard
    box_rows: Ints
    box_weight: Floats
    box_slot: Ints  # the class whose four columns count, 0 where boxes are not per class
    box_candidate: Floats
    box_truth: Floats
    balance: Balance  # counts alone


class Stage:
    """Memory of one stage of a strategy over one run: what all stages have in
    common. classes is the head's, without the background. threads may be used
    by a call; results are the same for any number. exact gives losses as
    float64 rounds them, the same bits on every machine. coder, max_scale and
    per_class are the head's, where those differ from the strategy's.

    One thread at a time; each needs a stage of its own.
    """

    def __init__(
        self, strategy: Strategy, stage: str, classes: int, *, threads: int = 1, exact: bool = False,
        coder: Optional[Sequence[float]] = None, max_scale: float = 0.0, per_class: Optional[bool] = None,
    ) -> None:
        self.strategy, self.name, self.classes, self.threads, self.exact = strategy, stage, int(classes), threads, exact
        self._head = (coder, max_scale, per_class)
        if stage not in strategy.stages:
            raise DetsampleError(f"strategy {strategy.name} has no stage {stage}: it has {' and '.join(strategy.stages)}")
        self.facts = strategy.facts(stage)
        self.columns = self.classes + (self.facts["link"] == "softmax")
        self.box_columns = 4 * self.classes if (self.facts["per_class"] if per_class is None else per_class) else 4
        self._handle = _library.Handle(self._new, "detsample_work_free")
        self._handle.value  # so that what is wrong is said here

    def _new(self) -> int:
        coder, max_scale, per_class = self._head
        options = _struct.Options(
            stage=_STAGES[self.name], classes=self.classes, threads=self.threads, exact=self.exact,
            per_class=-1 if per_class is None else int(per_class), max_scale=max_scale,
            coder=(ctypes.c_float * 4)(*(coder or (0, 0, 0, 0))))
        work = c_size_t()
        _library.call("detsample_work_new", self.strategy._handle.value, byref(options), byref(work))
        return work.value

    def _call(self, name: str, *arguments: Any) -> None:
        _library.call(name, self._handle.value, *arguments)

    def __reduce__(self) -> Any:
        return _remake, (type(self), self.strategy, self.name, self.classes, self.threads, self.exact, self._head)

    @property
    def coding(self) -> Tuple[Tuple[float, ...], float]:
        """The weights of dx, dy, dw, dh, and the largest log size ratio that
        decoding lets through."""
        coder, max_scale, _ = self._head
        return tuple(coder or self.facts["coder"]), float(max_scale or self.facts["max_scale"])

    def memory(self) -> List[List[float]]:
        """What losses and normalisers remember between steps, of a run that is
        saved."""
        lengths = (c_int64 * 4)()
        self._call("detsample_memory_save", lengths, None, c_int64(0))
        values = np.zeros(sum(lengths), np.float64)
        self._call("detsample_memory_save", lengths, _library.address(values), c_int64(len(values)))
        ends = np.cumsum([0, *lengths])
        return [values[a:b].tolist() for a, b in zip(ends, ends[1:])]

    def restore(self, memory: Sequence[Sequence[float]]) -> None:
        """Goes on with what memory() returned."""
        lengths = (c_int64 * 4)(*map(len, memory))
        values = np.array([v for part in memory for v in part], np.float64)
        self._call("detsample_memory_restore", lengths, _library.address(values))

    def assign(
        self, anchors: Floats, images: Images, *, grid: Optional[ArrayLike] = None, size: Tuple[float, float] = (0, 0),
        logits: Optional[Floats] = None, deltas: Optional[Floats] = None,
    ) -> Tuple[Ints, Floats]:
        """Labels every anchor of every image, (images, anchors): the index of
        its ground truth, -1 for background or -2 for ignored; and its IoU with
        the ground truth that it overlaps most. Of a second stage anchors are
        an image's proposals, as many of each."""
        batch, keep = self._batch(anchors, images, 0, 0, grid, size, None, logits, deltas, None)
        gt = np.empty((images.count, len(anchors)), np.int32)
        iou = np.empty((images.count, len(anchors)), np.float32)
        self._call("detsample_assign", byref(batch), _library.address(gt), _library.address(iou))
        del keep
        return gt, iou

    def _batch(
        self, anchors: Floats, images: Images, seed: int, step: int, grid: Optional[ArrayLike], size: Tuple[float, float],
        assigned: Optional[Tuple[Ints, Floats]], logits: Optional[Floats], deltas: Optional[Floats], hardness: Optional[Floats],
        sample: Optional[Sample] = None,
    ) -> Tuple[_struct.Batch, Any]:
        """The library's struct, and what must live as long as it."""
        n, m, a = images.count, len(_check("anchors", anchors, (-1, 4))), _library.address
        levels = None if grid is None else np.ascontiguousarray(grid, np.int32).reshape(-1, 4)
        gt, iou = (None, None) if assigned is None else assigned
        _check("gt", gt, (n, m), np.int32)
        for name, array, shape in (
            ("iou", iou, (n, m)), ("logits", logits, (n, m, self.columns)), ("deltas", deltas, (n, m, 4)), ("hardness", hardness, (n, m)),
        ):
            _check(name, array, shape)
        batch = _struct.Batch(
            images=images.struct(), anchors=m, anchor=a(anchors), levels=0 if levels is None else len(levels), grid=a(levels),
            width=size[0], height=size[1], seed=c_uint64(seed).value, step=c_uint64(step).value,
            gt=a(gt), iou=a(iou), logits=a(logits), deltas=a(deltas), hardness=a(hardness), image_size=a(images.sizes))
        if sample is not None:
            batch.samples, batch.sample, batch.sample_weight = a(sample.starts), a(sample.index), a(sample.weight)
        return batch, (anchors, images, levels, gt, iou, logits, deltas, hardness, sample)

    def _read(self, counts: _struct.Counts) -> Targets:
        n, m, a = counts.rows, counts.box_rows, _library.address
        t = Targets(
            np.empty(n, np.int32), np.empty(n, np.float32), np.empty(n, np.int32),
            np.empty(n, np.float32) if counts.has_quality else None,
            np.empty(m, np.int32), np.empty(m, np.float32), np.zeros(m, np.int32),
            np.empty((m, 4), np.float32), np.empty((m, 4), np.float32), Balance.of(counts))
        lists = _struct.Lists(
            row=a(t.rows), weight=a(t.weight), row_class=a(t.row_class), quality=a(t.quality),
            box_row=a(t.box_rows), box_weight=a(t.box_weight), box_slot=a(t.box_slot),
            box_candidate=a(t.box_candidate), box_truth=a(t.box_truth))
        self._call("detsample_targets_read", byref(lists))
        t.balance.used_positives = m
        t.balance.used_negatives = n - m
        return t

    def cls_loss(self, logits: Floats, grad: Optional[Floats] = None) -> float:
        """The classification loss of the last targets for logits (rows,
        columns), and its gradient in grad."""
        loss, rows = c_double(), len(_check("logits", logits, (-1, self.columns)))
        _check("grad", grad, logits.shape)
        self._call("detsample_cls_loss", _library.address(logits), c_int64(rows), _library.address(grad), byref(loss))
        return loss.value

    def box_loss(self, deltas: Floats, grad: Optional[Floats] = None) -> float:
        """The box loss of the last targets for deltas (rows, box columns), and
        its gradient in grad."""
        loss, rows = c_double(), len(_check("deltas", deltas, (-1, self.box_columns)))
        _check("grad", grad, deltas.shape)
        self._call("detsample_box_loss", _library.address(deltas), c_int64(rows), _library.address(grad), byref(loss))
        return loss.value

    def box_pairs(self, box: Floats, truth: Floats, weight: Floats, grad: Optional[Floats] = None) -> float:
        """The box loss of boxes (n, 4) against ground truths, weighted: in
        pixels for a loss of decoded boxes, else in one's own codes."""
        loss, a = c_double(), _library.address
        _check("box", box, (-1, 4))
        _check("truth", truth, box.shape)
        _check("weight", weight, (len(box),))
        _check("grad", grad, box.shape)
        self._call("detsample_box_pairs", c_int64(len(box)), a(box), a(truth), a(weight), a(grad), byref(loss))
        return loss.value


class DenseStage(Stage):
    """A head that scores every anchor: a one-stage detector ("dense"), or a
    region proposal network ("rpn", one class)."""

    def step(
        self, anchors: Floats, images: Images, logits: Floats, deltas: Floats, *, seed: int = 0, step: int = 0,
        grid: Optional[ArrayLike] = None, size: Tuple[float, float] = (0, 0),
        assigned: Optional[Tuple[Ints, Floats]] = None, sampler: Optional[Sampler] = None,
        grad_logits: Optional[Floats] = None, grad_deltas: Optional[Floats] = None,
    ) -> Step:
        """Assigns, samples, and returns the loss and its gradients by logits
        (images, anchors, columns) and deltas (images, anchors, 4), written to
        grad_logits and grad_deltas if given. The arrays are float32 and
        contiguous: they are read where they lie.

        Equal seed, step and image identities draw equal samples. grid (levels,
        4) says stride, cells across, cells down and anchors a cell, for
        assigners that look at a pyramid; size is the images' width and height;
        assigned is what assign() returned. sampler, a function of an image's
        Candidates and a random generator, takes the place of the strategy's.
        """
        sample = None
        if sampler is not None:
            assigned, sample = self._take(sampler, anchors, images, seed, step, grid, size, assigned, logits, deltas, None)
        batch, keep = self._batch(anchors, images, seed, step, grid, size, assigned, logits, deltas, None, sample)
        grad_logits = np.empty_like(logits) if grad_logits is None else _check("grad_logits", grad_logits, logits.shape)
        grad_deltas = np.empty_like(deltas) if grad_deltas is None else _check("grad_deltas", grad_deltas, deltas.shape)
        batch.grad_logits, batch.grad_deltas = _library.address(grad_logits), _library.address(grad_deltas)
        value = _struct.Value()
        self._call("detsample_step", byref(batch), byref(value))
        del keep
        return Step(value.cls, value.box, grad_logits, grad_deltas, Balance.of(value))

    def targets(
        self, anchors: Floats, images: Images, *, seed: int = 0, step: int = 0, grid: Optional[ArrayLike] = None,
        size: Tuple[float, float] = (0, 0), assigned: Optional[Tuple[Ints, Floats]] = None,
        logits: Optional[Floats] = None, deltas: Optional[Floats] = None, hardness: Optional[Floats] = None,
        sampler: Optional[Sampler] = None,
    ) -> Targets:
        """A step without its losses, for losses evaluated elsewhere. logits
        and deltas are needed as far as facts["reads"] says; hardness (images,
        anchors), the classification loss of every anchor, serves in place of
        logits where reads["hardness"]. sampler as in step()."""
        sample = None
        if sampler is not None:
            assigned, sample = self._take(sampler, anchors, images, seed, step, grid, size, assigned, logits, deltas, hardness)
        return self._prepare("detsample_targets", anchors, images, seed, step, grid, size, assigned, logits, deltas, hardness, sample)

    def sample(
        self, anchors: Floats, images: Images, *, seed: int = 0, step: int = 0, grid: Optional[ArrayLike] = None,
        size: Tuple[float, float] = (0, 0), assigned: Optional[Tuple[Ints, Floats]] = None,
        logits: Optional[Floats] = None, deltas: Optional[Floats] = None, hardness: Optional[Floats] = None,
    ) -> Targets:
        """targets() by the sampler's own weights, which no normaliser has
        met."""
        return self._prepare("detsample_sample", anchors, images, seed, step, grid, size, assigned, logits, deltas, hardness)

    def hardness(self, images: Images, gt: Ints, logits: Floats) -> Floats:
        """The classification loss of every anchor (images, anchors) by the
        labels that assign() returned: what samplers mine by. 0 of ignored
        ones."""
        anchors = np.zeros((gt.shape[1], 4), np.float32)  # nobody looks at them
        batch, keep = self._batch(anchors, images, 0, 0, None, (0, 0), (gt, np.zeros(gt.shape, np.float32)), logits, None, None)
        hardness = np.empty(gt.shape, np.float32)
        self._call("detsample_hardness", byref(batch), _library.address(hardness))
        del keep
        return hardness

    def _take(self, sampler: Sampler, *arguments: Any) -> Tuple[Tuple[Ints, Floats], Sample]:
        """What a sampler in Python takes, and the labels that it was given."""
        anchors, images, seed, step, grid, size, assigned, logits, deltas, hardness = arguments
        if assigned is None:
            predictions = {"logits": logits, "deltas": deltas} if self.facts["reads"]["assigner"] else {}
            assigned = self.assign(anchors, images, grid=grid, size=size, **predictions)
        gt, iou = assigned

        def every() -> Floats:
            if hardness is None and logits is None:
                raise DetsampleError("the sampler asks for hardness, which needs logits")
            return hardness if hardness is not None else self.hardness(images, gt, logits)

        return assigned, take(sampler, gt, iou, anchors, images, seed, step, every)

    def _prepare(self, name: str, *arguments: Any) -> Targets:
        anchors, images, seed, step, grid, size, assigned, logits, deltas, hardness, *sample = arguments
        batch, keep = self._batch(anchors, images, seed, step, grid, size, assigned, logits, deltas, hardness, *sample)
        counts = _struct.Counts()
        self._call(name, byref(batch), byref(counts))
        del keep
        return self._read(counts)


class ROIStage(Stage):
    """The second stage: join(), sample(), the head on the regions, loss()."""

    def join(self, proposals: Sequence[ArrayLike], images: Images) -> Tuple[Floats, Ints]:
        """Begins a batch with each image's proposals (n, 4): ground truth
        joins them if configured, and all are assigned. Returns the candidates'
        boxes and their images' places, what the head must score if the
        strategy mines (facts["reads"]["logits"])."""
        boxes, starts = _joined(proposals)
        struct = _struct.Proposals(images=images.struct(), proposals=_library.address(starts), proposal_box=_library.address(boxes))
        count = c_int64()
        self._call("detsample_roi_join", byref(struct), byref(count))
        self.candidates = count.value
        box, image = np.empty((count.value, 4), np.float32), np.empty(count.value, np.int32)
        self._call("detsample_roi_candidates", _library.address(box), _library.address(image), count)
        return box, image

    def sample(
        self, *, seed: int = 0, step: int = 0, logits: Optional[Floats] = None, deltas: Optional[Floats] = None,
    ) -> "Regions":
        """Draws the regions. logits and deltas are the head's for all
        candidates, if the strategy mines."""
        _check("logits", logits, (self.candidates, self.columns))
        _check("deltas", deltas, (self.candidates, self.box_columns))
        count, a = c_int64(), _library.address
        self._call("detsample_roi_sample", c_uint64(seed), c_uint64(step), a(logits), a(deltas), byref(count))
        n = count.value
        r = Regions(np.empty((n, 4), np.float32), np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32))
        self._call("detsample_roi_regions", a(r.box), a(r.image), a(r.row_class), a(r.gt), count)
        self.regions = n
        return r

    def loss(
        self, logits: Floats, deltas: Floats, grad_logits: Optional[Floats] = None, grad_deltas: Optional[Floats] = None,
    ) -> Step:
        """The loss of the sampled regions and its gradients, by logits
        (regions, columns) and deltas (regions, box columns)."""
        _check("logits", logits, (self.regions, self.columns))
        _check("deltas", deltas, (self.regions, self.box_columns))
        grad_logits = np.empty_like(logits) if grad_logits is None else _check("grad_logits", grad_logits, logits.shape)
        grad_deltas = np.empty_like(deltas) if grad_deltas is None else _check("grad_deltas", grad_deltas, deltas.shape)
        value, a = _struct.Value(), _library.address
        self._call("detsample_roi_loss", a(logits), a(deltas), a(grad_logits), a(grad_deltas), byref(value))
        return Step(value.cls, value.box, grad_logits, grad_deltas, Balance.of(value))

    def targets(self) -> Targets:
        """In place of loss(), for losses evaluated elsewhere."""
        counts = _struct.Counts()
        self._call("detsample_roi_targets", byref(counts))
        return self._read(counts)


@dataclass
class Regions:
    """The sampled regions, image by image."""

    box: Floats
    image: Ints  # its place in the batch
    row_class: Ints  # or -1 for background
    gt: Ints  # its ground truth in its image, or the label code


def _remake(kind: Any, strategy: Strategy, name: str, classes: int, threads: int, exact: bool, head: Any) -> Stage:
    coder, max_scale, per_class = head
    stage: Stage = kind(strategy, name, classes, threads=threads, exact=exact, coder=coder, max_scale=max_scale, per_class=per_class)
    return stage


def _check(name: str, array: Any, shape: Tuple[int, ...], dtype: Any = np.float32) -> Any:
    """The array, which the library reads where it lies; -1 is any length."""
    if array is None:
        return None
    if not isinstance(array, np.ndarray) or array.dtype != dtype or not array.flags.c_contiguous:
        raise TypeError(f"{name}: expected a contiguous numpy array of {np.dtype(dtype)}, got {getattr(array, 'dtype', type(array).__name__)}: "
                        f"numpy.ascontiguousarray({name}, numpy.{np.dtype(dtype)}) makes one")
    if len(array.shape) != len(shape) or any(want not in (-1, has) for want, has in zip(shape, array.shape)):
        raise ValueError(f"{name} has shape {array.shape}: expected {tuple('any' if s < 0 else s for s in shape)}")
    return array


