"""torchvision's Faster R-CNN, and with it Mask and Keypoint R-CNN."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

import torch
from torch import Tensor, nn

from ..errors import DetsampleError
from ..strategy import Strategy
from ._attachment import Attachment, Grid, coder_of, notes, require_link
from ._targets import Target, anchors_of, places_of
from .criterion import DenseCriterion, ROICriterion


class RPNLoss:
    """RegionProposalNetwork.compute_loss by a strategy. Assignment and loss are
    one call here, so that the steps of torchvision before it only hand over."""

    def __init__(self, criterion: DenseCriterion, grid: Grid) -> None:
        self.criterion, self.grid = criterion, grid

    def assign(self, anchors: List[Tensor], targets: List[Target]) -> Tuple[Any, Any]:
        return (anchors, targets), None

    def __call__(self, objectness: Tensor, deltas: Tensor, labels: Any, regression_targets: Any) -> Tuple[Tensor, Tensor]:
        anchors, targets = labels
        images = len(anchors)
        cls, box = self.criterion(
            objectness.reshape(images, -1, 1), deltas.reshape(images, -1, 4), anchors_of(anchors), targets,
            **self.grid.layout(self.criterion.stage.facts["reads"]))
        return cls, box


class Decoding:
    """A region proposal network's box coder, which need not encode."""

    def __init__(self, coder: Any) -> None:
        self.coder = coder

    def encode(self, reference_boxes: Any, proposals: Any) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        if name == "coder":  # as a copy is made
            raise AttributeError(name)
        return getattr(self.coder, name)


class ROILoss:
    """RoIHeads by a strategy: chooses the regions in place of
    select_training_samples, and puts its losses in place of fastrcnn_loss's.
    Heads for masks and keypoints see the same regions."""

    def __init__(self, criterion: ROICriterion, heads: Any) -> None:
        self.criterion, self.heads = criterion, heads
        self._call: Tuple[Any, ...] = ()
        self._output: Optional[Tuple[Tensor, Tensor]] = None

    def before(self, heads: Any, inputs: Tuple[Any, ...]) -> None:
        """A hook: what the heads are called with, for a pass of our own."""
        self._call, self._output = inputs, None

    def predicted(self, predictor: Any, inputs: Any, output: Tuple[Tensor, Tensor]) -> None:
        """A hook: what the head put out."""
        self._output = output

    def select(self, proposals: List[Tensor], targets: List[Target]) -> Tuple[Any, Any, Any, Any]:
        candidates = self.criterion.join(proposals, targets)
        r = self.criterion.sample(score=lambda: self._score(candidates), training=torch.is_grad_enabled())
        images, device, dtype = range(len(proposals)), proposals[0].device, proposals[0].dtype
        matched, places = r.gt.clip(min=0), places_of(targets)
        for i, place in enumerate(places or ()):
            positive = (r.image == i) & (r.gt >= 0)  # masks and keypoints lie by the target's own order
            matched[positive] = place[r.gt[positive]]

        def split(array: Any, to: torch.dtype) -> List[Tensor]:
            return [torch.from_numpy(array[r.image == i]).to(device, to) for i in images]

        chosen = split(r.box, dtype)
        labels = split((r.row_class + 1).clip(min=0), torch.int64)
        return chosen, split(matched, torch.int64), labels, [torch.zeros_like(c) for c in chosen]

    @torch.no_grad()
    def _score(self, candidates: List[Tensor]) -> Tuple[Tensor, Tensor]:
        """A pass of the head over all candidates, which leaves running means and
        dropout as they are."""
        features, _, shapes = self._call[:3]
        parts = [m for part in (self.heads.box_head, self.heads.box_predictor) for m in part.modules()]
        training = [m.training for m in parts]
        for m in parts:
            m.training = False
        try:
            pooled = self.heads.box_roi_pool(features, candidates, shapes)
            logits, deltas = self.heads.box_predictor(self.heads.box_head(pooled))
        finally:
            for m, was in zip(parts, training):
                m.training = was
        return logits, deltas

    def after(self, heads: Any, inputs: Any, output: Tuple[Any, Dict[str, Tensor]]) -> Any:
        """A hook: the strategy's losses in place of torchvision's, whose box
        targets select() leaves empty."""
        detections, losses = output
        self._call = ()
        if heads.training:
            if self._output is None:
                raise DetsampleError("box_predictor was replaced after attach, so that the strategy does not see what it puts out: attach again")
            cls, box = self.criterion(*self._output)
            losses = {**losses, "loss_classifier": cls, "loss_box_reg": box}
        self._output = None
        return detections, losses

    def __getstate__(self) -> Dict[str, Any]:
        return {**self.__dict__, "_call": (), "_output": None}


def attach(model: Any, strategy: Strategy, options: Dict[str, Any]) -> Attachment:
    """Label 0, the first column and the first four box columns are the
    background's."""
    rpn, heads = model.rpn, model.roi_heads
    classes, per_class = _head(heads.box_predictor)
    first = DenseCriterion(strategy, 1, stage="rpn", **options, **coder_of(rpn.box_coder))
    second = ROICriterion(
        strategy, classes, per_class=per_class, **options, **coder_of(heads.box_coder), label_offset=1, background_first=True)
    require_link(strategy, "rpn", "sigmoid", "torchvision's region proposal network")
    require_link(strategy, "roi", "softmax", "torchvision's Faster R-CNN")
    found = [*notes(strategy, "rpn", rpn.box_coder), *notes(strategy, "roi", heads.box_coder, per_class)]
    attachment = Attachment(model, strategy, {"rpn": first, "roi": second}, found)
    grid = attachment.grid
    loss = RPNLoss(first, grid)
    attachment.hook(rpn.register_forward_pre_hook(grid.forget))
    attachment.hook(rpn.anchor_generator.register_forward_hook(grid))
    attachment.replace(rpn, "compute_loss", loss)
    attachment.replace(rpn, "assign_targets_to_anchors", loss.assign)
    attachment.replace(rpn, "box_coder", Decoding(rpn.box_coder))
    regions = ROILoss(second, heads)
    attachment.replace(heads, "select_training_samples", regions.select)
    attachment.hook(heads.register_forward_pre_hook(regions.before))
    attachment.hook(heads.box_predictor.register_forward_hook(regions.predicted))
    attachment.hook(heads.register_forward_hook(regions.after))
    return attachment


def _head(predictor: nn.Module) -> Tuple[int, bool]:
    """The classes of a second stage's head, and whether it regresses a box for
    each: by the widths of its layers."""
    scores, boxes = getattr(predictor, "cls_score", None), getattr(predictor, "bbox_pred", None)
    if not isinstance(scores, nn.Linear) or not isinstance(boxes, nn.Linear):
        raise TypeError(f"box_predictor is a {type(predictor).__name__}: expected layers cls_score and bbox_pred as FastRCNNPredictor has; "
                        "for another head use ROICriterion in a loop of your own")
    return scores.out_features - 1, boxes.out_features > 4
