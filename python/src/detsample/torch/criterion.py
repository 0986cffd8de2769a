"""Losses of a strategy over torch's tensors, for a loop of one's own."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from ..errors import DetsampleError
from ..images import Images
from ..sampler import Sampler
from ..stage import DenseStage, Regions, ROIStage, Targets
from ..strategy import Warning
from ._assigned import labels_of
from ._criterion import Criterion, StrategyLike, has, key_seed, read, shaped
from ._function import losses
from ._host import Floats
from ._targets import Target, images_of


class DenseCriterion(Criterion):
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

    A call without gradients (torch.no_grad()) does not train: it counts no step,
    leaves what losses and normalisers remember as it is, and draws by step 0, so
    that a validation loss is of the same samples every time.
    """

    def __init__(
        self, strategy: StrategyLike, classes: int, *, name: Optional[str] = None, stage: str = "dense", seed: int = 0,
        threads: Optional[int] = None, exact: bool = False, where: str = "auto", label_offset: int = 0,
        background_first: bool = False, coder: Optional[Sequence[float]] = None, max_scale: float = 0.0,
        sampler: Optional[Sampler] = None,
    ) -> None:
        strategy = read(strategy, name)
        self.sampler = sampler
        self._relabelled, self._other = 0, ""
        super().__init__(strategy, has(strategy, stage), seed, where, label_offset, background_first)
        self.stage = DenseStage(
            strategy, stage, classes, threads=threads or torch.get_num_threads(), exact=exact, coder=coder, max_scale=max_scale)

    def __call__(
        self, logits: Tensor, deltas: Tensor, anchors: Tensor, targets: Sequence[Target], *,
        grid: Optional[ArrayLike] = None, size: Tuple[float, float] = (0, 0), step: Optional[int] = None,
        sizes: Optional[Sequence[Tuple[int, int]]] = None,
    ) -> Tuple[Tensor, Tensor]:
        """logits (images, anchors, columns), deltas (images, anchors, 4),
        anchors (anchors, 4), a target a dictionary of boxes, labels and
        image_id for each image; boxes whose iscrowd, if the target has it, is 1
        are regions without negatives. grid and size as in DenseStage.step. step is
        counted unless given. sizes are width and height of each image, in this
        order, where the batch pads them: anchors of the padding are then
        ignored. Give grid or size beside it: what is padding is known of the
        anchors' cells, and of their centres alone only about (see Images)."""
        if deltas is None:
            raise TypeError("deltas is None: expected a tensor (images, anchors, 4); criterion.targets() may do without")
        training = torch.is_grad_enabled()
        boxes, images, where = self._batch(logits, deltas, anchors, targets, grid, size, step, sizes, training)
        logits = self._ordered(logits)
        if self._on_device(logits):
            found = self._targets(logits, deltas, boxes, images, where, training)
            return self._evaluate(found, logits.reshape(-1, logits.shape[-1]), deltas.reshape(-1, 4))

        def evaluate(x: Any, d: Any) -> Any:
            grads = self._host.room(x.shape), self._host.room(d.shape)
            with self._remembering(training):
                result = self.stage.step(boxes, images, x, d, sampler=self.sampler, grad_logits=grads[0], grad_deltas=grads[1], **where)
            self._count(result.balance, training)
            return result.cls, result.box, *grads

        return losses(logits, deltas, self._host, evaluate, bool(self.stage.facts["joint"]))

    def images(self, targets: Sequence[Target], sizes: Optional[Sequence[Tuple[int, int]]] = None) -> Images:
        """The targets as the library's ground truth."""
        return images_of(targets, self.label_offset, self.told_apart, sizes)

    @property
    def told_apart(self) -> Optional[int]:
        """The classes that labels tell apart, None of objectness."""
        return None if self.stage.classes == 1 and self.stage.name == "rpn" else self.stage.classes

    @property
    def warnings(self) -> List[Warning]:
        """The traps that the training so far was in."""
        if self._relabelled == 0:
            return self.total.warnings
        return [*self.total.warnings, Warning(
            "stale_labels", "assigner",
            f"in {self._relabelled} steps the labels that a loader's workers had made were not those of the batch, in the last they were for {self._other}: "
            "the loop made them anew",
            "let boxes be as ds.collate is to see them before it does, give the loader a ds.collate(model) of its own after each attach, and the "
            "model its batches whole")]

    def targets(
        self, logits: Tensor, deltas: Optional[Tensor], anchors: Tensor, targets: Sequence[Target], *,
        grid: Optional[ArrayLike] = None, size: Tuple[float, float] = (0, 0), step: Optional[int] = None,
        sizes: Optional[Sequence[Tuple[int, int]]] = None, training: bool = True,
    ) -> Targets:
        """The indices and weights alone, for losses of one's own. They have no
        gradients, so training says whether they train, as gradients do of the
        criterion itself."""
        boxes, images, where = self._batch(logits, deltas, anchors, targets, grid, size, step, sizes, training)
        return self._targets(self._ordered(logits), deltas, boxes, images, where, training)

    def pairs(self, targets: Targets, logits: Tensor, box: Tensor, truth: Tensor) -> Tuple[Tensor, Tensor]:
        """The losses of targets() for a head with box codes of its own: logits
        (images, anchors, columns), and of the positives, targets.box_rows, the
        boxes and their truths (positives, 4), in pixels for a loss of decoded
        boxes, else in those codes. Where the library evaluates the losses, it
        does so for the criterion's last targets() alone, and other targets are
        refused."""
        positives = len(targets.box_rows)
        shaped("box", box, (positives, 4))
        shaped("truth", truth, (positives, 4))
        logits = self._ordered(logits).reshape(-1, logits.shape[-1])
        if self._on_device(logits):
            return self._weighted(targets, logits, box.float(), truth)

        if not self.stage.holds(targets):
            raise DetsampleError(f"{self.stage.name}: the targets are not those that the criterion made last, and the library has only these: call pairs() "
                                 'before the next batch, or set where="device", with which torch evaluates any targets')
        training = torch.is_grad_enabled()

        def evaluate(x: Any, b: Any) -> Any:
            grads = self._host.room(x.shape), np.empty_like(b)
            with self._remembering(training):
                cls = self.stage.cls_loss(x, grads[0])
                boxes = self.stage.box_pairs(b, self._host.floats(truth), targets.box_weight, grads[1])
            self._balance.cls, self._balance.box = cls, boxes
            return cls, boxes, *grads

        return losses(logits, box, self._host, evaluate)

    def _batch(
        self, logits: Tensor, deltas: Optional[Tensor], anchors: Tensor, targets: Sequence[Target], grid: Optional[ArrayLike],
        size: Tuple[float, float], step: Optional[int], sizes: Optional[Sequence[Tuple[int, int]]], training: bool,
    ) -> Tuple[Floats, Images, Dict[str, Any]]:
        """The anchors, the ground truth, and what the stage takes beside them."""
        images = self.images(targets, sizes)
        self._fits(logits, deltas, anchors, images.count)
        boxes = self._host.floats(anchors)
        inexact = torch.finfo(anchors.dtype).eps if anchors.is_floating_point() else 0.0
        given, other = labels_of(targets, self.stage, boxes, images, size, inexact)
        if other and training:
            self._relabelled, self._other = self._relabelled + 1, other
        return boxes, images, dict(grid=grid, size=size, seed=key_seed(self.seed), step=self._next(step, training), assigned=given)

    def _fits(self, logits: Tensor, deltas: Optional[Tensor], anchors: Tensor, images: int) -> None:
        """Refuses the output of a head that is another's: where torch evaluates
        the losses, nobody else would notice."""
        if isinstance(anchors, (list, tuple)) or isinstance(anchors, Tensor) and anchors.dim() == 3:
            raise ValueError(f"anchors are {len(anchors)} images', one after another: expected those of one image, (anchors, 4), which all of a batch share")
        n = len(anchors) if isinstance(anchors, Tensor) and anchors.dim() > 0 else 0
        if n == 0 or anchors.dim() != 2:
            shaped("anchors", anchors, (n, 4))
        if isinstance(logits, Tensor) and logits.dim() == 3 and len(logits) != images:
            raise ValueError(f"logits has shape {tuple(logits.shape)}, of {len(logits)} images, and targets are those of {images}: expected one for each image")
        shaped("logits", logits, (images, n, self.stage.columns))
        if deltas is not None:
            shaped("deltas", deltas, (images, n, 4))
        shaped("anchors", anchors, (n, 4))

    def _targets(
        self, logits: Tensor, deltas: Optional[Tensor], anchors: Any, images: Images, where: Dict[str, Any], training: bool,
    ) -> Targets:
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
        with self._remembering(training):
            found: Targets = self.stage.targets(anchors, images, sampler=self.sampler, **where, **given)
        self._count(found.balance, training)
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


class ROICriterion(Criterion):
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
        self._training = True
        super().__init__(strategy, has(strategy, "roi"), seed, where, label_offset, background_first)
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
        box, image = self.stage.join([self._host.floats(p) for p in proposals], images_of(targets, self.label_offset, self.stage.classes))
        return self._split(box, image, len(proposals), proposals)

    def sample(
        self, logits: Optional[Tensor] = None, deltas: Optional[Tensor] = None, step: Optional[int] = None,
        score: Optional[Callable[[], Tuple[Tensor, Tensor]]] = None, training: bool = True,
    ) -> Regions:
        """Draws the regions; logits and deltas are the head's for all
        candidates if the strategy mines, or a sampler in Python asks for their
        hardness. score returns them in place of these, and is called if they
        are needed. Regions have no gradients, so training says whether they
        train, as gradients do of a DenseCriterion."""
        self._training, step = training, self._next(step, training)
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
        with self._remembering(training):
            regions: Regions = self.stage.sample(seed=key_seed(self.seed), step=step, **given)
        return regions

    def __call__(self, logits: Tensor, deltas: Tensor) -> Tuple[Tensor, Tensor]:
        """logits (regions, columns), deltas (regions, box columns)."""
        logits, deltas = self._ordered(logits), self._boxes(deltas)
        if self.stage.regions is not None:
            shaped("logits", logits, (self.stage.regions, self.stage.columns))
            shaped("deltas", deltas, (self.stage.regions, self.stage.box_columns))
        training = self._training and torch.is_grad_enabled()
        if self._on_device(logits):
            with self._remembering(training):
                found = self.stage.targets()
            self._count(found.balance, training)
            return self._evaluate(found, logits, deltas)

        def evaluate(x: Any, d: Any) -> Any:
            with self._remembering(training):
                result = self.stage.loss(x, d)
            self._count(result.balance, training)
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
