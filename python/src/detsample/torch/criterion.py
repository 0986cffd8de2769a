"""Losses of a strategy over torch's tensors, for a loop of one's own."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from ..balance import Balance
from ..images import Images
from ..sampler import Sampler
from ..stage import DenseStage, Regions, ROIStage, Targets
from ..strategy import Strategy
from . import _device
from ._function import losses
from ._host import Host
from ._targets import Target, assigned, images_of

StrategyLike = Union[Strategy, str, Path]


def read(strategy: StrategyLike, name: Optional[str] = None) -> Strategy:
    """A strategy, or that of a file."""
    if not isinstance(strategy, Strategy):
        return Strategy.load(strategy, name)
    if name is not None:
        raise ValueError(f"strategy {strategy.name} comes with the name {name!r}, which chooses one of a file's: leave it out, or give the file")
    return strategy


def rank() -> int:
    """This process's rank, 0 where there is one process."""
    distributed = torch.distributed
    return distributed.get_rank() if distributed.is_available() and distributed.is_initialized() else 0


def key_seed(seed: int) -> int:
    """The seed of this process: that of the run on rank 0, another on each
    other rank, so that ranks that meet the same image draw apart."""
    return (seed + 0x9E3779B97F4A7C15 * rank()) % (1 << 64)


class _Criterion:
    """What the stages' criteria have in common."""

    stage: Any

    def __init__(self, strategy: Strategy, stage: str, seed: int, where: str, label_offset: int, background_first: bool) -> None:
        if where not in ("auto", "host", "device"):
            raise ValueError(f'where is {where!r}: expected "auto", "host" or "device"')
        self.strategy, self.seed, self.where = strategy, seed, where
        self.label_offset, self.background_first = label_offset, background_first
        self.steps = 0
        self.total = Balance()
        self._host = Host()
        self._balance = Balance()
        self._pending: Optional[Tuple[Tensor, Tensor, Tensor]] = None
        facts, values = strategy.facts(stage), strategy.values[stage]
        self._cls = None if facts["joint"] else _device.cls_rows(values["cls"])
        self._box = _device.box_rows(values["box"])
        self._weights = float(values["cls_weight"]), float(values["box_weight"])
        if where == "device" and (self._cls is None or self._box is None):
            cls, box = values["cls"]["type"], values["box"]["type"]
            raise ValueError(f'where is "device", and torch has no form of cls {cls} with box {box} here: use "host" or "auto"')

    @property
    def copied(self) -> int:
        """Bytes that were copied between devices, types or layouts so far."""
        return self._host.copied

    @property
    def balance(self) -> Balance:
        """What the last step learned from. NaN are the shares of the gradient
        where torch evaluated the losses, those of the loss, too, where the
        library did by pairs(), and all of them after targets() alone."""
        if self._pending is not None:
            loss, positive, box = self._pending
            pos, cls = float(loss[positive].sum()), float(loss.sum())
            self._balance.loss_positives, self._balance.loss_negatives = pos, cls - pos
            self._balance.cls, self._balance.box = cls, float(box)
            self._pending = None
        return self._balance

    def _count(self, balance: Balance) -> None:
        self._balance, self._pending = balance, None
        for key, n in balance.scarcity.items():
            self.total.scarcity[key] += n

    def _on_device(self, logits: Tensor) -> bool:
        """Whether torch evaluates the losses."""
        if self.where == "auto":
            return logits.device.type != "cpu" and self._cls is not None and self._box is not None
        return self.where == "device"

    def _ordered(self, logits: Tensor) -> Tensor:
        """The logits with the background's column last."""
        if self.background_first and self.stage.facts["link"] == "softmax":
            return torch.roll(logits, -1, -1)
        return logits

    def _evaluate(self, targets: Targets, logits: Tensor, deltas: Tensor) -> Tuple[Tensor, Tensor]:
        """The losses of targets by torch, of logits (rows, columns) and deltas
        (rows, box columns)."""
        device, stage, back = logits.device, self.stage, self._host.back
        positives = back(targets.box_rows, device).long()
        chosen = deltas[positives].float()
        if stage.box_columns > 4:
            slot = back(targets.box_slot, device).long()
            chosen = chosen.reshape(len(chosen), stage.box_columns // 4, 4)[torch.arange(len(chosen), device=device), slot]
        candidate, truth = back(targets.box_candidate, device), back(targets.box_truth, device)
        weights, max_scale = stage.coding
        if stage.facts["box_space"] == "decoded":
            chosen = _device.decode(candidate, chosen, weights, max_scale)
        else:
            truth = _device.encode(candidate, truth, weights)
        return self._weighted(targets, logits, chosen, truth)

    def _weighted(self, targets: Targets, logits: Tensor, box: Tensor, truth: Tensor) -> Tuple[Tensor, Tensor]:
        """The losses of targets by torch, of logits (rows, columns) and of the
        positives' boxes in the loss's space."""
        device, back = logits.device, self._host.back
        assert self._cls is not None and self._box is not None
        rows, row_class = back(targets.rows, device).long(), back(targets.row_class, device).long()
        picked = logits if len(rows) == len(logits) else logits[rows]
        loss = self._cls(picked.float(), row_class) * back(targets.weight, device)
        boxes = (self._box(box, truth) * back(targets.box_weight, device)).sum()
        self._pending = loss.detach(), row_class >= 0, boxes.detach()
        return loss.sum(), boxes

    def state_dict(self) -> Dict[str, Any]:
        """The step, and what losses and normalisers remember."""
        return {"steps": self.steps, "memory": self.stage.memory()}

    def load_state_dict(self, state: Dict[str, Any]) -> None:
        self.steps = int(state["steps"])
        self.stage.restore(state["memory"])


class DenseCriterion(_Criterion):
    """Losses of a head that scores every anchor: criterion(logits, deltas,
    anchors, targets) returns classification and box loss, whose sum is to be
    minimised.

    strategy is a Strategy or a YAML file (name chooses one of a comparison);
    stage "dense" for a one-stage detector, "rpn" for a region proposal network
    (classes 1). classes is the head's, without the background. A target's label
    is a class plus label_offset; background_first says that column 0 of a
    softmax is the background, as torchvision has it.

    where: "host" lets the library evaluate the losses, on logits copied to this
    machine's memory if they are elsewhere; "device" has torch evaluate them
    where the logits lie, by indices and weights from the library; "auto" is
    host for tensors of this machine, else device for losses that torch has.

    sampler, a function of detsample.Candidates and a random generator, takes the
    place of the strategy's.
    """

    def __init__(
        self, strategy: StrategyLike, classes: int, *, name: Optional[str] = None, stage: str = "dense", seed: int = 0,
        threads: Optional[int] = None, exact: bool = False, where: str = "auto", label_offset: int = 0,
        background_first: bool = False, coder: Optional[Sequence[float]] = None, max_scale: float = 0.0,
        sampler: Optional[Sampler] = None,
    ) -> None:
        strategy = read(strategy, name)
        self.sampler = sampler
        super().__init__(strategy, _has(strategy, stage), seed, where, label_offset, background_first)
        self.stage = DenseStage(
            strategy, stage, classes, threads=threads or torch.get_num_threads(), exact=exact, coder=coder, max_scale=max_scale)

    def __call__(
        self, logits: Tensor, deltas: Tensor, anchors: Tensor, targets: Sequence[Target], *,
        grid: Optional[ArrayLike] = None, size: Tuple[float, float] = (0, 0), step: Optional[int] = None,
        sizes: Optional[Sequence[Tuple[int, int]]] = None,
    ) -> Tuple[Tensor, Tensor]:
        """logits (images, anchors, columns), deltas (images, anchors, 4),
        anchors (anchors, 4), a target a dictionary of boxes, labels and
        image_id for each image. grid and size as in DenseStage.step. step is
        counted unless given. sizes are width and height of each image where the
        batch pads them: anchors of the padding are then ignored."""
        images = self.images(targets, sizes)
        self._fits(logits, deltas, anchors, images.count)
        where = dict(grid=grid, size=size, seed=key_seed(self.seed), step=self._next(step), assigned=assigned(list(targets), len(anchors)))
        logits, boxes = self._ordered(logits), self._host.floats(anchors)
        if self._on_device(logits):
            found = self._targets(logits, deltas, boxes, images, where)
            return self._evaluate(found, logits.reshape(-1, logits.shape[-1]), deltas.reshape(-1, 4))

        def evaluate(x: Any, d: Any) -> Any:
            grads = self._host.room(x.shape), self._host.room(d.shape)
            result = self.stage.step(boxes, images, x, d, sampler=self.sampler, grad_logits=grads[0], grad_deltas=grads[1], **where)
            self._count(result.balance)
            return result.cls, result.box, *grads

        return losses(logits, deltas, self._host, evaluate, bool(self.stage.facts["joint"]))

    def images(self, targets: Sequence[Target], sizes: Optional[Sequence[Tuple[int, int]]] = None) -> Images:
        """The targets as the library's ground truth."""
        return images_of(
            list(targets), self.label_offset, objectness=self.stage.classes == 1 and self.stage.name == "rpn", sizes=sizes)

    def targets(
        self, logits: Tensor, deltas: Optional[Tensor], anchors: Tensor, targets: Sequence[Target], *,
        grid: Optional[ArrayLike] = None, size: Tuple[float, float] = (0, 0), step: Optional[int] = None,
        sizes: Optional[Sequence[Tuple[int, int]]] = None,
    ) -> Targets:
        """The indices and weights alone, for losses of one's own."""
        images = self.images(targets, sizes)
        self._fits(logits, deltas, anchors, images.count)
        where = dict(grid=grid, size=size, seed=key_seed(self.seed), step=self._next(step), assigned=assigned(list(targets), len(anchors)))
        return self._targets(self._ordered(logits), deltas, self._host.floats(anchors), images, where)

    def pairs(self, targets: Targets, logits: Tensor, box: Tensor, truth: Tensor) -> Tuple[Tensor, Tensor]:
        """The losses of targets() for a head with box codes of its own: logits
        (images, anchors, columns), and of the positives, targets.box_rows, the
        boxes and their truths (positives, 4), in pixels for a loss of decoded
        boxes, else in those codes."""
        positives = len(targets.box_rows)
        _shaped("box", box, (positives, 4))
        _shaped("truth", truth, (positives, 4))
        logits = self._ordered(logits).reshape(-1, logits.shape[-1])
        if self._on_device(logits):
            return self._weighted(targets, logits, box.float(), truth)

        def evaluate(x: Any, b: Any) -> Any:
            grads = self._host.room(x.shape), np.empty_like(b)
            cls = self.stage.cls_loss(x, grads[0])
            boxes = self.stage.box_pairs(b, self._host.floats(truth), targets.box_weight, grads[1])
            self._balance.cls, self._balance.box = cls, boxes
            return cls, boxes, *grads

        return losses(logits, box, self._host, evaluate)

    def _fits(self, logits: Tensor, deltas: Optional[Tensor], anchors: Tensor, images: int) -> None:
        """Refuses the output of a head that is another's: where torch evaluates
        the losses, nobody else would notice."""
        n = len(anchors)
        _shaped("logits", logits, (images, n, self.stage.columns))
        if deltas is not None:
            _shaped("deltas", deltas, (images, n, 4))
        _shaped("anchors", anchors, (n, 4))

    def _next(self, step: Optional[int]) -> int:
        step = self.steps if step is None else step
        self.steps = step + 1
        return step

    def _targets(self, logits: Tensor, deltas: Optional[Tensor], anchors: Any, images: Images, where: Dict[str, Any]) -> Targets:
        reads, given = self.stage.facts["reads"], {}
        if (reads["hardness"] or self.sampler and not reads["logits"]) and self._cls is not None:
            if where["assigned"] is None:
                where["assigned"] = self.stage.assign(anchors, images, grid=where["grid"], size=where["size"])
            hardness = partial(self._hardness, logits, where["assigned"][0], images)
            given["hardness"] = hardness if self.sampler else hardness()
        elif reads["logits"] or self.sampler:
            given["logits"] = self._host.floats(logits)
        if reads["deltas"]:
            if deltas is None:
                raise ValueError(f"strategy {self.strategy.name} looks at the boxes that the head predicts: give deltas")
            given["deltas"] = self._host.floats(deltas)
        found: Targets = self.stage.targets(anchors, images, sampler=self.sampler, **where, **given)
        self._count(found.balance)
        return found

    @torch.no_grad()
    def _hardness(self, logits: Tensor, gt: Any, images: Images) -> Any:
        """The classification loss of every anchor: a number of each is copied,
        not its logits."""
        row_class = gt.astype(np.int64)
        if self.stage.classes == 1:
            row_class = np.minimum(row_class, 0)
        else:
            for i, first in enumerate(images.starts[:-1]):
                positive = gt[i] >= 0
                row_class[i, positive] = images.classes[first + gt[i, positive]]
        assert self._cls is not None
        columns = logits.shape[-1]
        hardness = self._cls(logits.reshape(-1, columns).float(), self._host.back(row_class.reshape(-1), logits.device))
        return self._host.floats(hardness.reshape(gt.shape))


class ROICriterion(_Criterion):
    """Losses of the second stage: regions(proposals, targets) draws what the
    head runs on, criterion(logits, deltas) returns classification and box loss
    of the head's output there. Parameters as of DenseCriterion; per_class says
    that the head regresses a box for each class."""

    def __init__(
        self, strategy: StrategyLike, classes: int, *, name: Optional[str] = None, seed: int = 0,
        threads: Optional[int] = None, exact: bool = False, where: str = "auto", label_offset: int = 0,
        background_first: bool = False, coder: Optional[Sequence[float]] = None, max_scale: float = 0.0,
        per_class: Optional[bool] = None, sampler: Optional[Sampler] = None,
    ) -> None:
        strategy = read(strategy, name)
        self.sampler = sampler
        super().__init__(strategy, _has(strategy, "roi"), seed, where, label_offset, background_first)
        self.stage = ROIStage(
            strategy, "roi", classes, threads=threads or torch.get_num_threads(), exact=exact, coder=coder, max_scale=max_scale,
            per_class=per_class)

    @property
    def mines(self) -> bool:
        """Whether the head must score all candidates first. A sampler in Python
        may, if it asks for their hardness."""
        return self.sampler is None and bool(self.stage.facts["reads"]["logits"])

    def join(self, proposals: Sequence[Tensor], targets: Sequence[Target]) -> List[Tensor]:
        """Begins a batch; returns each image's candidates, on the proposals'
        device."""
        box, image = self.stage.join([self._host.floats(p) for p in proposals], images_of(list(targets), self.label_offset))
        return self._split(box, image, len(proposals), proposals)

    def sample(
        self, logits: Optional[Tensor] = None, deltas: Optional[Tensor] = None, step: Optional[int] = None,
        score: Optional[Callable[[], Tuple[Tensor, Tensor]]] = None,
    ) -> Regions:
        """Draws the regions; logits and deltas are the head's for all
        candidates if the strategy mines, or a sampler in Python asks for their
        hardness. score returns them in place of these, and is called if they
        are needed."""
        step = self.steps if step is None else step
        self.steps = step + 1
        given: Dict[str, Any] = {}
        if self.sampler is not None:
            given["sampler"] = self.sampler
            if logits is not None or score is not None:
                given["hardness"] = lambda: self.stage.hardness(self._host.floats(self._ordered(logits if score is None else score()[0])))
        elif self.mines:
            if logits is None and score is not None:
                logits, deltas = score()
            if logits is None or deltas is None:
                raise ValueError(f"strategy {self.strategy.name} mines: give the head's logits and deltas of all candidates")
            given = {"logits": self._host.floats(self._ordered(logits)), "deltas": self._host.floats(self._boxes(deltas))}
        regions: Regions = self.stage.sample(seed=key_seed(self.seed), step=step, **given)
        return regions

    def __call__(self, logits: Tensor, deltas: Tensor) -> Tuple[Tensor, Tensor]:
        """logits (regions, columns), deltas (regions, box columns)."""
        logits, deltas = self._ordered(logits), self._boxes(deltas)
        if self.stage.regions is not None:
            _shaped("logits", logits, (self.stage.regions, self.stage.columns))
            _shaped("deltas", deltas, (self.stage.regions, self.stage.box_columns))
        if self._on_device(logits):
            found = self.stage.targets()
            self._count(found.balance)
            return self._evaluate(found, logits, deltas)

        def evaluate(x: Any, d: Any) -> Any:
            result = self.stage.loss(x, d)
            self._count(result.balance)
            return result.cls, result.box, result.grad_logits, result.grad_deltas

        return losses(logits, deltas, self._host, evaluate, bool(self.stage.facts["joint"]))

    def _boxes(self, deltas: Tensor) -> Tensor:
        """The deltas without those of the background, which torchvision has."""
        if self.background_first and deltas.shape[-1] == self.stage.box_columns + 4:
            return deltas[..., 4:]
        return deltas

    def _split(self, box: Any, image: Any, images: int, like: Sequence[Tensor]) -> List[Tensor]:
        ends = np.searchsorted(image, np.arange(images), side="right")
        return [
            self._host.back(part.copy(), p.device).to(p.dtype) for part, p in zip(np.split(box, ends[:-1]), like)
        ]


def _shaped(name: str, tensor: Tensor, shape: Tuple[int, ...]) -> None:
    if tuple(tensor.shape) != shape:
        raise ValueError(f"{name} has shape {tuple(tensor.shape)}: expected {shape}")
    if name != "anchors" and not tensor.is_floating_point():
        raise TypeError(f"{name} is of {tensor.dtype}: expected floating point numbers")


def _has(strategy: Strategy, stage: str) -> str:
    if stage not in strategy.stages:
        raise ValueError(f"strategy {strategy.name} has {' and '.join(strategy.stages)}, and no {stage}, which this detector takes")
    return stage
