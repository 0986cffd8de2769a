"""Time of a step with a sampler written in Python beside the built-in one of the
same rule, SSD's 3:1, at two images of 76 725 anchors and 80 classes.

    python python/benchmarks/sampler.py [repetitions]

Ways are measured in alternation. "of the sampler" is what numpy itself takes.
"""

import sys
import time

import detsample
import numpy as np

ANCHORS, CLASSES, OBJECTS, SIZE = 76725, 80, 10, 640
BUILT_IN = "dense: {sampler: {type: %s}, cls: %s}"


def near(c, rng):
    """Positives, and as many near misses, without a look at the loss."""
    close = np.flatnonzero((c.gt == -1) & (c.iou > 0.1))
    return np.concatenate([c.positives, rng.permutation(close)[:3 * len(c.positives)]])


def sorted_hardest(c, rng):
    """SSD's 3:1 as it is first written down."""
    order = np.argsort(-c.hardness[c.negatives], kind="stable")
    return np.concatenate([c.positives, c.negatives[order[:3 * len(c.positives)]]])


def parted_hardest(c, rng):
    """The same by a partition, as it should be written."""
    kept = min(3 * len(c.positives), len(c.negatives) - 1)
    return np.concatenate([c.positives, c.negatives[np.argpartition(-c.hardness[c.negatives], kept)[:kept]]])


def main():
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    rng = np.random.default_rng(0)
    corner = rng.uniform(0, SIZE - 60, (ANCHORS, 2))
    anchors = np.concatenate([corner, corner + np.exp(rng.uniform(np.log(16), np.log(400), (ANCHORS, 2)))], 1).astype(np.float32)
    truth = [anchors[i * 1000:i * 1000 + OBJECTS] + 2 for i in range(2)]
    images = detsample.Images(truth, [rng.integers(0, CLASSES, OBJECTS)] * 2, [1, 2])
    logits = rng.normal(-4.6, 1, (2, ANCHORS, CLASSES)).astype(np.float32)
    deltas = rng.normal(0, 0.1, (2, ANCHORS, 4)).astype(np.float32)
    grads = {"grad_logits": np.empty_like(logits), "grad_deltas": np.empty_like(deltas)}
    mined, every = (detsample.DenseStage(detsample.Strategy(BUILT_IN % (s, "ce")), "dense", CLASSES) for s in ("hard_negative", "all"))
    ways = {
        "built in": (mined, None), "numpy, partition": (every, parted_hardest), "numpy, sort": (every, sorted_hardest),
        "numpy, near misses": (every, near), "all, focal, no sampler": (detsample.DenseStage(detsample.Strategy(BUILT_IN % ("all", "focal")), "dense", CLASSES), None),
    }
    spent = {name: [] for name in ways}
    inside = {name: [] for name in ways}
    for repetition in range(repetitions + 1):
        for name, (stage, sampler) in ways.items():
            own = 0.0

            def timed(c, r, sampler=sampler):
                nonlocal own
                c.hardness if "near" not in name else None  # evaluated by the library
                start = time.perf_counter()
                taken = sampler(c, r)
                own += time.perf_counter() - start
                return taken

            start = time.perf_counter()
            stage.step(anchors, images, logits, deltas, step=repetition, sampler=timed if sampler else None, **grads)
            if repetition:
                spent[name].append(time.perf_counter() - start)
                inside[name].append(own)
    base = np.median(spent["built in"])
    print(f"2 x {ANCHORS} x {CLASSES}, one thread: a step, ms, median; over the built-in 3:1; of the sampler, ms")
    for name, times in spent.items():
        print(f"  {name:24s}{1e3 * np.median(times):8.1f}{np.median(times) / base:8.2f}{1e3 * np.median(inside[name]):8.1f}")


if __name__ == "__main__":
    main()
