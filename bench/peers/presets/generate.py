"""Losses and gradients of torchvision's training steps, for the tests of bench/strategy."""

import json
import pathlib
from types import SimpleNamespace

import torch
import torchvision
from torchvision.models.detection import _utils, retinanet, roi_heads, rpn, ssd
from torchvision.ops import boxes as box_ops

CLASSES = 3
SIDE = 160
OBJECTS = [
    ([[8, 12, 40, 44], [30, 20, 62, 84], [100, 100, 131, 140], [96, 8, 152, 30], [10, 90, 70, 150], [10, 90, 70, 150]], [0, 1, 2, 0, 1, 2]),
    ([[400, 400, 430, 440]], [2]),
    ([], []),
]


def number(index, salt):
    """A number in [0, 1) of 24 bits that the Go test computes alike."""
    h = ((index + 1) * 2654435761 + salt * 40503) & 0xFFFFFFFF
    h ^= h >> 15
    h = h * 2246822519 & 0xFFFFFFFF
    h ^= h >> 13
    return (h >> 8) / 2**24


def output(salt, *shape):
    """A network's output in [-2, 2)."""
    n = torch.Size(shape).numel()
    return torch.tensor([4 * number(i, salt) - 2 for i in range(n)]).reshape(shape).requires_grad_()


def anchors():
    """Squares of 32 and boxes of 48 x 24 and 24 x 48, every 12 pixels."""
    rows = []
    for y in range(0, SIDE, 12):
        for x in range(0, SIDE, 12):
            for w, h in ((32, 32), (48, 24), (24, 48)):
                rows.append([x - w / 2, y - h / 2, x + w / 2, y + h / 2])
    return torch.tensor(rows, dtype=torch.float32)


def proposals(salt):
    """Boxes around the first image's objects and anywhere."""
    rows, objects = [], OBJECTS[0][0]
    for i in range(700):
        jitter = [24 * number(4 * i + k, salt) - 12 for k in range(4)]
        box = objects[i % len(objects)]
        x1, y1 = box[0] + jitter[0], box[1] + jitter[1]
        rows.append([x1, y1, x1 + box[2] - box[0] + jitter[2] / 4, y1 + box[3] - box[1] + jitter[3] / 4])
    return torch.tensor(rows, dtype=torch.float32)


def targets(first):
    """Annotations whose classes start at the given label."""
    return [
        {"boxes": torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4), "labels": torch.tensor(classes, dtype=torch.int64) + first}
        for boxes, classes in OBJECTS
    ]


class Recorded(_utils.BalancedPositiveNegativeSampler):
    """torchvision's sampler, which keeps what it drew."""

    def __call__(self, labels):
        torch.manual_seed(7)
        pos, neg = super().__call__(labels)
        self.picks = [torch.where(p | n)[0].tolist() for p, n in zip(pos, neg)]
        return pos, neg


def result(cls, box, logits, deltas, picks=None):
    grad_logits, grad_deltas = torch.autograd.grad(cls + box, [logits, deltas])
    step = 37  # a sample of the gradient, and its size
    r = {
        "cls": cls.item(), "box": box.item(),
        "grad_logits": grad_logits.flatten()[::step].tolist(), "grad_deltas": grad_deltas.flatten()[::step].tolist(),
        "size_logits": grad_logits.double().abs().sum().item(), "size_deltas": grad_deltas.double().abs().sum().item(),
    }
    if picks is not None:
        r["picks"] = picks
    return r


def region_proposals():
    net = rpn.RegionProposalNetwork(None, None, 0.7, 0.3, 256, 0.5, {}, {}, 0.7)
    net.fg_bg_sampler = Recorded(256, 0.5)
    every = [anchors()] * len(OBJECTS)
    labels, matched = net.assign_targets_to_anchors(every, targets(0))
    logits, deltas = output(1, len(OBJECTS), len(every[0]), 1), output(2, len(OBJECTS), len(every[0]), 4)
    cls, box = net.compute_loss(logits, deltas.reshape(-1, 4), labels, net.box_coder.encode(matched, every))
    return result(cls, box, logits, deltas, net.fg_bg_sampler.picks)


def regions():
    heads = roi_heads.RoIHeads(None, None, None, 0.5, 0.5, 512, 0.25, None, 0.05, 0.5, 100)
    heads.fg_bg_sampler = Recorded(512, 0.25)
    _, _, labels, wanted = heads.select_training_samples([proposals(s) for s in range(3, 6)], targets(1))
    n = sum(len(l) for l in labels)
    logits, deltas = output(6, n, CLASSES + 1), output(7, n, 4 * (CLASSES + 1))
    cls, box = roi_heads.fastrcnn_loss(logits, deltas, labels, wanted)
    return result(cls, box, logits, deltas, heads.fg_bg_sampler.picks)


def dense(name, loss, first, columns):
    every = [anchors()] * len(OBJECTS)
    logits, deltas = output(8, len(OBJECTS), len(every[0]), columns), output(9, len(OBJECTS), len(every[0]), 4)
    losses = loss(targets(first), {"cls_logits": logits, "bbox_regression": deltas}, every)
    return result(losses["classification"], losses["bbox_regression"], logits, deltas)


def retina():
    head = retinanet.RetinaNetHead(4, 3, CLASSES)
    net = SimpleNamespace(head=head, proposal_matcher=_utils.Matcher(0.5, 0.4, allow_low_quality_matches=True))
    return dense("retinanet", lambda *a: retinanet.RetinaNet.compute_loss(net, *a), 0, CLASSES)


def single_shot():
    net = SimpleNamespace(box_coder=_utils.BoxCoder(weights=(10.0, 10.0, 5.0, 5.0)), neg_to_pos_ratio=3)
    matcher = _utils.SSDMatcher(0.5)

    def loss(annotations, outputs, every):
        matched = [
            matcher(box_ops.box_iou(t["boxes"], a)) if len(t["boxes"]) else torch.full((len(a),), -1, dtype=torch.int64)
            for t, a in zip(annotations, every)
        ]
        return ssd.SSD.compute_loss(net, annotations, outputs, every, matched)

    return dense("ssd", loss, 1, CLASSES + 1)


out = {
    "version": torchvision.__version__,
    "rpn": region_proposals(), "roi": regions(), "retinanet": retina(), "ssd": single_shot(),
}
path = pathlib.Path(__file__).parents[2] / "strategy" / "testdata" / "torchvision.json"
path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
