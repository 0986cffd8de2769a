"""Writes golden values of the peers' classification losses to losses/testdata/classification_*.json.gz.

All cases share one table of logits, classes and qualities, evaluated in four batches, over which losses with a memory
keep it. See README.md for the sources that it takes.
"""

import argparse
import gzip
import json
import os

import torch
import torch.nn.functional as F

import peers

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
ROWS, CLASSES, BATCHES, BINS = 1000, 3, 4, 7
BACKGROUND = CLASSES


class Table:
    """The rows: logits are multiples of 1/256 and qualities of 1/64, exact in float32."""

    def __init__(self):
        torch.manual_seed(1)
        self.logits = (torch.randn(ROWS, CLASSES + 1) * 4 * 256).round().clamp(-12 * 256, 12 * 256) / 256
        self.object = torch.multinomial(torch.tensor([0.8, 0.16, 0.04]), ROWS, replacement=True)
        self.label = torch.where(torch.rand(ROWS) < 0.4, self.object, torch.tensor(BACKGROUND))
        self.quality = torch.randint(1, 65, (ROWS,)).double() / 64
        self.sides = (torch.randn(ROWS, BINS + 1) * 2 * 256).round() / 256
        self.distance = torch.randint(0, BINS * 16, (ROWS,)).double() / 16

    def batches(self):
        for start in range(0, ROWS, ROWS // BATCHES):
            yield slice(start, start + ROWS // BATCHES)


def one_hot(label):
    return F.one_hot(label, CLASSES + 1)[:, :CLASSES].double()


def digits(t):
    """Seven digits, without what no loss can be told apart by."""
    return [float(f"{v:.7g}") if abs(v) > 1e-12 else 0 for v in t.detach().double().flatten().tolist()]


def exact(t):
    return t.flatten().tolist()


class Cases:
    def __init__(self, table):
        self.table, self.cases = table, []

    def add(self, name, columns, evaluate, object_only=False):
        """evaluate(logits, label, quality) returns the loss of each row, or of the batch, and maybe its own gradient."""
        t, loss, grad = self.table, [], []
        for rows in t.batches():
            x = t.logits[rows, :columns].clone().requires_grad_()
            value = evaluate(x, (t.object if object_only else t.label)[rows], t.quality[rows])
            if isinstance(value, tuple):
                value, g = value
            else:
                g, = torch.autograd.grad(value.sum(), x)
            loss += digits(value)
            grad += digits(g)
        self.cases.append({"name": name, "columns": columns, "object_only": object_only, "loss": loss, "grad": grad})


def softmax_focal(alpha, gamma):
    """The formulas of zimenglan's Caffe layer, value and gradient; alpha is that of each column."""

    def evaluate(x, label, _):
        p = x.detach().softmax(1)
        t = F.one_hot(label, CLASSES + 1).bool()
        pt, at = p[t], torch.tensor(alpha)[label]
        loss = -at * (1 - pt) ** gamma * pt.log()
        g = at * (1 - pt) ** gamma - gamma * at * (1 - pt) ** (gamma - 1) * pt * pt.log()
        return loss, g[:, None] * torch.where(t, p - 1, p)

    return evaluate


def add_sigmoid(c, m, args):
    weight = torch.tensor([0.5, 1.0, 2.5])
    c.add("ce", CLASSES, lambda x, label, _: m.cross_entropy_loss.binary_cross_entropy(
        x, one_hot(label), reduction="none", class_weight=weight).sum(1))
    c.add("focal", CLASSES, lambda x, label, _: m.focal_loss.py_sigmoid_focal_loss(
        x, one_hot(label), gamma=2.0, alpha=0.25, reduction="none").sum(1))
    fvcore = peers.module("fvcore_focal", os.path.join(args.fvcore, "fvcore", "nn", "focal_loss.py"))
    c.add("focal_unbalanced", CLASSES, lambda x, label, _: fvcore.sigmoid_focal_loss(x, one_hot(label), gamma=1.5).sum(1))
    c.add("linear_focal", CLASSES, lambda x, label, _: (
        -F.logsigmoid(2 * (2 * one_hot(label) - 1) * x + 1) / 2).sum(1))
    c.add("quality_focal", CLASSES, lambda x, label, q: m.gfocal_loss.quality_focal_loss(
        x, (label, q), beta=2.0, reduction="none"))
    for name, weighted in [("varifocal", True), ("varifocal_unweighted", False)]:
        c.add(name, CLASSES, lambda x, label, q: m.varifocal_loss.varifocal_loss(
            x, one_hot(label) * q[:, None], iou_weighted=weighted, reduction="none").sum(1))
    c.add("gaussian_focal", CLASSES, lambda x, label, q: m.gaussian_focal_loss.gaussian_focal_loss(
        x.sigmoid(), one_hot(label) * q[:, None], reduction="none").sum(1))
    asl = peers.module("asl", args.asl)
    c.add("asymmetric", CLASSES, lambda x, label, _: asl.AsymmetricLoss(disable_torch_grad_focal_loss=False)(x, one_hot(label)))
    cb = peers.module("class_balanced", args.class_balanced)
    c.add("class_balanced", CLASSES, lambda x, label, _: len(x) * CLASSES * cb.CB_loss(
        label, x, [900, 150, 20], CLASSES, "sigmoid", 0.9999, 0), object_only=True)
    c.add("class_balanced_focal", CLASSES, lambda x, label, _: len(x) * cb.CB_loss(
        label, x, [900, 150, 20], CLASSES, "focal", 0.999, 2.0), object_only=True)


def add_softmax(c, m):
    weight = torch.tensor([0.5, 1.0, 2.5, 0.25])
    c.add("softmax_ce", CLASSES + 1, lambda x, label, _: m.cross_entropy_loss.cross_entropy(
        x, label, reduction="none", class_weight=weight))
    c.add("label_smoothing", CLASSES + 1, lambda x, label, _: F.cross_entropy(
        x, label, reduction="none", label_smoothing=0.1))
    c.add("softmax_focal", CLASSES + 1, softmax_focal([0.25] * 4, 2.0))
    c.add("softmax_focal_by_class", CLASSES + 1, softmax_focal([0.3, 0.5, 1.5, 0.75], 1.5))
    for name, beta, target in [("bootstrapped_soft", 0.95, lambda x: x.softmax(1)),
                               ("bootstrapped_hard", 0.8, lambda x: F.one_hot(x.argmax(1), CLASSES + 1))]:
        c.add(name, CLASSES + 1, lambda x, label, _: -(
            (beta * F.one_hot(label, CLASSES + 1) + (1 - beta) * target(x)) * x.log_softmax(1)).sum(1))


def add_remembering(c, m, args):
    for name, momentum in [("ghm_c", 0), ("ghm_c_momentum", 0.75)]:
        ghm = m.ghm_loss.GHMC(bins=10, momentum=momentum, reduction="none")
        c.add(name, CLASSES, lambda x, label, _: ghm(x, one_hot(label), torch.ones_like(x)).sum(1))

    eqlv2 = m.eqlv2_loss.EQLV2Loss(num_classes=CLASSES, use_distributed=False)

    def without_objectness(x, label, _):
        objectness = torch.zeros(len(x), 1)
        value = eqlv2(torch.cat([x, objectness], 1), label) * len(x)
        return value - len(x) * torch.tensor(2.0).log()

    c.add("eqlv2", CLASSES, without_objectness)

    efl = peers.equalized_focal(args.equalized_focal)(num_classes=CLASSES + 1, fpn_levels=1)

    def and_collect(x, label, _):
        loss = efl(x, (label + 1) % (CLASSES + 1), "none")
        grad, = torch.autograd.grad(loss.sum(), x)
        efl.collect_grad(grad.reshape(1, len(x), 1, CLASSES).permute(0, 3, 1, 2))
        return loss.sum(1), grad

    c.add("equalized_focal", CLASSES, and_collect)

    seen = torch.zeros(CLASSES)

    def seesaw(x, label, _):
        seen.add_(F.one_hot(label, CLASSES).sum(0))
        return m.seesaw_loss.seesaw_ce_loss(x, label, torch.ones(len(x)), seen, CLASSES, 0.8, 2.0, 0.01, "none")

    c.add("seesaw", CLASSES, seesaw, object_only=True)


def add_ranking(c, args):
    ranking = peers.module("ranking", args.ranksort)

    def rank_sort(x, label, q):
        target = (one_hot(label) * q[:, None]).flatten()
        flat = x.flatten()
        ranks, sorts = ranking.RankSort.apply(flat, target)
        positives = (target > 0).sum()
        grad, = torch.autograd.grad(ranks + sorts, x)
        return (ranks + sorts) * positives, grad * positives

    def average_precision(x, label, _):
        target = one_hot(label).flatten()
        positives = target.sum()
        value = ranking.APLoss.apply(x.flatten(), target)
        grad, = torch.autograd.grad(value, x)
        return value * positives, grad * positives

    c.add("rank_sort", CLASSES, rank_sort)
    c.add("average_precision", CLASSES, average_precision)


def distribution_focal(m, table):
    x = table.sides.clone().requires_grad_()
    loss = m.gfocal_loss.distribution_focal_loss(x, table.distance, reduction="none")
    grad, = torch.autograd.grad(loss.sum(), x)
    return {"bins": BINS, "logits": exact(table.sides), "distance": exact(table.distance),
            "loss": digits(loss), "grad": digits(grad)}


def main():
    parser = argparse.ArgumentParser()
    for name in ["mmdet", "fvcore", "ranksort", "asl", "class_balanced", "equalized_focal"]:
        parser.add_argument("--" + name, required=True)
    args = parser.parse_args()
    table = Table()
    m = peers.mmdetection(args.mmdet)
    rows, batches = Cases(table), Cases(table)
    add_sigmoid(rows, m, args)
    add_softmax(rows, m)
    add_remembering(batches, m, args)
    add_ranking(batches, args)
    write("rows", rows, distribution_focal=distribution_focal(m, table))
    write("batches", batches)


def write(name, c, **more):
    t = c.table
    out = {"batches": BATCHES, "logits": exact(t.logits), "quality": exact(t.quality), "object": t.object.tolist(),
           "label": [int(v) if v < BACKGROUND else -1 for v in t.label], "cases": c.cases, **more}
    path = os.path.join(ROOT, "losses", "testdata", f"classification_{name}.json.gz")
    with open(path, "wb") as f, gzip.GzipFile("", "wb", 9, f, mtime=0) as z:
        z.write(json.dumps(out, separators=(",", ":")).encode())
    print(path, os.path.getsize(path), "bytes,", len(c.cases) + len(more), "losses")


if __name__ == "__main__":
    main()
