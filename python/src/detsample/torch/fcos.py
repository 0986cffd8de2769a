"""torchvision's FCOS."""

from __future__ import annotations

from typing import Any, Dict, List

import torch
import torch.nn.functional as F
from torch import Tensor

from ..strategy import Strategy
from . import _device
from ._attachment import Attachment, Grid, require_link
from ._targets import Target, anchors_of
from .criterion import DenseCriterion


class FCOSLoss:
    """FCOS.compute_loss by a strategy. Boxes are in FCOS's own codes, the
    distances from an anchor's centre to the four sides; the loss of the
    centre-ness, which no strategy has, is torchvision's, over the sampled
    positives with their weights."""

    def __init__(self, criterion: DenseCriterion, grid: Grid, by_size: bool) -> None:
        self.criterion, self.grid, self.by_size = criterion, grid, by_size

    def __call__(
        self, targets: List[Target], head_outputs: Dict[str, Tensor], anchors: List[Tensor], num_anchors_per_level: Any,
    ) -> Dict[str, Tensor]:
        logits, codes, centre = (head_outputs[k] for k in ("cls_logits", "bbox_regression", "bbox_ctrness"))
        boxes, criterion = anchors_of(anchors), self.criterion
        found = criterion.targets(
            logits, self._deltas(codes, boxes), boxes, targets, training=torch.is_grad_enabled(),
            **self.grid.layout(criterion.stage.facts["reads"]))
        rows = torch.from_numpy(found.box_rows).to(codes.device, torch.int64)
        candidate, truth, weight = (
            torch.from_numpy(a).to(codes.device) for a in (found.box_candidate, found.box_truth, found.box_weight))
        target = self._encode(candidate, truth)
        chosen = codes.reshape(-1, 4)[rows].float()
        decoded = criterion.stage.facts["box_space"] == "decoded"
        pair = (self._decode(candidate, chosen), truth) if decoded else (chosen, target)
        cls, box = criterion.pairs(found, logits, *pair)
        across, down = target[:, 0::2], target[:, 1::2]
        # 0 where another assigner than FCOS's lets a centre lie beside the object
        share = (across.amin(1) / across.amax(1)).clamp(min=0) * (down.amin(1) / down.amax(1)).clamp(min=0)
        centred = torch.sqrt(share)
        box_weight = float(criterion.strategy.values["dense"]["box_weight"])
        share = weight / box_weight if box_weight > 0 else torch.full_like(weight, 1 / max(1, len(rows)))
        loss = F.binary_cross_entropy_with_logits(centre.reshape(-1)[rows].float(), centred, reduction="none")
        return {"classification": cls, "bbox_regression": box, "bbox_ctrness": (loss * share).sum()}

    def _size(self, anchors: Tensor) -> Tensor:
        return (anchors[..., 2:] - anchors[..., :2]).tile(2) if self.by_size else torch.ones_like(anchors)

    def _encode(self, anchors: Tensor, box: Tensor) -> Tensor:
        """Distances to left, top, right and bottom, of the anchor's size."""
        centre = (anchors[..., :2] + anchors[..., 2:]) / 2
        return torch.cat([centre - box[..., :2], box[..., 2:] - centre], -1) / self._size(anchors)

    def _decode(self, anchors: Tensor, codes: Tensor) -> Tensor:
        centre, reach = (anchors[..., :2] + anchors[..., 2:]) / 2, codes * self._size(anchors)
        return torch.cat([centre - reach[..., :2], centre + reach[..., 2:]], -1)

    @torch.no_grad()
    def _deltas(self, codes: Tensor, anchors: Tensor) -> Any:
        """The predicted boxes as a strategy's deltas, if it looks at them."""
        stage = self.criterion.stage
        if not stage.facts["reads"]["deltas"]:
            return None
        anchors = anchors.float()
        boxes = self._decode(anchors, codes.float()).reshape(-1, 4)
        return _device.encode(anchors.repeat(len(codes), 1), boxes, stage.coding[0]).reshape(codes.shape)


def attach(model: Any, strategy: Strategy, options: Dict[str, Any]) -> Attachment:
    """Labels are classes, as torchvision has them."""
    criterion = DenseCriterion(strategy, model.head.classification_head.num_classes, **options)
    require_link(strategy, "dense", "sigmoid", "torchvision's FCOS")
    if strategy.facts("dense")["joint"]:
        raise ValueError(f"strategy {strategy.name}: dense.carl reaches both heads, which FCOS's box codes do not allow: leave it out")
    by_size = bool(model.head.box_coder.normalize_by_size)
    attachment = Attachment(model, strategy, {"dense": criterion})
    grid = attachment.grid
    attachment.hook(model.register_forward_pre_hook(grid.forget))
    attachment.hook(model.anchor_generator.register_forward_hook(grid))
    attachment.replace(model, "compute_loss", FCOSLoss(criterion, grid, by_size))
    return attachment
