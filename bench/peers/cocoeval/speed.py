"""Times pycocotools (and hotcoco where installed) on a scene of 1000 images,
7k boxes and 100k detections, loading and evaluating apart, and leaves the scene
in the given folder for the benchmarks of bench/cocoeval whose names end in
PeersScene."""

import contextlib
import importlib
import io
import json
import os
import random
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


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    paths = [os.path.join(folder, n) for n in ("instances.json", "results.json")]
    for path, what in zip(paths, scene()):
        with open(path, "w") as f:
            json.dump(what, f)
    for peer in ("pycocotools", "hotcoco"):
        try:
            if peer == "pycocotools":
                COCO = importlib.import_module("pycocotools.coco").COCO
                COCOeval = importlib.import_module("pycocotools.cocoeval").COCOeval
            else:
                m = importlib.import_module(peer)
                COCO, COCOeval = m.COCO, m.COCOeval
        except ImportError:
            print(peer, "is not installed")
            continue
        best, loading = float("inf"), float("inf")
        for _ in range(2 if peer == "pycocotools" else 7):
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
                best = min(best, time.perf_counter() - start)
        print(f"{peer}: loaded in {1000 * loading:.1f} ms, evaluated in {1000 * best:.1f} ms", [f"{v:.15f}" for v in e.stats])


if __name__ == "__main__":
    main()
