"""Time of a step's loss: strategies attached to RetinaNet beside torchvision's
own compute_loss, on head outputs for two images of 640 x 640 and 80 classes.

    python python/benchmarks/attach.py [--cuda] [repetitions] [other pythons]

Ways are measured in alternation, with one and two threads: a ratio is the median
over repetitions of a way's time over torchvision's in the same one, so that a
machine with other work to do is not in it. With interpreters of other
environments, such as one of PyTorch 1.13 and one of 2, each measures in turn, and
a table of all is written. Where a loader's workers assign, "assigned" is what is
left for the loop, and "collate" is what a worker does. With --cuda the heads'
outputs lie on a GPU.
"""

import copy
import json
import platform
import subprocess
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


DEVICE = "cuda" if "--cuda" in sys.argv else "cpu"


class Trunk(torch.nn.Module):
    """Feature maps of the right sizes: the head's output is given."""

    out_channels = 16

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return {str(s): torch.zeros(len(x), 1, -(-x.shape[-2] // s), -(-x.shape[-1] // s), device=x.device) for s in STRIDES}


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


def wait():
    """Until a GPU has done what it was told."""
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def measure(repetitions):
    """Seconds of each way in each repetition, by threads, and the bytes that a
    step copied here."""
    found = {}
    for threads in (1, 2):
        torch.set_num_threads(threads)
        models, targets = ways(), data()
        there = [{k: v.to(DEVICE) if k != "image_id" else v for k, v in t.items()} for t in targets]
        images = ImageList(torch.zeros(2, 3, SIZE, SIZE, device=DEVICE), [(SIZE, SIZE)] * 2)
        maps = list(models["torchvision"].backbone(images.tensors).values())
        anchors = {name: m.anchor_generator(images, maps) for name, m in models.items()}
        n = len(anchors["torchvision"][0])
        generator = torch.Generator().manual_seed(0)
        logits, deltas = torch.randn(2, n, CLASSES, generator=generator) - 4.6, torch.randn(2, n, 4, generator=generator) / 10
        logits, deltas = logits.to(DEVICE), deltas.to(DEVICE)
        collate = ds.collate(models["focal, library"])
        batch = [(torch.zeros(3, SIZE, SIZE), t) for t in targets]
        assigned = [{k: v.to(DEVICE) if k in ("boxes", "labels") else v for k, v in t.items()} for t in collate(batch)[1]]
        times = {name: [] for name in (*models, "focal, library, assigned", "collate")}
        for repetition in range(repetitions + 1):
            for name in times:
                x, d = logits.clone().requires_grad_(), deltas.clone().requires_grad_()
                model = models.get(name, models["focal, library"])
                wait()
                start = time.perf_counter()
                if name == "collate":
                    collate(batch)
                else:
                    losses = model.compute_loss(
                        assigned if name.endswith("assigned") else there, {"cls_logits": x, "bbox_regression": d},
                        anchors.get(name, anchors["focal, library"]))
                    sum(losses.values()).backward()
                    wait()
                if repetition > 0:
                    times[name].append(time.perf_counter() - start)
        found[str(threads)] = times
        copied = sum(ds.attachment(m).copied for name, m in models.items() if name != "torchvision")
    return {
        "python": platform.python_version(), "torch": torch.__version__, "torchvision": torchvision.__version__,
        "machine": platform.machine(), "device": torch.cuda.get_device_name() if DEVICE == "cuda" else "the CPU", "anchors": n, "times": found, "copied": copied}


def both(results):
    """Adds the repetitions of several measurements."""
    first, *others = results
    for r in others:
        for threads, times in r["times"].items():
            for name, spent in times.items():
                first["times"][threads][name] += spent
    return first


def ratio(times, name):
    return np.median(np.array(times[name]) / np.array(times["torchvision"]))


def show(columns):
    """A table: ways below one another, versions and threads beside."""
    heads = [(r, threads) for r in columns for threads in r["times"]]
    titles = [f"torch {r['torch'].split('+')[0]}, {threads} thread{'s' * (threads != '1')}" for r, threads in heads]
    print(f"2 x {columns[0]['anchors']} x {CLASSES}, {columns[0]['machine']}, on {columns[0]['device']}: loss and gradients,")
    print("milliseconds (median), and in brackets over torchvision's in the same repetition (median)\n")
    print("| | " + " | ".join(titles) + " |\n|---|" + "---|" * len(titles))
    for name in columns[0]["times"]["1"]:
        cells = [f"{1e3 * np.median(r['times'][t][name]):.0f} ({ratio(r['times'][t], name):.3f})" for r, t in heads]
        print(f"| {name} | " + " | ".join(cells) + " |")
    host, rows = 2 * columns[0]["anchors"] * (CLASSES + 4) * 4, 2 * columns[0]["anchors"]
    print(f"\nbytes that all of these steps copied here, as counted: {sum(r['copied'] for r in columns)}")
    print("bytes that a step copies between an accelerator and this machine, by formula:")
    print(f"  library, logits there and back     {2 * host:12,d}")
    print(f"  torch, focal: rows, weights, classes  {rows * 12:9,d}")
    print(f"  torch, 3:1: classes there, hardness back, few rows  {rows * 12:9,d}")


def main():
    as_json = "--json" in sys.argv
    given = [a for a in sys.argv[1:] if a not in ("--json", "--cuda")]
    repetitions = int(given.pop(0)) if given and given[0].isdigit() else 15
    if as_json:
        print(json.dumps(measure(repetitions)))
    elif not given:
        show([measure(repetitions)])
    else:
        found = {python: [] for python in given}
        for _ in range(3):
            for python in given:
                run = subprocess.run([python, __file__, str(-(-repetitions // 3)), "--json", *(["--cuda"] if DEVICE == "cuda" else [])], stdout=subprocess.PIPE, check=True, text=True)
                found[python].append(json.loads(run.stdout.splitlines()[-1]))
        show([both(results) for results in found.values()])


if __name__ == "__main__":
    main()
