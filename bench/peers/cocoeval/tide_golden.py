"""Writes golden values of tidecv for bench/cocoeval's tests: counts and dAP of
each kind of error in small random scenes."""

import contextlib
import io
import random
import sys

from generate import case, write
from tidecv import TIDE, Data

CASES = 180
ORDER = ("Cls", "Loc", "Both", "Dupe", "Bkg", "Miss")
MAX_DETS = (100, 100, 4)


def evaluate(c):
    gt, dt = Data("gt", max_dets=c["max_dets"]), Data("dt")
    for image in c["images"]:
        gt.add_image(image, str(image))
    for k in c["classes"]:
        gt.add_class(k, str(k))
    for g in c["gts"]:
        add = gt.add_ignore_region if g[4] or g[5] else gt.add_ground_truth
        add(g[0], g[1], list(g[2]))
    for image, k in unknown(c) if c["federated"] else ():
        gt.add_ignore_region(image, k)  # as tidecv reads LVIS
    for d in c["dts"]:
        dt.add_detection(d[0], d[1], d[3], list(d[2]))
    tide = TIDE(pos_threshold=c["thresholds"][0], background_threshold=c["thresholds"][1])
    run = tide.evaluate(gt, dt)
    main, special = tide.get_main_errors()[run_name(tide)], tide.get_special_errors()[run_name(tide)]
    count = {k.short_name: n for k, n in run.count_errors().items()}
    return {"ap": run.ap, "delta": [main[k] for k in ORDER], "count": [count[k] for k in ORDER],
            "special": [special["FalsePos"], special["FalseNeg"]]}


def federate(c, seed):
    rng = random.Random(seed)
    present = {(g[0], g[1]) for g in c["gts"]}
    c["negative"] = [[i, k] for i in c["images"] for k in c["classes"] if (i, k) not in present and rng.random() < 0.3]
    c["not_exhaustive"] = [list(p) for p in sorted(present) if rng.random() < 0.3]


def unknown(c):
    known = {(g[0], g[1]) for g in c["gts"]} | {tuple(p) for p in c["negative"]}
    partly = {tuple(p) for p in c["not_exhaustive"]}
    return [(i, k) for i in c["images"] for k in c["classes"] if (i, k) not in known or (i, k) in partly]


def run_name(tide):
    return next(iter(tide.runs))


def main():
    out, seed = [], 0
    with contextlib.redirect_stdout(io.StringIO()):
        while len(out) < CASES:
            c = case(seed)
            seed += 1
            if c["kind"] == "degenerate":
                continue
            c["max_dets"] = MAX_DETS[seed % 3]
            c["thresholds"] = [0.5, 0.1] if seed % 5 else [0.7, 0.2]
            c["federated"] = seed % 4 == 0
            if c["federated"]:
                federate(c, seed)
            try:
                out.append(dict(c, tide=evaluate(c)))
            except ZeroDivisionError:
                pass  # tidecv's mean over no class, where a correction leaves none
    write(sys.argv[1], out)


if __name__ == "__main__":
    main()
