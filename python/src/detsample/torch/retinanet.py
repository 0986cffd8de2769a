"""torchvision's RetinaNet."""

from __future__ import annotations

from typing import Any, Dict, List

from torch import Tensor

from ..strategy import Strategy
from ._attachment import Attachment, Grid, coder_of, notes, require_link
from ._targets import Target, anchors_of
from .criterion import DenseCriterion


class RetinaNetLoss:
    """RetinaNet.compute_loss by a strategy."""

    def __init__(self, criterion: DenseCriterion, grid: Grid) -> None:
        self.criterion, self.grid = criterion, grid

    def __call__(self, targets: List[Target], head_outputs: Dict[str, Tensor], anchors: List[Tensor]) -> Dict[str, Tensor]:
        cls, box = self.criterion(
            head_outputs["cls_logits"], head_outputs["bbox_regression"], anchors_of(anchors), targets,
            **self.grid.layout(self.criterion.stage.facts["reads"]))
        return {"classification": cls, "bbox_regression": box}


def attach(model: Any, strategy: Strategy, options: Dict[str, Any]) -> Attachment:
    """Labels are classes, as torchvision has them: of num_classes columns the
    first is never trained upwards."""
    criterion = DenseCriterion(strategy, model.head.classification_head.num_classes, **options, **coder_of(model.box_coder))
    require_link(strategy, "dense", "sigmoid", "torchvision's RetinaNet")
    attachment = Attachment(model, strategy, {"dense": criterion}, notes(strategy, "dense", model.box_coder))
    grid = attachment.grid
    attachment.hook(model.register_forward_pre_hook(grid.forget))
    attachment.hook(model.anchor_generator.register_forward_hook(grid))
    attachment.replace(model, "compute_loss", RetinaNetLoss(criterion, grid))
    return attachment
