"""Writes golden values of torchvision into the tests of anchors, losses and roi."""

import json
import os

import torch
from torchvision import ops
from torchvision.models.detection._utils import BoxCoder, Matcher

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")


def boxes(n, extent=32, grid=4):
    """Random boxes on a grid of quarter pixels, so that overlaps tie."""
    xy = torch.randint(0, (extent - 8) * grid, (n, 2)).float() / grid
    wh = torch.randint(2 * grid, 12 * grid, (n, 2)).float() / grid
    return torch.cat([xy, xy + wh], 1)


def flat(t):
    return [float(f"{v:.9g}") for v in t.detach().double().flatten().tolist()]


def matching():
    """A scene in which every ground truth touches a candidate: torchvision's
    Matcher forces all candidates of IoU 0 otherwise, which ours does not."""
    while True:
        candidates, truth = boxes(40), boxes(5)
        truth[1] = truth[0]
        truth[2] = candidates[0]
        iou = ops.box_iou(truth, candidates)
        if (iou.max(1).values > 0).all():
            break
    forced = Matcher(0.5, 0.25, allow_low_quality_matches=True)
    plain = Matcher(0.5, 0.25, allow_low_quality_matches=False)
    return {
        "candidates": flat(candidates),
        "truth": flat(truth),
        "iou": flat(iou.max(0).values),
        "forced": forced(iou).tolist(),
        "plain": plain(iou).tolist(),
    }


def suppression():
    b = boxes(40, extent=20)
    scores = torch.randint(0, 16, (40,)).float() / 16
    classes = torch.randint(0, 3, (40,))
    return {
        "boxes": flat(b),
        "scores": flat(scores),
        "classes": classes.tolist(),
        "one_class": ops.nms(b, scores, 0.5).tolist(),
        "per_class": ops.batched_nms(b, scores, classes, 0.25).tolist(),
    }


def coding():
    coder = BoxCoder((10.0, 10.0, 5.0, 5.0))
    candidates, truth = boxes(12), boxes(12)
    deltas = torch.randn(12, 4) * torch.tensor([2.0, 2.0, 12.0, 12.0])
    return {
        "candidates": flat(candidates),
        "truth": flat(truth),
        "encoded": flat(coder.encode_single(truth, candidates)),
        "deltas": flat(deltas),
        "decoded": flat(coder.decode_single(deltas, candidates)),
    }


def focal():
    cases = []
    for alpha, gamma in [(0.25, 2.0), (-1.0, 2.0), (0.75, 0.5), (0.5, 0.0)]:
        logits = (4 * torch.randn(12, 3)).float().double().requires_grad_()
        classes = torch.randint(-1, 3, (12,))
        onehot = torch.zeros(12, 3, dtype=torch.double)
        for i, c in enumerate(classes.tolist()):
            if c >= 0:
                onehot[i, c] = 1
        loss = ops.sigmoid_focal_loss(logits, onehot, alpha, gamma, reduction="none")
        loss.sum().backward()
        cases.append({
            "alpha": alpha, "gamma": gamma, "classes": classes.tolist(),
            "logits": flat(logits), "loss": flat(loss.sum(1)), "grad": flat(logits.grad),
        })
    return cases


def giou():
    pred = (boxes(16) + torch.rand(16, 4)).double().float().double().requires_grad_()
    truth = boxes(16).double()
    loss = ops.generalized_box_iou_loss(pred, truth, reduction="none")
    loss.sum().backward()
    return {"pred": flat(pred), "truth": flat(truth), "loss": flat(loss), "grad": flat(pred.grad)}


def align():
    cases = []
    for size, scale in [(3, 0.25), (2, 1.0)]:
        n, c, h, w = 2, 2, 6, 7
        features = (torch.randint(-64, 64, (n, c, h, w)).double() / 16).requires_grad_()
        b = boxes(4, extent=int(28 / scale / 4 + 8)) / (1 if scale < 1 else 3)
        b[0] += torch.tensor([-12.0, -9.0, 30.0, 40.0])  # reaches out of the map
        b[1] += 200.0  # wholly outside
        image = torch.tensor([0, 1, 1, 0])
        rois = torch.cat([image[:, None].double(), b.float().double()], 1)
        out = ops.roi_align(features, rois, size, scale, sampling_ratio=2, aligned=True)
        pooled = torch.randint(-8, 8, out.shape).double() / 8
        (out * pooled).sum().backward()
        nhwc = lambda t: flat(t.permute(0, 2, 3, 1))
        cases.append({
            "size": size, "scale": scale, "shape": [n, h, w, c],
            "features": nhwc(features), "boxes": flat(b), "image": image.tolist(),
            "pooled": nhwc(out), "grad_pooled": nhwc(pooled), "grad": nhwc(features.grad),
        })
    return cases


def write(package, values):
    folder = os.path.join(ROOT, package, "testdata")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "torchvision.json"), "w") as f:
        f.write("{\n" + ",\n".join(f'"{k}": {json.dumps(v, separators=(",", ":"))}' for k, v in values.items()) + "\n}\n")


torch.manual_seed(1)
write("anchors", {"matching": [matching() for _ in range(3)], "suppression": [suppression() for _ in range(2)], "coding": coding()})
write("losses", {"focal": focal(), "giou": giou()})
write("roi", {"align": align()})
