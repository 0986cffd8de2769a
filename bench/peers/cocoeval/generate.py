"""Writes golden values of pycocotools for bench/cocoeval's tests.

Each case is a small random scene with default or altered parameters; the
values are what COCOeval computes for it. Coordinates are multiples of 1/4 and
scores of 1/64 in many cases, so that overlaps and scores tie.
"""

import contextlib
import copy
import gzip
import io
import json
import os
import random
import sys

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

CASES = 360


class WithIgnore(COCOeval):
    """COCOeval that honours the ignore flag, which _prepare overwrites."""

    def _prepare(self):
        super()._prepare()
        for anns in self._gts.values():
            for a in anns:
                a["ignore"] = a["iscrowd"] or a["ignore_flag"]


def side(rng, kind):
    if kind == "edges":  # areas on the bounds 32^2 and 96^2, and near them
        return rng.choice([16, 31.75, 32, 32.25, 64, 95.75, 96, 96.25, 144])
    return max(0.25, round(4 * rng.choice([8, 24, 60, 120]) * rng.uniform(0.5, 1.5)) / 4)


def case(seed):
    rng = random.Random(seed)
    kind = ["plain", "crowds", "ignore", "edges", "ties", "many classes",
            "many detections", "duplicates", "agnostic", "parameters",
            "empty", "degenerate"][seed % 12]
    n_img = rng.randint(1, 4)
    n_cls = {"many classes": 12, "agnostic": 4}.get(kind, rng.randint(1, 3))
    images = rng.sample(range(1, 10**6), n_img)
    classes = rng.sample(range(1, 200), n_cls)
    # Off the grid a box's overlap with itself falls just short of 1.
    raw = kind == "plain" or kind == "parameters" and seed // 12 % 2 == 0
    q = (lambda v: v) if raw else (lambda v: round(4 * v) / 4)

    gts = []
    for img in images:
        for _ in range(rng.randint(0, 6)):
            w, h = side(rng, kind), side(rng, kind)
            if raw:
                w, h = w * rng.random(), h * rng.random()
            box = [q(rng.uniform(0, 100)), q(rng.uniform(0, 100)), w, h]
            area = w * h
            if kind not in ("edges", "degenerate") and rng.random() < 0.5:
                area = round(area * rng.uniform(0.4, 1), 2)
            if kind == "edges":
                area = rng.choice([area, 1024, 1023.5, 1024.5, 9216, 9216.5, 9215.5])
            crowd = kind in ("crowds", "agnostic") and rng.random() < 0.3
            ignore = kind == "ignore" and rng.random() < 0.35
            gts.append([img, rng.choice(classes), box, area, int(crowd), int(ignore)])
            if kind == "duplicates" and rng.random() < 0.4:
                gts.append(copy.deepcopy(gts[-1]))

    dts = []
    score = (lambda: rng.choice([-0.0, 0.0, 0.25, 0.5, 0.75, 1.0])) if kind in ("ties", "duplicates", "agnostic") else (
        lambda: rng.random() if raw else rng.randint(-8, 64) / 64)
    for g in gts:
        for _ in range(rng.choice([0, 1, 1, 2])):
            s = rng.choice([0, 0.05, 0.15, 0.3])
            b = g[2]
            box = [q(b[0] + s * b[2] * rng.uniform(-1, 1)), q(b[1] + s * b[3] * rng.uniform(-1, 1)),
                   max(0.25, q(b[2] * (1 + s * rng.uniform(-1, 1)))),
                   max(0.25, q(b[3] * (1 + s * rng.uniform(-1, 1))))]
            cls = g[1] if rng.random() < 0.9 else rng.choice(classes)
            dts.append([g[0], cls, box, score()])
            if kind == "duplicates" and rng.random() < 0.4:
                dts.append(copy.deepcopy(dts[-1]))
    for _ in range(rng.randint(0, 5)):
        dts.append([rng.choice(images), rng.choice(classes),
                    [q(rng.uniform(0, 150)), q(rng.uniform(0, 150)), side(rng, kind), side(rng, kind)], score()])
    if kind == "many detections":
        img, cls = images[0], classes[0]
        for _ in range(rng.randint(90, 130)):
            dts.append([img, cls, [q(rng.uniform(0, 150)), q(rng.uniform(0, 150)), side(rng, kind), side(rng, kind)], score()])
    if kind == "degenerate":
        for d in dts:
            if rng.random() < 0.4:
                d[2][rng.choice([2, 3])] = rng.choice([0, -8])
    if kind == "empty":
        what = seed // 12 % 3
        if what == 0:
            gts = []
        elif what == 1:
            dts = []
        else:
            dropped = classes[0]
            gts = [g for g in gts if g[1] != dropped] if seed % 2 else gts
            dts = [d for d in dts if d[0] != images[0]]
    rng.shuffle(dts)

    params = None
    if kind == "parameters":
        params = {
            "iou": rng.choice([[0.5], [0.3, 0.5, 0.75], [0, 0.5, 1], [1]]),
            "recall": rng.choice([[0, 0.5, 1], [k / 10 for k in range(11)], [0.25, 0.75]]),
            "max_dets": rng.choice([[1, 2, 3], [2, 5, 100], [1, 2, 50]]),
            "areas": rng.choice([
                [["all", 0, 1e10], ["small", 0, 400], ["medium", 400, 3600], ["large", 3600, 1e10]],
                [["all", 0, 1e10], ["large", 2500, 1e10], ["small", 0, 2500], ["medium", 1000, 5000]]]),
        }
    return {"kind": kind, "images": images, "classes": classes, "gts": gts, "dts": dts,
            "agnostic": kind == "agnostic", "params": params}


def evaluate(c):
    gt = COCO()
    gt.dataset = {
        "images": [{"id": i} for i in c["images"]],
        "categories": [{"id": k} for k in c["classes"]],
        "annotations": [
            {"id": n + 1, "image_id": g[0], "category_id": g[1], "bbox": list(g[2]),
             "area": g[3], "iscrowd": g[4], "ignore_flag": g[5]} for n, g in enumerate(c["gts"])],
    }
    gt.createIndex()
    dt = COCO()
    dt.dataset = dict(gt.dataset, annotations=[
        {"id": n + 1, "image_id": d[0], "category_id": d[1], "bbox": list(d[2]),
         "area": d[2][2] * d[2][3], "iscrowd": 0, "score": d[3]} for n, d in enumerate(c["dts"])])
    dt.createIndex()
    e = WithIgnore(gt, dt, "bbox")
    p = e.params
    p.useCats = 0 if c["agnostic"] else 1
    if c["params"]:
        p.iouThrs = np.array(c["params"]["iou"], dtype=float)
        p.recThrs = np.array(c["params"]["recall"], dtype=float)
        p.maxDets = c["params"]["max_dets"]
        p.areaRng = [a[1:] for a in c["params"]["areas"]]
        p.areaRngLbl = [a[0] for a in c["params"]["areas"]]
    e.evaluate()
    e.accumulate()
    e.summarize()
    return e


def golden(c):
    e = evaluate(c)
    precision, recall, scores = (e.eval[k] for k in ("precision", "recall", "scores"))
    out = dict(c, stats=None if c["params"] else e.stats.tolist())
    out["classes"] = [-1] if c["agnostic"] else sorted(c["classes"])
    # Sums over recall levels, weighted by 1, 2, ... so that no two cancel.
    weights = np.arange(1, precision.shape[1] + 1)
    out["ap"] = compact(precision.mean(axis=1))  # [T, K, A, M]
    out["curve"] = compact(np.tensordot(precision, weights, ([1], [0])))
    out["scores"] = compact(np.tensordot(scores, weights, ([1], [0])))
    out["recall"] = compact(recall)
    return out


def compact(a):
    """Flattens in (K, A, M, T) order, where equal values follow each other,
    as [value, times, value, times, ...]."""
    runs = []
    for v in np.ascontiguousarray(a.transpose(1, 2, 3, 0)).ravel().tolist():
        v = int(v) if v == int(v) else v
        if runs and runs[-2] == v:
            runs[-1] += 1
        else:
            runs += [v, 1]
    return runs


def main():
    out = []
    with contextlib.redirect_stdout(io.StringIO()):
        for seed in range(CASES):
            out.append(golden(case(seed)))
    write(sys.argv[1], out)


def write(path, cases):
    text = json.dumps(cases, separators=(",", ":")).encode()
    with open(path, "wb") as f, gzip.GzipFile("", "wb", 9, f, mtime=0) as z:
        z.write(text)
    print(f"{len(cases)} cases, {len(text)} bytes, {os.path.getsize(path)} compressed")


if __name__ == "__main__":
    main()
