"""Assignment in a loader's workers."""

from __future__ import annotations

import copy
import math
from collections import OrderedDict
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np
import torch
from torch import Tensor, nn
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.transform import resize_boxes

from ..stage import DenseStage
from ._assigned import label, sources_of
from ._attachment import Grid
from ._targets import Target, images_of


class Collate:
    """collate_fn of a DataLoader that labels the anchors in its workers, so
    that a training step need not: ds.collate(model) after attach.

    It returns (images, targets) as torchvision takes them, each target with the
    labels of its anchors beside. A worker needs anchors and ground truth alone;
    it loads a library of its own. For assigners that look at predictions, and
    models that draw their min_size, it raises ValueError: those assign in the
    loop.
    """

    def __init__(self, model: Any, criterion: Any, padding: bool = True) -> None:
        reads = criterion.strategy.facts(criterion.stage.name)["reads"]
        if reads["assigner"]:
            assigner = criterion.strategy.values[criterion.stage.name]["assigner"]["type"]
            raise ValueError(f"assigner {assigner} looks at the head's predictions, which a loader does not have: assign in the loop")
        transform = model.transform
        if len(transform.min_size) > 1 and transform.fixed_size is None:
            raise ValueError(f"the model draws one of min_size {tuple(transform.min_size)} for each image, which a loader cannot know: "
                             "give it one, or assign in the loop")
        self._transform = copy.deepcopy(transform).train()
        self._maps = _Maps(model.backbone, transform)
        self._generator, self._offset = _own(getattr(model, "rpn", model).anchor_generator), criterion.label_offset
        self._classes, self._padding = criterion.told_apart, padding
        coder, max_scale = criterion.stage.coding
        self._stage = (criterion.strategy, criterion.stage.name, criterion.stage.classes, coder, max_scale)
        self._made: Any = None
        self._anchors: Dict[Tuple[int, int], Any] = {}
        self._sizes: Dict[Tuple[int, int], Tuple[int, int]] = {}

    def __call__(self, batch: Sequence[Tuple[Tensor, Target]]) -> Tuple[List[Tensor], List[Target]]:
        images, targets = [b[0] for b in batch], [dict(b[1]) for b in batch]
        if self._made is None:
            strategy, name, classes, coder, max_scale = self._stage
            self._made = DenseStage(strategy, name, classes, coder=coder, max_scale=max_scale)
        scaled, sizes = [], []
        for image, target in zip(images, targets):
            size, boxes = self._resized(image, target["boxes"])
            sizes.append(size)
            scaled.append({**target, "boxes": boxes})
        height, width = (self._padded(max(s[k] for s in sizes)) for k in (0, 1))
        anchors, levels, extent = self._layout(height, width)
        own = None if self._padding else [(w, h) for h, w in sizes]
        truth = images_of(scaled, self._offset, self._classes, own)
        label(targets, self._made.assign(anchors, truth, grid=levels, size=extent), sources_of(self._made, anchors, truth, extent))
        return images, targets

    def __getstate__(self) -> Dict[str, Any]:
        return {**self.__dict__, "_made": None, "_anchors": {}}

    def _resized(self, image: Tensor, boxes: Tensor) -> Tuple[Tuple[int, int], Tensor]:
        """What the model's own transform makes of an image's size and boxes,
        asked without the pixels, and of each size once: PyTorch 2 takes five
        milliseconds to say it."""
        given = int(image.shape[-2]), int(image.shape[-1])
        if given not in self._sizes:
            resized, _ = self._transform.resize(torch.empty((1, *given), dtype=image.dtype, device="meta"), None)
            self._sizes[given] = int(resized.shape[-2]), int(resized.shape[-1])
        return self._sizes[given], resize_boxes(boxes, given, self._sizes[given])

    def _padded(self, length: int) -> int:
        return int(math.ceil(length / self._transform.size_divisible) * self._transform.size_divisible)

    def _layout(self, height: int, width: int) -> Any:
        """The model's anchors for a batch of that size."""
        if (height, width) not in self._anchors:
            images = ImageList(torch.empty(1, 0, height, width), [(height, width)])
            maps = [torch.empty(1, 0, *cells) for cells in self._maps(height, width)]
            grid = Grid()
            anchors = self._generator(images, maps)
            grid(self._generator, (images, maps), anchors)
            self._anchors[height, width] = anchors[0].numpy(), np.array(grid.levels, np.int32), grid.size
        return self._anchors[height, width]


def _own(generator: nn.Module) -> Any:
    """A copy of the model's generator for processes that may not touch a GPU,
    which is where a forward there has left the cells' anchors, in lists that are
    no buffers. Without the model's hooks, which may hold the model."""
    bare = copy.copy(generator)
    bare._forward_hooks, bare._forward_pre_hooks = OrderedDict(), OrderedDict()
    for name, value in vars(generator).items():
        if isinstance(value, list):
            setattr(bare, name, [v.cpu() if isinstance(v, Tensor) else v for v in value])
    return copy.deepcopy(bare).cpu()


class _Maps:
    """Cells down and across of the backbone's feature maps, by the size of a
    batch: as found for the one size that a model has, or else those that cover
    an image with ceil(size/stride) cells."""

    def __init__(self, backbone: nn.Module, transform: Any) -> None:
        step = transform.size_divisible
        self._fixed: List[Tuple[int, int]] = []
        self._strides: List[int] = []
        if transform.fixed_size is not None:
            width, height = (math.ceil(side / step) * step for side in transform.fixed_size)
            self._fixed = _probe(backbone, height, width)
            return
        sizes = 256, 256 + max(step, 32)
        try:
            found = [[cells[1] for cells in _probe(backbone, size, size)] for size in sizes]
        except RuntimeError as error:
            raise ValueError(f"the backbone takes no images of {sizes} pixels ({error}), so that strides of its feature maps are not known: "
                             "assign in the loop") from error
        self._strides = [round(sizes[0] / n) for n in found[0]]
        if [[math.ceil(size / s) for s in self._strides] for size in sizes] != found:
            raise ValueError(f"the backbone's feature maps have {found} cells for {sizes} pixels, which are not size/stride rounded up: assign in the loop")

    def __call__(self, height: int, width: int) -> List[Tuple[int, int]]:
        return self._fixed or [(math.ceil(height / s), math.ceil(width / s)) for s in self._strides]


@torch.no_grad()
def _probe(backbone: nn.Module, height: int, width: int) -> List[Tuple[int, int]]:
    """Cells down and across of the feature maps of an image."""
    training = {m: m.training for m in backbone.modules()}
    backbone.eval()
    like = next(backbone.parameters())
    try:
        maps = backbone(torch.zeros(1, 3, height, width, device=like.device, dtype=like.dtype))
    finally:
        for m, was in training.items():
            m.training = was
    return [(int(m.shape[-2]), int(m.shape[-1])) for m in ([maps] if isinstance(maps, Tensor) else maps.values())]
