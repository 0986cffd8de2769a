"""A stage of a detector over numpy arrays."""

from __future__ import annotations

import ctypes
import re
import weakref
from ctypes import byref, c_double, c_int64, c_size_t, c_uint64
from dataclasses import dataclass
from functools import partial
from typing import Any, Callable, List, Optional, Sequence, Tuple, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _library, _struct
from .balance import Balance
from .errors import DetsampleError
from .images import Images, integer, joined, whole
from .sampler import Candidates, Once, Sample, Sampler, take
from .strategy import Strategy

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

_STAGES = {"dense": 1, "rpn": 2, "roi": 3}
_IN_GO = re.compile(r"^(rpn|roi): [A-Z]\w*: ")  # where the library's own errors say they are


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
    balance: Balance  # counts; losses and gradients are NaN


class Stage:
    """Memory of one stage of a strategy over one run: what all stages have in
    common. classes is the head's, without the background. threads is the most
    that a call uses, in dense and rpn; roi uses one. Results are the same for
    any number. exact gives losses as float64 rounds them, the same bits on
    every machine. coder, max_scale and per_class are the head's, where those
    differ from the strategy's.

    One thread at a time; each needs a stage of its own.
    """

    def __init__(
        self, strategy: Strategy, stage: str, classes: int, *, threads: int = 1, exact: bool = False,
        coder: Optional[Sequence[float]] = None, max_scale: float = 0.0, per_class: Optional[bool] = None,
    ) -> None:
        if not isinstance(strategy, Strategy):
            raise TypeError(f"strategy is {strategy!r}: expected a detsample.Strategy, as Strategy.load(file), Strategy.preset(name) and Strategy(text) make")
        self.strategy, self.name, self.classes, self.threads, self.exact = strategy, stage, integer("classes", classes), integer("threads", threads), exact
        for name, n, least in (("classes", self.classes, 1), ("threads", self.threads, 0)):
            if not least <= n < 1 << 31:
                raise DetsampleError(f"{name} is {n}: expected from {least} to 2^31-1")
        if coder is not None and len(coder) != 4:
            raise DetsampleError(f"coder has {len(coder)} weights: expected those of dx, dy, dw and dh")
        self._head = (coder, max_scale, per_class)
        if stage not in strategy.stages:
            raise DetsampleError(f"strategy {strategy.name} has no stage {stage}: it has {' and '.join(strategy.stages)}")
        if (stage == "roi") != isinstance(self, ROIStage):
            raise DetsampleError(f"stage {stage} is given to a {type(self).__name__}: expected {'an ROIStage' if stage == 'roi' else 'a DenseStage'}")
        self.facts = strategy.facts(stage)
        self.columns = self.classes + (self.facts["link"] == "softmax")
        self.box_columns = 4 * self.classes if (self.facts["per_class"] if per_class is None else per_class) else 4
        options = _struct.Options(
            stage=_STAGES[self.name], classes=self.classes, threads=self.threads, exact=self.exact,
            per_class=-1 if per_class is None else int(per_class), max_scale=max_scale,
            coder=(ctypes.c_float * 4)(*(coder or (0, 0, 0, 0))))
        self._handle = _library.Handle(partial(_work, strategy._handle, options), "detsample_work_free")
        self._handle.value  # so that what is wrong is said here

    def _one_class(self, images: Images) -> None:
        """Refuses labels that a head of one class has no column for, which the
        library does not read."""
        if self.classes == 1 and self.name != "rpn" and images.classes.any():
            raise DetsampleError(f"{self.name}: ground truth has classes from {images.classes.min()} to {images.classes.max()}: expected 0, the head's only one, "
                                 "or classes None where objects are not told apart")

    _read_last: Optional["weakref.ref[Targets]"] = None

    def _call(self, name: str, *arguments: Any) -> None:
        """Calls the library. Its errors come with the stage's name, in place
        of the Go function's, whose package is rpn for a dense stage too."""
        handle = self._handle.value
        try:
            _library.call(name, handle, *arguments)
        except DetsampleError as error:
            raise DetsampleError(f"{self.name}: {_IN_GO.sub('', str(error))}") from None

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
        if len(memory) != 4:
            raise DetsampleError(f"{self.name}: a memory has {len(memory)} lists: expected the four that memory() returned")
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
        self._read_last = None
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
        self._one_class(images)
        for key, given, what in (
            ("grid", grid is not None, "the anchors' grid: give grid=[(stride, cells across, cells down, anchors a cell), ...], level by level in the anchors' order"),
            ("size", size[0] > 0 and size[1] > 0, "the size of the batch's images: give size=(width, height)"),
        ):
            if assigned is None and m > 0 and not given and self.name != "roi" and self.facts["reads"][key]:
                assigner = self.strategy.values[self.name]["assigner"]["type"]
                raise DetsampleError(f"{self.name}: assigner {assigner} needs {what}")
        levels = None if grid is None else whole("grid", grid)
        if levels is not None and (levels.ndim != 2 or levels.shape[1] != 4):
            raise ValueError(f"grid has shape {levels.shape}: expected (levels, 4), stride, cells across, cells down and anchors a cell")
        gt, iou = (None, None) if assigned is None else assigned
        _given("gt", gt, (n, m), np.int32)
        for name, array, shape in (
            ("iou", iou, (n, m)), ("logits", logits, (n, m, self.columns)), ("deltas", deltas, (n, m, 4)), ("hardness", hardness, (n, m)),
        ):
            _given(name, array, shape)
        batch = _struct.Batch(
            images=images.struct(), anchors=m, anchor=a(anchors), levels=0 if levels is None else len(levels), grid=a(levels),
            width=size[0], height=size[1], seed=c_uint64(seed).value, step=c_uint64(step).value,
            gt=a(gt), iou=a(iou), logits=a(logits), deltas=a(deltas), hardness=a(hardness), image_size=a(images.sizes))
        if sample is not None:
            batch.samples, batch.sample, batch.sample_weight = a(sample.starts), a(sample.index), a(sample.weight)
        return batch, (anchors, images, levels, gt, iou, logits, deltas, hardness, sample)

    def _read(self, counts: _struct.Counts) -> Targets:
        n, m, a = counts.rows, counts.box_rows, _library.room
        t = Targets(
            np.empty(n, np.int32), np.empty(n, np.float32), np.empty(n, np.int32),
            np.empty(n, np.float32) if counts.has_quality else None,
            np.empty(m, np.int32), np.empty(m, np.float32), np.zeros(m, np.int32),
            np.empty((m, 4), np.float32), np.empty((m, 4), np.float32), Balance.of(counts))
        lists = _struct.Lists(
            row=a(t.rows), weight=a(t.weight), row_class=a(t.row_class), quality=a(t.quality),
            box_row=a(t.box_rows), box_weight=a(t.box_weight), box_slot=a(t.box_slot),
            box_candidate=a(t.box_candidate), box_truth=a(t.box_truth), rows=n, box_rows=m)
        self._call("detsample_targets_read", byref(lists))
        t.balance.used_positives = m
        t.balance.used_negatives = n - m
        self._read_last = weakref.ref(t)
        return t

    def holds(self, targets: Targets) -> bool:
        """Whether these are the last targets, whose losses cls_loss() and
        box_loss() evaluate."""
        return self._read_last is not None and self._read_last() is targets

    def cls_loss(self, logits: Floats, grad: Optional[Floats] = None) -> float:
        """The classification loss of the last targets for logits (rows,
        columns), and its gradient in grad."""
        loss, rows = c_double(), len(_check("logits", logits, (-1, self.columns)))
        _written("grad", grad, logits.shape, logits)
        self._call("detsample_cls_loss", _library.address(logits), c_int64(rows), _library.address(grad), byref(loss))
        return loss.value

    def box_loss(self, deltas: Floats, grad: Optional[Floats] = None) -> float:
        """The box loss of the last targets for deltas (rows, box columns), and
        its gradient in grad."""
        loss, rows = c_double(), len(_check("deltas", deltas, (-1, self.box_columns)))
        _written("grad", grad, deltas.shape, deltas)
        self._call("detsample_box_loss", _library.address(deltas), c_int64(rows), _library.address(grad), byref(loss))
        return loss.value

    def box_pairs(self, box: Floats, truth: Floats, weight: Floats, grad: Optional[Floats] = None) -> float:
        """The box loss of boxes (n, 4) against ground truths, weighted: in
        pixels for a loss of decoded boxes, else in one's own codes."""
        loss, a = c_double(), _library.address
        _check("box", box, (-1, 4))
        _check("truth", truth, box.shape)
        _check("weight", weight, (len(box),))
        _written("grad", grad, box.shape, box, truth, weight)
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
        assigners that look at a pyramid, in the order of the anchors: one that
        contradicts them is refused. size is the images' width and height;
        assigned is what assign() returned, of assigners that look at anchors
        alone: those that look at predictions give soft targets beside labels.
        sampler, a function of an image's Candidates and a random generator,
        takes the place of the strategy's.
        """
        self._labelled(assigned)
        sample = None
        if sampler is not None:
            assigned, sample = self._take(sampler, anchors, images, seed, step, grid, size, assigned, logits, deltas, None)
        batch, keep = self._batch(anchors, images, seed, step, grid, size, assigned, logits, deltas, None, sample)
        _check("logits", logits, (-1, -1, -1))
        _check("deltas", deltas, (-1, -1, -1))
        grad_logits = _gradient("grad_logits", grad_logits, logits, deltas, anchors)
        grad_deltas = _gradient("grad_deltas", grad_deltas, deltas, logits, anchors, grad_logits)
        batch.grad_logits, batch.grad_deltas = _library.address(grad_logits), _library.address(grad_deltas)
        value = _struct.Value()
        self._read_last = None
        self._call("detsample_step", byref(batch), byref(value))
        del keep
        return Step(value.cls, value.box, grad_logits, grad_deltas, Balance.of(value))

    def targets(
        self, anchors: Floats, images: Images, *, seed: int = 0, step: int = 0, grid: Optional[ArrayLike] = None,
        size: Tuple[float, float] = (0, 0), assigned: Optional[Tuple[Ints, Floats]] = None,
        logits: Optional[Floats] = None, deltas: Optional[Floats] = None,
        hardness: Union[Floats, Callable[[], Floats], None] = None, sampler: Optional[Sampler] = None,
    ) -> Targets:
        """A step without its losses, for losses evaluated elsewhere. logits
        and deltas are needed as far as facts["reads"] says; hardness (images,
        anchors), the classification loss of every anchor, serves in place of
        logits where reads["hardness"]; beside a sampler it may be a function
        that returns it, called if the sampler asks. assigned and sampler as in
        step()."""
        self._labelled(assigned)
        sample = None
        if sampler is not None:
            assigned, sample = self._take(sampler, anchors, images, seed, step, grid, size, assigned, logits, deltas, hardness)
            hardness = None  # which the strategy's sampler alone would read
        elif callable(hardness):
            raise TypeError("hardness is a function, which is called for a sampler in Python alone: give its result")
        return self._prepare("detsample_targets", anchors, images, seed, step, grid, size, assigned, logits, deltas, hardness, sample)

    def sample(
        self, anchors: Floats, images: Images, *, seed: int = 0, step: int = 0, grid: Optional[ArrayLike] = None,
        size: Tuple[float, float] = (0, 0), assigned: Optional[Tuple[Ints, Floats]] = None,
        logits: Optional[Floats] = None, deltas: Optional[Floats] = None, hardness: Optional[Floats] = None,
    ) -> Targets:
        """targets() by the sampler's own weights, which no normaliser has
        met."""
        self._labelled(assigned)
        return self._prepare("detsample_sample", anchors, images, seed, step, grid, size, assigned, logits, deltas, hardness)

    def hardness(self, images: Images, gt: Ints, logits: Floats) -> Floats:
        """The classification loss of every anchor (images, anchors) by the
        labels that assign() returned: what samplers mine by. 0 of ignored
        ones; of positives that have soft targets the loss towards 1."""
        _check("gt", gt, (images.count, -1), np.int32)
        anchors = np.zeros((gt.shape[1], 4), np.float32)  # nobody looks at them
        batch, keep = self._batch(anchors, images, 0, 0, None, (0, 0), (gt, np.zeros(gt.shape, np.float32)), logits, None, None)
        hardness = np.empty(gt.shape, np.float32)
        self._call("detsample_hardness", byref(batch), _library.address(hardness))
        del keep
        return hardness

    def _labelled(self, assigned: Optional[Tuple[Ints, Floats]]) -> None:
        """Refuses labels made before, where those are not all that the assigner
        says: without its soft targets a loss would train every positive to 1."""
        if assigned is not None and self.facts["reads"]["assigner"]:
            raise DetsampleError(f"{self.name}: assigner {self.strategy.values[self.name]['assigner']['type']} looks at the head's predictions, and labels made "
                                 "before, as assigned or by a loader's collate, come without the soft targets that it may give: leave them out")

    def _take(self, sampler: Sampler, *arguments: Any) -> Tuple[Optional[Tuple[Ints, Floats]], Sample]:
        """What a sampler in Python takes, and the labels that it was given,
        unless the library is to make them again, with soft targets, of the same
        predictions."""
        anchors, images, seed, step, grid, size, assigned, logits, deltas, hardness = arguments
        predicts = self.facts["reads"]["assigner"]
        if assigned is None:
            predictions = {"logits": logits, "deltas": deltas} if predicts else {}
            assigned = self.assign(anchors, images, grid=grid, size=size, **predictions)
        gt, iou = assigned
        shape = images.count, len(_check("anchors", anchors, (-1, 4)))
        _check("gt", gt, shape, np.int32)
        _check("iou", iou, shape)
        if not callable(hardness):
            _given("hardness", hardness, shape)

        def evaluated() -> Floats:
            if hardness is None and logits is None:
                raise DetsampleError(f"{self.name}: the sampler asks for hardness, which needs logits")
            if hardness is None:
                return self.hardness(images, gt, logits)
            found: Floats = _check("hardness", hardness() if callable(hardness) else hardness, shape)
            return found

        every = Once(evaluated)
        candidates = [
            Candidates(gt[i], iou[i], anchors, images.classes[first:end], lambda i=i: every()[i])  # type: ignore[misc]
            for i, (first, end) in enumerate(zip(images.starts, images.starts[1:]))]
        return None if predicts else assigned, take(sampler, candidates, (seed, step), images.ids)

    def _prepare(self, name: str, *arguments: Any) -> Targets:
        anchors, images, seed, step, grid, size, assigned, logits, deltas, hardness, *sample = arguments
        batch, keep = self._batch(anchors, images, seed, step, grid, size, assigned, logits, deltas, hardness, *sample)
        counts = _struct.Counts()
        self._read_last = None
        self._call(name, byref(batch), byref(counts))
        del keep
        return self._read(counts)


class ROIStage(Stage):
    """The second stage: join(), sample(), the head on the regions, loss()."""

    candidates: Optional[int] = None  # of the last join()
    regions: Optional[int] = None  # of the last sample() since
    _joined: Any = None

    def join(self, proposals: Sequence[ArrayLike], images: Images) -> Tuple[Floats, Ints]:
        """Begins a batch with each image's proposals (n, 4): ground truth
        joins them if configured, and all are assigned. Returns the candidates'
        boxes and their images' places, what the head must score if the
        strategy mines (facts["reads"]["logits"])."""
        self.candidates = self.regions = self._joined = None
        if len(proposals) != images.count:
            raise ValueError(f"proposals of {len(proposals)} images, and annotations of {images.count}: expected as many")
        self._one_class(images)
        boxes, starts = joined(proposals, "proposals")
        struct = _struct.Proposals(images=images.struct(), proposals=_library.address(starts), proposal_box=_library.address(boxes))
        count = c_int64()
        self._call("detsample_roi_join", byref(struct), byref(count))
        self.candidates = count.value
        box, image = np.empty((count.value, 4), np.float32), np.empty(count.value, np.int32)
        self._call("detsample_roi_candidates", _library.address(box), _library.address(image), count)
        self._joined = images, box, image
        return box, image

    def labels(self) -> Tuple[Ints, Floats]:
        """How the candidates of join() are labelled: the index of the ground
        truth in its image, -1 for background or -2 for ignored; and the IoU with
        the ground truth that each overlaps most."""
        n = self._have(self.candidates, "join()")
        gt, iou = np.empty(n, np.int32), np.empty(n, np.float32)
        self._call("detsample_roi_labels", _library.address(gt), _library.address(iou), c_int64(n))
        return gt, iou

    def hardness(self, logits: Floats) -> Floats:
        """The classification loss of every candidate by its label: what samplers
        mine by. 0 of ignored ones."""
        n = self._have(self.candidates, "join()")
        _check("logits", logits, (n, self.columns))
        hardness = np.empty(n, np.float32)
        self._call("detsample_roi_hardness", _library.address(logits), _library.address(hardness), c_int64(n))
        return hardness

    def sample(
        self, *, seed: int = 0, step: int = 0, logits: Optional[Floats] = None, deltas: Optional[Floats] = None,
        sampler: Optional[Sampler] = None, hardness: Optional[Callable[[], Floats]] = None,
    ) -> "Regions":
        """Draws the regions. logits and deltas are the head's for all
        candidates, if the strategy mines. sampler, a function of an image's
        Candidates and a random generator, takes the place of the strategy's;
        what it asks for as their hardness is that of logits, or what the
        function hardness returns, of all candidates."""
        n = self._have(self.candidates, "join()")
        self.regions = None
        _given("logits", logits, (n, self.columns))
        _given("deltas", deltas, (n, self.box_columns))
        count, a = c_int64(), _library.address
        if sampler is None:
            self._call("detsample_roi_sample", c_uint64(seed), c_uint64(step), a(logits), a(deltas), byref(count))
        else:
            s = self._take(sampler, seed, step, logits, hardness)
            self._call("detsample_roi_take", c_uint64(seed), c_uint64(step), a(s.starts), a(s.index), a(s.weight), byref(count))
        n = count.value
        r = Regions(np.empty((n, 4), np.float32), np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32))
        self._call("detsample_roi_regions", a(r.box), a(r.image), a(r.row_class), a(r.gt), count)
        self.regions = n
        return r

    def _take(
        self, sampler: Sampler, seed: int, step: int, logits: Optional[Floats], hardness: Optional[Callable[[], Floats]],
    ) -> Sample:
        """What a sampler in Python takes of each image's candidates."""
        images, box, image = self._joined
        gt, iou = self.labels()

        def evaluated() -> Floats:
            if hardness is not None:
                return hardness()
            if logits is None:
                raise DetsampleError(f"{self.name}: the sampler asks for hardness, which needs the head's logits of all candidates")
            return self.hardness(logits)

        every, ends = Once(evaluated), np.searchsorted(image, np.arange(images.count + 1))
        candidates = []
        for i, (first, end) in enumerate(zip(ends, ends[1:])):
            classes = images.classes[images.starts[i]:images.starts[i + 1]]
            candidates.append(Candidates(
                gt[first:end], iou[first:end], box[first:end], classes, lambda here=slice(first, end): every()[here]))  # type: ignore[misc]
        return take(sampler, candidates, (seed, step, _STAGES["roi"]), images.ids)

    def _have(self, count: Optional[int], first: str) -> int:
        if count is None:
            raise DetsampleError(f"{self.name}: there is nothing yet: {first} comes first")
        return count

    def loss(
        self, logits: Floats, deltas: Floats, grad_logits: Optional[Floats] = None, grad_deltas: Optional[Floats] = None,
    ) -> Step:
        """The loss of the sampled regions and its gradients, by logits
        (regions, columns) and deltas (regions, box columns)."""
        n = self._have(self.regions, "join() and then sample()")
        _check("logits", logits, (n, self.columns))
        _check("deltas", deltas, (n, self.box_columns))
        grad_logits = _gradient("grad_logits", grad_logits, logits, deltas)
        grad_deltas = _gradient("grad_deltas", grad_deltas, deltas, logits, grad_logits)
        value, a = _struct.Value(), _library.address
        self._call("detsample_roi_loss", a(logits), a(deltas), a(grad_logits), a(grad_deltas), byref(value))
        return Step(value.cls, value.box, grad_logits, grad_deltas, Balance.of(value))

    def targets(self) -> Targets:
        """In place of loss(), for losses evaluated elsewhere."""
        self._have(self.regions, "join() and then sample()")
        counts = _struct.Counts()
        self._read_last = None
        self._call("detsample_roi_targets", byref(counts))
        return self._read(counts)


@dataclass
class Regions:
    """The sampled regions, image by image."""

    box: Floats
    image: Ints  # its place in the batch
    row_class: Ints  # or -1 for background
    gt: Ints  # its ground truth in its image, or the label code


def _work(strategy: _library.Handle, options: _struct.Options) -> int:
    """A work of its own in this process."""
    work = c_size_t()
    _library.call("detsample_work_new", strategy.value, byref(options), byref(work))
    return work.value


def _remake(kind: Any, strategy: Strategy, name: str, classes: int, threads: int, exact: bool, head: Any) -> Stage:
    coder, max_scale, per_class = head
    stage: Stage = kind(strategy, name, classes, threads=threads, exact=exact, coder=coder, max_scale=max_scale, per_class=per_class)
    return stage


def _check(name: str, array: Any, shape: Tuple[int, ...], dtype: Any = np.float32) -> Any:
    """The array, which the library reads where it lies; -1 is any length."""
    if not isinstance(array, np.ndarray) or array.dtype != dtype or not array.flags.c_contiguous:
        raise TypeError(f"{name}: expected a contiguous numpy array of {np.dtype(dtype)}, got {_kind(array)}: "
                        f"numpy.ascontiguousarray({name}, numpy.{np.dtype(dtype)}) makes one")
    if len(array.shape) != len(shape) or any(want not in (-1, has) for want, has in zip(shape, array.shape)):
        raise ValueError(f"{name} has shape {array.shape}: expected {tuple('any' if s < 0 else s for s in shape)}")
    return array


def _kind(array: Any) -> str:
    if not isinstance(array, np.ndarray):
        return type(array).__name__
    return f"{array.dtype}" if array.flags.c_contiguous else f"{array.dtype} in strides of {array.strides}"


def _given(name: str, array: Any, shape: Tuple[int, ...], dtype: Any = np.float32) -> None:
    """_check(), of an array that may be None."""
    if array is not None:
        _check(name, array, shape, dtype)


def _written(name: str, array: Any, shape: Tuple[int, ...], *read: Any) -> None:
    """_check(), of an array that the library writes, unless None: it may be
    written, and is none of those that are read."""
    if array is None:
        return
    _check(name, array, shape)
    if not array.flags.writeable:
        raise ValueError(f"{name} is read-only: expected an array that may be written")
    if any(np.may_share_memory(array, other) for other in read):
        raise ValueError(f"{name} shares memory with an array that is read: expected one of its own")


def _gradient(name: str, array: Any, of: Floats, *read: Any) -> Any:
    """Where the gradient of an array is written: what is given, by _written(),
    or a new one."""
    if array is None:
        return np.empty_like(of)
    _written(name, array, of.shape, of, *read)
    return array
