"""torchvision's SSD."""

from __future__ import annotations

from typing import Any, Dict, List

from torch import Tensor

from ..strategy import Strategy
from ._attachment import Attachment, Grid, coder_of, notes, require_link
from ._targets import Target, anchors_of
from .criterion import DenseCriterion


class SSDLoss:
    """SSD.compute_loss by a strategy."""

    def __init__(self, criterion: DenseCriterion, grid: Grid) -> None:
        self.criterion, self.grid = criterion, grid

    def __call__(
        self, targets: List[Target], head_outputs: Dict[str, Tensor], anchors: List[Tensor], matched_idxs: Any,
    ) -> Dict[str, Tensor]:
        cls, box = self.criterion(
            head_outputs["cls_logits"], head_outputs["bbox_regression"], anchors_of(anchors), targets,
            **self.grid.layout(self.criterion.stage.facts["reads"]))
        return {"bbox_regression": box, "classification": cls}


class Unmatched:
    """In place of SSD's matcher, whose matches nobody reads."""

    def __call__(self, match_quality_matrix: Tensor) -> None:
        return None


def attach(model: Any, strategy: Strategy, options: Dict[str, Any]) -> Attachment:
    """Label 0 and the first column are the background's."""
    criterion = DenseCriterion(
        strategy, model.head.classification_head.num_columns - 1, **options, **coder_of(model.box_coder), label_offset=1,
        background_first=True)
    require_link(strategy, "dense", "softmax", "torchvision's SSD")
    attachment = Attachment(model, strategy, {"dense": criterion}, notes(strategy, "dense", model.box_coder))
    grid = attachment.grid
    attachment.hook(model.register_forward_pre_hook(grid.forget))
    attachment.hook(model.anchor_generator.register_forward_hook(grid))
    attachment.replace(model, "compute_loss", SSDLoss(criterion, grid))
    attachment.replace(model, "proposal_matcher", Unmatched())
    return attachment
