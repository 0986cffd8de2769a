"""Random scenes on a grid of quarter pixels, where float32 areas are exact and
overlaps tie often. Lengths in a scene are integers, in quarter pixels."""

import hashlib
import random
import struct

import torch

STRIDES = (8, 16, 32)
MASK = (1 << 64) - 1


def mix(n):
    """The output function of splitmix64: what is long and arbitrary in a scene
    is written as its seed, since the Go test has this function too."""
    n = (n + 0x9E3779B97F4A7C15) & MASK
    n = ((n ^ (n >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    n = ((n ^ (n >> 27)) * 0x94D049BB133111EB) & MASK
    return n ^ (n >> 31)


def crowd(seed, n, extent):
    """n boxes of 2 to 18 pixels."""
    boxes = []
    for i in range(n):
        x, y, w, h = (mix(seed + 4 * i + k) for k in range(4))
        x, y = x % (4 * extent), y % (4 * extent)
        boxes.append([x, y, x + 8 + w % 64, y + 8 + h % 64])
    return boxes


def predictions(seed, boxes):
    """The boxes moved by up to 4 pixels and grown by up to 4."""
    moved = []
    for i, (x1, y1, x2, y2) in enumerate(boxes):
        dx, dy, w, h = (mix(seed + 4 * i + k) for k in range(4))
        dx, dy = dx % 33 - 16, dy % 33 - 16
        moved.append([x1 + dx, y1 + dy, x2 + dx + w % 17, y2 + dy + h % 17])
    return moved


def anchors(scene):
    """The candidates: a pyramid's, row by row, or the boxes as they are."""
    if scene["Boxes"]:
        return scene["Boxes"]
    boxes = []
    for level in scene["Levels"]:
        step = 4 * level["Stride"]
        for y in range(level["Height"]):
            for x in range(level["Width"]):
                for w, h in level["Shapes"]:
                    x1, y1 = (2 * x + 1) * step // 2 - w // 2, (2 * y + 1) * step // 2 - h // 2
                    boxes.append([x1, y1, x1 + w, y1 + h])
    return boxes


def box(rng, extent, step):
    """A box on a grid of step quarter pixels, which may leave the image."""
    def on(low, high):
        return step * rng.randint(low // step, high // step)
    x, y = on(-32, 4 * extent - 8), on(-32, 4 * extent - 8)
    return [x, y, x + max(step, on(8, 2 * extent)), y + max(step, on(8, 2 * extent))]


def scene(rng, kind):
    extent = rng.choice([32, 48, 64])
    step = rng.choice([1, 4, 16])
    s = {"Extent": extent, "Seed": rng.getrandbits(40), "Levels": [], "Boxes": [], "Crowd": 0}
    if kind in ("free", "one"):
        n = 1 if kind == "one" else rng.randint(2, 40)
        s["Boxes"] = [box(rng, extent, step) for _ in range(n)]
        for _ in range(rng.randint(0, 3) if n > 1 else 0):
            s["Boxes"][rng.randrange(n)] = rng.choice(s["Boxes"])
        s["Levels"] = [{"Stride": 8, "Width": n, "Height": 1, "Shapes": [[0, 0]]}]
    else:
        for stride in STRIDES[: rng.randint(1, 3)]:
            cells = -(-extent // stride)
            side = 4 * stride * rng.choice([1, 2, 4]) // rng.choice([1, 2])
            shapes = [[side, side]] + ([[side // 2, side]] if rng.random() < 0.4 else [])
            s["Levels"].append({"Stride": stride, "Width": cells, "Height": cells, "Shapes": shapes})
    truth = [box(rng, extent, step) for _ in range(rng.randint(1, 6))]
    candidates = anchors(s)
    if rng.random() < 0.3:  # an object exactly where a candidate is
        truth.append(list(rng.choice(candidates)))
    if rng.random() < 0.3:
        truth.insert(rng.randrange(len(truth)), list(rng.choice(truth)))
    if rng.random() < 0.3:  # an object that nothing touches
        truth.insert(rng.randrange(len(truth)), [4000, 4000, 4040, 4040])
    if kind == "empty":
        truth = []
    s["Truth"], s["Class"] = truth, [rng.randrange(2) for _ in truth]
    s["Ignore"] = [box(rng, extent, 4) for _ in range(rng.choice([0, 0, 1, 2]))]
    if kind == "crowd":
        s["Crowd"], s["Truth"], s["Class"] = 10000, [], []
    return s


def tensors(s):
    """(candidates, predictions, truth, classes, ignore regions), in pixels."""
    candidates = anchors(s)
    truth, classes = s["Truth"], s["Class"]
    if s["Crowd"]:
        truth = crowd(s["Seed"], s["Crowd"], s["Extent"])
        classes = [i % 2 for i in range(s["Crowd"])]
    def pixels(boxes):
        return torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4) / 4
    return (pixels(candidates), pixels(predictions(s["Seed"], candidates)), pixels(truth),
            torch.tensor(classes, dtype=torch.long), pixels(s["Ignore"]))


def written(labels, s):
    """Labels as they stand, or of a crowd their hash."""
    labels = [int(v) for v in labels]
    if not s["Crowd"]:
        return {"Labels": labels}
    return {"SHA256": hashlib.sha256(struct.pack(f"<{len(labels)}i", *labels)).hexdigest()}


def all_scenes():
    rng = random.Random(20)
    kinds = ["pyramid"] * 130 + ["free"] * 75 + ["one"] * 15 + ["empty"] * 10 + ["crowd"] * 3
    return [scene(rng, kind) for kind in kinds], rng
