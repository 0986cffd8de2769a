"""Strategies under PyTorch.

    import detsample.torch as ds
    model = torchvision.models.detection.retinanet_resnet50_fpn(num_classes=21)
    ds.attach(model, "ssd.yaml")

From then on model(images, targets) returns the strategy's losses under
torchvision's names. Every target needs an image_id, the image's identity in
the data set, which is part of the key that samples are drawn by.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from torch import nn
from torchvision.models import detection
from torchvision.models.detection.fcos import FCOS
from torchvision.models.detection.ssd import SSD

from ..balance import Balance
from ..sampler import Sampler
from ..strategy import Strategy, Warning
from . import faster_rcnn, fcos, retinanet, ssd
from ._attachment import Attachment
from ._criterion import StrategyLike, read
from .collate import Collate
from .criterion import DenseCriterion, ROICriterion
from .dump import dump

__all__ = [
    "Attachment", "Collate", "DenseCriterion", "ROICriterion", "Strategy", "attach", "attachment", "balance", "collate", "detach",
    "dump", "warnings",
]

_ADAPTERS = (
    (detection.RetinaNet, retinanet.attach), (detection.FasterRCNN, faster_rcnn.attach), (SSD, ssd.attach), (FCOS, fcos.attach),
)


def attach(
    model: nn.Module, file: StrategyLike, strategy: Optional[str] = None, *, seed: int = 0, threads: Optional[int] = None,
    where: str = "auto", exact: bool = False, padding: bool = True, sampler: Optional[Sampler] = None,
    roi_sampler: Optional[Sampler] = None,
) -> Attachment:
    """Puts a strategy in place of a detector's own losses: of torchvision's
    RetinaNet, SSD, FCOS (a strategy with dense) or Faster R-CNN with its mask
    and keypoint relatives (rpn and roi). file is YAML or a Strategy; strategy
    chooses one of a comparison by name. A strategy that was attached before
    makes way, unless this one is refused.

    seed, the step, the image_id and the rank draw the samples: the same
    samples for the same run. threads is how many the library may use
    (torch.get_num_threads() if not given); results do not depend on it.
    where: see DenseCriterion. exact: losses as float64 rounds them. padding:
    anchors in the padding of a batch, beside images that are smaller than its
    largest, count as in torchvision; False ignores them. sampler: a function
    of detsample.Candidates and a random generator, in place of the sampler of
    the strategy's dense or rpn; roi_sampler: one in place of its roi's.

    Boxes whose iscrowd is 1 are regions without negatives, where torchvision,
    which does not read the key, has objects. Leave it out for torchvision's way.

    Raises ConfigurationError with file, line and column for a wrong strategy,
    ValueError for one that the detector cannot take.
    """
    inner = _inner(model)
    for kind, adapter in _ADAPTERS:
        if isinstance(inner, kind):
            break
    else:
        names = ", ".join(k.__name__ for k, _ in _ADAPTERS)
        raise TypeError(f"model is a {type(inner).__name__}: expected one of torchvision's {names}; for others use DenseCriterion and ROICriterion")
    chosen = read(file, strategy)
    needed = ("rpn", "roi") if kind is detection.FasterRCNN else ("dense",)
    if chosen.stages != needed:
        raise ValueError(f"strategy {chosen.name} has {' and '.join(chosen.stages)}, and {kind.__name__} takes {' and '.join(needed)}")
    if roi_sampler is not None and "roi" not in needed:
        raise ValueError(f"{kind.__name__} has no second stage for roi_sampler: sampler takes the place of the one in dense")
    options: Dict[str, Any] = {"seed": seed, "threads": threads, "where": where, "exact": exact}
    made = adapter(inner, chosen, options)
    made.grid.padding = padding
    first = made.criteria.get("dense") or made.criteria["rpn"]
    first.sampler = sampler
    if roi_sampler is not None:
        made.criteria["roi"].sampler = roi_sampler
    return made


def attachment(model: nn.Module) -> Attachment:
    """What was attached to the model."""
    found = _inner(model).__dict__.get("_detsample")
    if not isinstance(found, Attachment):
        raise ValueError("no strategy is attached to the model: detsample.torch.attach(model, file) attaches one")
    return found


def detach(model: nn.Module) -> None:
    """Gives the model its own losses back, if a strategy is attached."""
    found = _inner(model).__dict__.get("_detsample")
    if isinstance(found, Attachment):
        found.detach()


def balance(model: nn.Module) -> Dict[str, Balance]:
    """What each stage's last step learned from, by stage: numbers to log."""
    return attachment(model).balance


def warnings(model: nn.Module) -> List[Warning]:
    """The traps of the attached strategy, of its fit to the model, and those
    that the training so far was in."""
    return attachment(model).warnings


def collate(model: nn.Module) -> Collate:
    """A collate_fn for the loader of a model with a strategy attached, which
    labels the anchors in the loader's workers; of a Faster R-CNN those of the
    region proposal network."""
    found = attachment(model)
    return Collate(found.model, found.criteria.get("dense") or found.criteria["rpn"], found.grid.padding)


def _inner(model: nn.Module) -> nn.Module:
    """The detector inside DistributedDataParallel or the like."""
    while not isinstance(model, tuple(k for k, _ in _ADAPTERS)) and isinstance(getattr(model, "module", None), nn.Module):
        model = model.module
    return model
