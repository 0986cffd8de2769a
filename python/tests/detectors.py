"""Detectors of torchvision, small enough to train in a test, and data for them."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torchvision")

from torch import nn  # noqa: E402
from torchvision.models import detection  # noqa: E402
from torchvision.models.detection.anchor_utils import AnchorGenerator, DefaultBoxGenerator  # noqa: E402
from torchvision.models.detection.fcos import FCOS  # noqa: E402
from torchvision.models.detection.ssd import SSD  # noqa: E402

torch.set_num_threads(1)
CLASSES = 4  # torchvision's num_classes, the background among them


class Trunk(nn.Module):
    """Feature maps of strides 8, 16 and 32."""

    def __init__(self, width=32):
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(3, 16, 3, 4, 1), nn.ReLU(), nn.Conv2d(16, width, 3, 2, 1), nn.ReLU())
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 2, 1), nn.ReLU())
        self.third = nn.Sequential(nn.Conv2d(width, width, 3, 2, 1), nn.ReLU())
        self.out_channels = width

    def forward(self, x):
        maps = [self.first(x)]
        maps.append(self.second(maps[-1]))
        maps.append(self.third(maps[-1]))
        return {str(i): m for i, m in enumerate(maps)}


SIZES = ((16, 24), (32, 48), (64, 96))
RATIOS = ((0.5, 1.0, 2.0),) * 3


def retinanet():
    return detection.RetinaNet(Trunk(), CLASSES, min_size=128, max_size=192, anchor_generator=AnchorGenerator(SIZES, RATIOS))


def ssd():
    generator = DefaultBoxGenerator([[2], [2, 3], [2]], scales=[0.1, 0.25, 0.5, 0.8])
    trunk = Trunk()
    trunk.out_channels = [32] * 3
    return SSD(trunk, generator, (128, 128), CLASSES)


def fcos():
    return FCOS(Trunk(64), CLASSES, min_size=128, max_size=192, anchor_generator=AnchorGenerator(((8,), (16,), (32,)), ((1.0,),) * 3))


def faster_rcnn(**options):
    from torchvision.ops import MultiScaleRoIAlign

    return detection.FasterRCNN(
        Trunk(), CLASSES, min_size=128, max_size=192, rpn_anchor_generator=AnchorGenerator(SIZES, RATIOS),
        box_roi_pool=MultiScaleRoIAlign(["0", "1", "2"], 5, 2), rpn_pre_nms_top_n_train=400, rpn_post_nms_top_n_train=200, **options)


MAKERS = {"retinanet": retinanet, "ssd": ssd, "fcos": fcos, "faster_rcnn": faster_rcnn}
PRESETS = {"retinanet": "torchvision-retinanet", "ssd": "torchvision-ssd", "fcos": "torchvision-fcos", "faster_rcnn": "torchvision"}


def model_of(kind, seed=0):
    torch.manual_seed(seed)
    model = MAKERS[kind]()
    if kind in ("retinanet", "fcos"):
        nn.init.normal_(model.head.classification_head.cls_logits.weight, std=0.05)  # so that classes differ from the start
    return model.train()


def batch(seed, images=2, empty=False):
    """Images of different sizes, with boxes large and small."""
    rng = np.random.default_rng(seed)
    pictures, targets = [], []
    for i in range(images):
        h, w = int(rng.integers(100, 140)), int(rng.integers(100, 160))
        n = 0 if empty and i == 0 else int(rng.integers(1, 7))
        corner = rng.uniform(0, [w - 40, h - 40], (n, 2))
        size = rng.uniform(8, 38, (n, 2)) * rng.choice([0.5, 1.0], (n, 1))
        boxes = np.concatenate([corner, corner + size], 1).astype(np.float32).reshape(-1, 4)
        pictures.append(torch.from_numpy(rng.random((3, h, w), dtype=np.float32)))
        targets.append({
            "boxes": torch.from_numpy(boxes), "labels": torch.from_numpy(rng.integers(1, CLASSES, n)),
            "image_id": torch.tensor([1000 * seed + i]),
        })
    return pictures, targets
