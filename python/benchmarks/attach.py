"""Time of a step's loss: strategies attached to RetinaNet beside torchvision's
own compute_loss, on head outputs for two images of 640 x 640 and 80 classes.

    python python/benchmarks/attach.py [repetitions]

Ways are measured in alternation, with one and two threads. Where a loader's
workers assign, "assigned" is what is left for the loop, and "collate" is what a
worker does.
"""

import copy
import platform
import sys
import time

import detsample
import detsample.torch as ds
import numpy as np
import torch
import torchvision
from torchvision.models.detection import RetinaNet
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.retinanet import AnchorGenerator

SIZE, CLASSES, OBJECTS = 640, 80, 10
STRIDES = (8, 16, 32, 64, 128)
MINED = "dense: {sampler: {type: hard_negative, ratio: 3}, cls: ce}"


class Trunk(torch.nn.Module):
    """Feature maps of the right sizes: the head's output is given."""

    out_channels = 16

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return {str(s): torch.zeros(len(x), 1, -(-x.shape[-2] // s), -(-x.shape[-1] // s)) for s in STRIDES}


def ways():
    scales = tuple((x, int(x * 2 ** (1 / 3)), int(x * 2 ** (2 / 3))) for x in (32, 64, 128, 256, 512))
    own = RetinaNet(Trunk(), CLASSES, anchor_generator=AnchorGenerator(scales, ((0.5, 1.0, 2.0),) * 5), min_size=SIZE, max_size=SIZE)
    made = {"torchvision": own}
    focal, mined = detsample.Strategy.preset("torchvision-retinanet"), detsample.Strategy(MINED, file="ssd 3:1")
    for name, strategy, where in (
        ("focal, library", focal, "host"), ("focal, torch", focal, "device"), ("3:1, library", mined, "host"), ("3:1, torch", mined, "device"),
    ):
        made[name] = copy.deepcopy(own)
        ds.attach(made[name], strategy, where=where)
    return made


def data():
    rng = np.random.default_rng(0)
    targets = []
    for i in range(2):
        corner = rng.uniform(0, SIZE - 200, (OBJECTS, 2))
        boxes = np.concatenate([corner, corner + np.exp(rng.uniform(np.log(16), np.log(190), (OBJECTS, 2)))], 1)
        targets.append({
            "boxes": torch.from_numpy(boxes.astype(np.float32)), "labels": torch.from_numpy(rng.integers(1, CLASSES, OBJECTS)),
            "image_id": torch.tensor([i])})
    return targets


def main():
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    print(f"Python {platform.python_version()}, torch {torch.__version__}, torchvision {torchvision.__version__}, {platform.machine()}, on the CPU")
    for threads in (1, 2):
        torch.set_num_threads(threads)
        models, targets = ways(), data()
        images = ImageList(torch.zeros(2, 3, SIZE, SIZE), [(SIZE, SIZE)] * 2)
        maps = list(models["torchvision"].backbone(images.tensors).values())
        anchors = {name: m.anchor_generator(images, maps) for name, m in models.items()}
        n = len(anchors["torchvision"][0])
        generator = torch.Generator().manual_seed(0)
        logits, deltas = torch.randn(2, n, CLASSES, generator=generator) - 4.6, torch.randn(2, n, 4, generator=generator) / 10
        collate = ds.collate(models["focal, library"])
        batch = [(torch.zeros(3, SIZE, SIZE), t) for t in targets]
        assigned = collate(batch)[1]
        times = {name: [] for name in (*models, "focal, library, assigned", "collate")}
        for repetition in range(repetitions + 1):
            for name in times:
                x, d = logits.clone().requires_grad_(), deltas.clone().requires_grad_()
                model = models.get(name, models["focal, library"])
                start = time.perf_counter()
                if name == "collate":
                    collate(batch)
                else:
                    losses = model.compute_loss(
                        assigned if name.endswith("assigned") else targets, {"cls_logits": x, "bbox_regression": d},
                        anchors.get(name, anchors["focal, library"]))
                    sum(losses.values()).backward()
                if repetition > 0:
                    times[name].append(time.perf_counter() - start)
        print(f"\n2 x {n} x {CLASSES}, {threads} thread{'s' * (threads > 1)}: loss and gradients, ms: median (fastest)")
        for name, spent in times.items():
            print(f"  {name:26s}{1e3 * np.median(spent):9.1f} ({1e3 * min(spent):.1f})")
    host, rows = 2 * n * (CLASSES + 4) * 4, 2 * n
    print("\nbytes that a step copies between an accelerator and this machine, by formula:")
    print(f"  library, logits there and back     {2 * host:12,d}")
    print(f"  torch, focal: rows, weights, classes  {rows * 12:9,d}")
    print(f"  torch, 3:1: classes there, hardness back, few rows  {rows * 12:9,d}")
    print("on the CPU: none")


if __name__ == "__main__":
    main()
