"""Writes golden values of lvis-api for bench/cocoeval's tests: small random
federated scenes and the thirteen figures of LVISEval for each."""

import contextlib
import copy
import io
import json
import logging
import os
import random
import sys
import tempfile

import numpy as np

np.float = float  # lvis 0.5.3 was written for an older numpy

from generate import case, write  # noqa: E402
from lvis import LVIS, LVISEval  # noqa: E402

CASES = 96
KINDS = ("plain", "ignore", "edges", "ties", "many classes", "duplicates", "empty")


def federated(seed):
    rng = random.Random(1000 + seed)
    c = case(seed)
    images, classes = c["images"], c["classes"]
    if len(classes) < 6:  # classes in every group, some without objects
        classes = classes + rng.sample(range(200, 400), 6 - len(classes))
    c["classes"] = classes
    c["frequency"] = {k: rng.choice("rcf") for k in classes}
    for g in c["gts"]:
        if rng.random() < 0.5:
            g[1] = rng.choice(classes)
    present = {(g[0], g[1]) for g in c["gts"]}
    absent = [(i, k) for i in images for k in classes if (i, k) not in present]
    c["negative"] = [p for p in absent if rng.random() < 0.4]
    c["not_exhaustive"] = sorted(p for p in present if rng.random() < 0.3)
    for i, k in absent:
        for _ in range(rng.randint(0, 2)):
            c["dts"].append([i, k, [rng.uniform(0, 100), rng.uniform(0, 100), 20, 30], rng.random()])
    c["max_dets"] = 300 if seed % 3 else 5
    return c


def evaluate(c):
    dataset = {
        "images": [{"id": i, "neg_category_ids": [k for j, k in c["negative"] if j == i],
                    "not_exhaustive_category_ids": [k for j, k in c["not_exhaustive"] if j == i]} for i in c["images"]],
        "categories": [{"id": k, "frequency": c["frequency"][k]} for k in c["classes"]],
        "annotations": [{"id": n + 1, "image_id": g[0], "category_id": g[1], "bbox": list(g[2]), "area": g[3],
                         "ignore": g[5]} for n, g in enumerate(c["gts"])],
    }
    dets = [{"image_id": d[0], "category_id": d[1], "bbox": list(d[2]), "score": d[3]} for d in c["dts"]]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "gt.json")
        with open(path, "w") as f:
            json.dump(dataset, f)
        gt = LVIS(path)
    from lvis import LVISResults
    results = LVISResults(gt, copy.deepcopy(dets), max_dets=c["max_dets"])
    e = LVISEval(gt, results, "bbox")
    e.params.max_dets = c["max_dets"]
    e.run()
    names = ["AP", "AP50", "AP75", "APs", "APm", "APl", "APr", "APc", "APf"] + [
        f"AR{a}@{c['max_dets']}" for a in ("", "s", "m", "l")]
    return [float(e.results[n]) for n in names]


def main():
    logging.disable(logging.CRITICAL)
    out, seed = [], 0
    with contextlib.redirect_stdout(io.StringIO()):
        while len(out) < CASES:
            c = federated(seed)
            seed += 1
            if c["kind"] in KINDS and c["dts"] and not any(g[4] for g in c["gts"]):
                c["stats"] = evaluate(c)
                c["frequency"] = [c["frequency"][k] for k in c["classes"]]
                out.append(c)
    write(sys.argv[1], out)


if __name__ == "__main__":
    main()
