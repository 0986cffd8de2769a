"""Times bench/cocoeval, pycocotools and, where installed, hotcoco on a scene of
1000 images, 7k boxes and 100k detections, loading and evaluating apart, the
best of several runs each. The scene stays in the given folder for the
benchmarks of bench/cocoeval whose names end in PeersScene."""

import contextlib
import importlib
import io
import json
import os
import random
import re
import subprocess
import sys
import time

IMAGES, BOXES, DETECTIONS, CLASSES = 1000, 7000, 100_000, 80


def box(rng):
    return [rng.uniform(0, 560), rng.uniform(0, 400), 8 + rng.expovariate(1 / 80), 8 + rng.expovariate(1 / 80)]


def scene():
    rng = random.Random(1)
    anns = []
    for i in range(BOXES):
        b = box(rng)
        anns.append({"id": i + 1, "image_id": 37 * (1 + i * IMAGES // BOXES), "category_id": rng.randint(1, CLASSES),
                     "bbox": b, "area": 0.7 * b[2] * b[3], "iscrowd": int(rng.random() < 0.01)})
    dets = []
    for i in range(DETECTIONS):
        g = anns[i * BOXES // DETECTIONS]
        b, c, s = list(g["bbox"]), g["category_id"], rng.random()
        if i % 3 == 0:
            b = [v + g["bbox"][2 + j % 2] * rng.gauss(0, 0.1) for j, v in enumerate(b)]
        else:
            b, s = box(rng), s * s
            if i % 3 == 1:
                c = rng.randint(1, CLASSES)
        dets.append({"image_id": g["image_id"], "category_id": c, "bbox": b, "score": s})
    gt = {"images": [{"id": 37 * (1 + i), "width": 640, "height": 480} for i in range(IMAGES)],
          "categories": [{"id": k + 1, "name": str(k + 1)} for k in range(CLASSES)], "annotations": anns}
    return gt, dets


def peer(name, paths, runs):
    """Returns the best seconds of loading and of evaluating, and the figures."""
    module = importlib.import_module(name)
    if name == "pycocotools":
        COCO = importlib.import_module("pycocotools.coco").COCO
        COCOeval = importlib.import_module("pycocotools.cocoeval").COCOeval
    else:
        COCO, COCOeval = module.COCO, module.COCOeval
    loading = evaluating = float("inf")
    for _ in range(runs):
        with contextlib.redirect_stdout(io.StringIO()):
            start = time.perf_counter()
            gt = COCO(paths[0])
            dt = gt.loadRes(paths[1])
            loading = min(loading, time.perf_counter() - start)
            e = COCOeval(gt, dt, "bbox")
            start = time.perf_counter()
            e.evaluate()
            e.accumulate()
            e.summarize()
            evaluating = min(evaluating, time.perf_counter() - start)
    return loading, evaluating, [float(v) for v in e.stats]


def detsample(folder, runs):
    """Does so for bench/cocoeval, each run being one of its benchmarks."""
    here = os.path.dirname(os.path.abspath(__file__))
    out = subprocess.run(
        ["go", "test", "-run", "xxx", "-bench", "^Benchmark(Load|Evaluate)PeersScene$", "-benchtime", "1x", "-count", str(runs), "-v", "."],
        cwd=os.path.join(here, "..", "..", "cocoeval"), env=dict(os.environ, COCOEVAL_SCENE=os.path.abspath(folder)),
        check=True, capture_output=True, text=True).stdout
    best = {what: min(float(ns) for ns in re.findall(rf"{what}PeersScene\S*\s+1\s+(\d+) ns/op", out)) / 1e9
            for what in ("Load", "Evaluate")}
    return best["Load"], best["Evaluate"], [float(v) for v in re.search(r"\{(.*?)\}", out)[1].split()]


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    paths = [os.path.join(folder, n) for n in ("instances.json", "results.json")]
    for path, what in zip(paths, scene()):
        with open(path, "w") as f:
            json.dump(what, f)
    ours = None
    print("ms             load  evaluate     total  of detsample's")
    for name, runs in ("detsample", 7), ("hotcoco", 7), ("pycocotools", 2):
        try:
            load, evaluate, figures = detsample(folder, runs) if name == "detsample" else peer(name, paths, runs)
        except ImportError:
            print(name, "is not installed")
            continue
        ours = ours or (load + evaluate, figures)
        off = max(abs(a - b) for a, b in zip(figures, ours[1], strict=True))
        print(f"{name:11}{1e3 * load:8.1f}{1e3 * evaluate:10.1f}{1e3 * (load + evaluate):10.1f}{(load + evaluate) / ours[0]:10.1f}"
              f"   figures within {off:.0e}")


if __name__ == "__main__":
    main()
