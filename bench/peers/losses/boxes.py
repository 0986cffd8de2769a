"""Writes golden values of the peers' box losses to losses/testdata/boxes_*.json.gz. See boxes.md for its sources."""

import argparse
import gzip
import json
import os
import sys

import torch
from torchvision import ops

import peers

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
ROWS, BATCHES = 1000, 4


def boxes():
    """Predictions and ground truths on a grid of 1/16 pixel, exact in float32, of which no two sides lie on a line, where
    the gradient of most losses has a kink. A third of the pairs overlap well, a third somewhat, a third lie apart."""
    torch.manual_seed(1)
    truth, pred = torch.empty(ROWS, 4), torch.empty(ROWS, 4)
    row = 0
    while row < ROWS:
        corner, size = torch.rand(2) * 40, 4 + torch.rand(2) * 28
        t = torch.cat([corner, corner + size])
        shift = torch.randn(2) * size * [0.08, 0.3, 1.2][row % 3]
        stretch = torch.exp(torch.randn(2) * [0.1, 0.3, 0.6][row % 3])
        centre = corner + size / 2 + shift
        p = torch.cat([centre - size * stretch / 2, centre + size * stretch / 2])
        t, p = (t * 16).round() / 16, (p * 16).round() / 16
        ends = torch.cat([t.view(2, 2), p.view(2, 2)])
        apart = all(len(set(axis.tolist())) == 4 for axis in ends.T)
        sizes, centres = ends[1] - ends[0] - ends[3] + ends[2], ends[0] + ends[1] - ends[2] - ends[3]
        if apart and (sizes != 0).all() and (centres != 0).all() and ((p[2:] - p[:2]) > 1).all():
            truth[row], pred[row] = t, p
            row += 1
    return pred, truth


def evaluate(loss, pred, truth):
    pred = pred.clone().requires_grad_()
    value = loss(pred, truth)
    value.sum().backward()
    return {"loss": rounded(value), "grad": rounded(pred.grad)}


def rounded(t):
    return [float(f"{v:.7g}") for v in t.detach().flatten().tolist()]


def torchvision_losses():
    return {"giou": ops.generalized_box_iou_loss, "diou": ops.distance_box_iou_loss, "ciou": ops.complete_box_iou_loss}


def mmdetection_losses(iou):
    def raw(name, **options):
        return lambda pred, truth: getattr(iou, name)(pred, truth, reduction="none", **options)

    return {
        "iou log": raw("iou_loss", mode="log"),
        "iou linear": raw("iou_loss", mode="linear"),
        "iou square": raw("iou_loss", mode="square"),
        "giou": raw("giou_loss"),
        "diou": raw("diou_loss"),
        "ciou": raw("ciou_loss"),
        "extended_iou": raw("eiou_loss"),
        "siou": raw("siou_loss", neg_gamma=True),
    }


def wasserstein(metric):
    def loss(pred, truth):
        return 1 - metric.bbox_overlaps(pred[:, None], truth[:, None], mode="wasserstein", constant=12.8).flatten()

    return loss


def delta_losses(mm, source):
    """Losses of deltas, in multiples of 1/256; harmonised ones over batches, in order, whose counts they remember."""
    pred, truth = ((torch.randn(ROWS, 4) * 256).round() / 256 for _ in range(2))
    pred = torch.where((pred - truth).abs() < 0.01, pred + 1 / 32, pred)
    balanced = peers.module("mmdet.models.losses.balanced_l1_loss", os.path.join(source, "balanced_l1_loss.py"))
    smooth = peers.module("mmdet.models.losses.smooth_l1_loss", os.path.join(source, "smooth_l1_loss.py"))
    near = pred * 0.1  # errors about Mu, so that every bin fills
    near[::2] = truth[::2] + (torch.randn(ROWS // 2, 4) * 8).round() / 256
    near = (near * 256).round() / 256
    cases = {
        "balanced_l1": evaluate(lambda p, t: balanced.balanced_l1_loss(p, t, reduction="none").sum(1), pred, truth),
        "smooth_l1": evaluate(lambda p, t: smooth.smooth_l1_loss(p, t, beta=1.0, reduction="none").sum(1), pred, truth),
        "l1": evaluate(lambda p, t: smooth.l1_loss(p, t, reduction="none").sum(1), pred, truth),
        "huber": evaluate(lambda p, t: torch.nn.functional.huber_loss(p, t, reduction="none").sum(1), pred, truth),
    }
    harmonised = {}
    for momentum in [0, 0.7]:
        loss = mm.ghm_loss.GHMR(mu=0.02, bins=10, momentum=momentum)
        values, grads = [], []
        for start in range(0, ROWS, ROWS // BATCHES):
            rows = slice(start, start + ROWS // BATCHES)
            p = near[rows].clone().requires_grad_()
            value = loss(p, truth[rows], torch.ones_like(p))
            value.backward()
            values.append(value)
            grads.append(p.grad)
        harmonised[str(momentum)] = {"loss": rounded(torch.stack(values)), "grad": rounded(torch.cat(grads))}
    inputs = {name: t.flatten().tolist() for name, t in [("pred", pred), ("near", near), ("truth", truth)]}
    return inputs | {"cases": cases, "ghm_r": harmonised}


def same(a, b):
    for key in a:
        torch.testing.assert_close(torch.tensor(a[key]), torch.tensor(b[key]), rtol=1e-6, atol=1e-8)


def classification_aware(pisa, smooth, deltas):
    """CARL over the rows of deltas, all positive, by sigmoids of 3 classes and a softmax of them and the background."""
    pred, truth = (torch.tensor(deltas[key]).view(ROWS, 4) for key in ["pred", "truth"])
    logits = (torch.randn(ROWS, 4) * 2 * 256).round() / 256
    label = torch.randint(0, 3, (ROWS,))
    cases = {}
    for link, columns in [("sigmoid", 3), ("softmax", 4)]:
        x, p = logits[:, :columns].clone().requires_grad_(), pred.clone().requires_grad_()
        value = pisa.carl_loss(x, label, p, truth, smooth.SmoothL1Loss(beta=1.0), sigmoid=link == "sigmoid", num_class=3)
        value["loss_carl"].sum().backward()
        cases[link] = {"loss": rounded(value["loss_carl"]), "grad": rounded(p.grad), "grad_logits": rounded(x.grad)}
    return {"logits": logits.flatten().tolist(), "class": label.tolist(), "cases": cases}


def write(name, value):
    path = os.path.join(ROOT, "losses", "testdata", f"boxes_{name}.json.gz")
    with open(path, "wb") as f, gzip.GzipFile(fileobj=f, mode="wb", mtime=0, filename="") as z:
        z.write(json.dumps(value, separators=(",", ":")).encode())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mmdet", required=True, help="folder that holds mmdet/")
    parser.add_argument("--nwd", required=True, help="file metric_calculator.py")
    args = parser.parse_args()
    mm = peers.mmdetection(args.mmdet)
    source = os.path.join(args.mmdet, "mmdet", "models", "losses")
    peers._stand_in("mmdet.structures")
    peers.module("mmdet.structures.bbox", os.path.join(args.mmdet, "mmdet", "structures", "bbox", "bbox_overlaps.py"))
    iou = peers.module("mmdet.models.losses.iou_loss", os.path.join(source, "iou_loss.py"))
    peers._stand_in("nwd")
    peers._stand_in("nwd.builder", IOU_CALCULATORS=peers._Registry())
    metric = peers.module("nwd.metric_calculator", args.nwd)

    pred, truth = boxes()
    corners = {"pred": rounded(pred), "truth": rounded(truth)}
    found = {f"torchvision {name}": loss for name, loss in torchvision_losses().items()}
    found |= {f"mmdetection {name}": loss for name, loss in mmdetection_losses(iou).items()}
    found["NWD nwd"] = wasserstein(metric)
    cases = {name: evaluate(loss, pred, truth) for name, loss in found.items()}
    for name in ["giou", "diou"]:  # the same in both: kept once
        same(cases[f"torchvision {name}"], cases.pop(f"mmdetection {name}"))
    write("decoded", corners | {"cases": cases})
    deltas = delta_losses(mm, source)
    write("deltas", deltas)
    for name in ["task_modules", "task_modules.coders", "task_modules.samplers"]:
        peers._stand_in("mmdet.models." + name, BaseBBoxCoder=None, SamplingResult=None)
    pisa = peers.module("mmdet.models.losses.pisa_loss", os.path.join(source, "pisa_loss.py"))
    smooth = sys.modules["mmdet.models.losses.smooth_l1_loss"]
    write("carl", classification_aware(pisa, smooth, deltas))


main()
